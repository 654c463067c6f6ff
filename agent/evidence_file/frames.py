"""Chooses the frames that show a span, keeps them small, and compares them with a video's."""

from __future__ import annotations

import io
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell.agent.evidence_file.record import FRAMES_AT_MOST, FrameRow, sha256
from foretell.tools.decoding.video import Video
from foretell.tools.pictures.jpeg import jpeg_of
from foretell.tools.watching.sampling import fit_within
from foretell.types import Frame, Interval

QUALITY = 90
"""Of the JPEGs, of 100: a frame of 480 pixels takes 20 to 28 kB, and no artefact is seen."""
_BUDGETS = ((3, FRAMES_AT_MOST, 480), (12, FRAMES_AT_MOST, 320), (36, 1, 320), (10**9, 1, 192))
"""Up to how many citations a file holds how many frames for each, and pixels of their longer side:
a file stays below 1 MB up to 36 citations."""
BLOCK_LEVELS = 8.0
"""Levels of 255 by which a block of 8 x 8 pixels may differ in the mean. Values that are off by up
to 2, as another build's conversion to RGB may give them, differ by 5.3 at most after the JPEG."""
TILE_LEVELS = 2.0
"""Levels by which a tile of 32 x 32 may be brighter or darker in one colour: less is not seen."""
_BLOCK, _TILE = 8, 32
"""Pixels of the side of a JPEG's block, and of a tile, in which its errors cancel out."""
_LARGEST_JPEG = 4 << 20
"""Bytes of a picture that are read: one of 480 x 480 pixels has fewer, uncompressed."""
_SAME_SECONDS = 1e-6
"""Seconds between two tellings of one frame's time: clocks of videos tick more slowly."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a picture of a page compares with the frame of a video.

    Attributes:
        is_exact: Whether both the decoded values and the picture are the same to the last bit.
        difference: What differs, in a few words; empty where they are alike.
    """

    is_exact: bool
    difference: str = ""


def frames_of(
    video: Video, spans: Sequence[Interval], citations: int
) -> tuple[tuple[Frame, ...], ...]:
    """Gives the frames that show each span, in order of time, small.

    They are those on show at the start, in the middle and last before the end; the one in the
    middle alone where a file has many citations. A frame that damage left none of is left out.

    Args:
        video: Open.
        spans: In seconds.
        citations: How many spans the whole file cites.

    Raises:
        VideoError: If nothing can be decoded.
    """
    count, side = next((each, side) for most, each, side in _BUDGETS if citations <= most)
    times = video.frame_times()
    wanted = [_times_in(span, times, count) for span in spans]
    every = sorted({time for one in wanted for time in one})
    size = fit_within(video.info.width, video.info.height, side)
    shown = dict(zip(every, video.frames(every, size=size), strict=False)) if every else {}
    found = {time: frame for time, frame in shown.items() if is_same(time, frame.pts_seconds)}
    return tuple(tuple(found[time] for time in one if time in found) for one in wanted)


def is_same(seconds: float, others: float) -> bool:
    """Whether two times are those of one frame."""
    return abs(seconds - others) <= _SAME_SECONDS


def encoded(picture: Pixels) -> bytes:
    """Gives a picture as JPEG, as all of a page's are.

    Args:
        picture: (H, W, 3) uint8 RGB.
    """
    return jpeg_of(picture, QUALITY)


def frame_row(frame: Frame, jpeg: bytes) -> FrameRow:
    """Gives what a record tells of a frame and its picture."""
    height, width, _ = frame.data.shape
    return FrameRow(
        pts_seconds=frame.pts_seconds,
        width=width,
        height=height,
        rgb_sha256=sha256(frame.data.tobytes()),
        jpeg_sha256=sha256(jpeg),
    )


def likeness(row: FrameRow, jpeg: bytes, frame: Frame) -> Likeness:
    """Compares a picture of a page with a frame of the video at hand.

    The frame is made a JPEG like the picture before they are compared, so that what JPEG loses is
    no difference.
    """
    if frame.data.shape[:2] != (row.height, row.width):
        return Likeness(False, "the frame has another size than was recorded")
    again = encoded(frame.data)
    if again == jpeg and sha256(frame.data.tobytes()) == row.rgb_sha256:
        return Likeness(is_exact=True)
    theirs, ours = _decoded(jpeg), _decoded(again)
    if theirs is None or ours is None:
        return Likeness(False, "the picture cannot be read")
    if theirs.shape != ours.shape:
        return Likeness(False, "the picture has another size")
    return Likeness(False, _difference(theirs, ours))


def _difference(theirs: Pixels, ours: Pixels) -> str:
    apart = theirs.astype(np.float32) - ours.astype(np.float32)
    block = float(_means(np.abs(apart).mean(axis=2, keepdims=True), _BLOCK).max())
    tile = float(np.abs(_means(apart, _TILE)).max())
    if block > BLOCK_LEVELS:
        return f"a part of the picture is off by {block:.0f} of 255 levels"
    if tile > TILE_LEVELS:
        return f"a part of the picture is brighter or darker by {tile:.1f} of 255 levels"
    return ""


def _means(values: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """Gives the mean of each square of (H, W, C) values; the last ones take what is left over."""
    height, width, _ = values.shape
    tops = np.arange(0, max(1, height - side + 1), side)
    lefts = np.arange(0, max(1, width - side + 1), side)
    sums = np.add.reduceat(np.add.reduceat(values, tops, axis=0), lefts, axis=1)
    sizes = np.outer(np.diff([*tops, height]), np.diff([*lefts, width]))
    return np.asarray(sums / sizes[..., None], np.float32)


def _decoded(jpeg: bytes) -> Pixels | None:
    """Gives a JPEG as (H, W, 3) RGB, or None where it is none, or larger than any of ours."""
    from PIL import Image

    side = max(side for *_, side in _BUDGETS)
    try:
        if len(jpeg) > _LARGEST_JPEG:
            return None
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
            if max(picture.size) > side:
                return None
            return np.asarray(picture.convert("RGB"))
    except (
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return None


def _times_in(span: Interval, times: Sequence[float], count: int) -> list[float]:
    """Gives the times of the frames that stand for a span, each once, ascending."""
    if not times:
        return []
    middle = _on_show(times, (span.start + span.end) / 2)
    if count == 1:
        return [middle]
    first = _on_show(times, span.start)
    last = times[max(0, bisect_left(times, span.end) - 1)]
    return sorted({first, middle, max(first, last)})


def _on_show(times: Sequence[float], seconds: float) -> float:
    """Gives the time of the frame that is shown at a moment: of the first before it."""
    return times[max(0, bisect_right(times, seconds) - 1)]
