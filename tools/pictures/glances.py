"""Decides from keyframes alone where a video must be decoded frame by frame.

A keyframe pass costs a tenth of a full decode. Two keyframes that look alike, not too far apart,
vouch for the time between them; everywhere else the frames themselves have to be seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foretell.tools.decoding.video import DecodeMode, Video
from foretell.tools.pictures.picture_measures import changed_pixels, difference
from foretell.types import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PICTURE_SIZE = (64, 36)
"""Width and height in pixels that pictures are compared at."""
WHOLE_SECONDS = 30.0
"""A shorter video is decoded whole."""
MAX_GAP_SECONDS = 12.0
"""Seconds between keyframes that can vouch for what lies between."""
MIN_GAP_SECONDS = 0.5
"""Seconds between keyframes below which one is passed over."""
SAME_DIFFERENCE = 10.0
"""Mean difference, of 255, below which two keyframes are alike (docs/design/perception.md)."""
SAME_CHANGED_SHARE = 0.2
"""Or the share of changed pixels: a person who steps in changes 0.08-0.17, a cut 0.5."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A small picture of one moment.

    Attributes:
        at_seconds: When it is first shown.
        rgb: (36, 64, 3) float32, 0 to 255.
        vouched: Whether keyframes vouch for it that no new shot began since the one before.
    """

    at_seconds: float
    rgb: NDArray[np.float32]
    vouched: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of video and how it has to be decoded."""

    interval: Interval
    mode: DecodeMode


def plan_spans(video: Video) -> list[Span]:
    """Gives spans that cover the whole video, each to be decoded by keyframes or exactly.

    Raises:
        VideoError: If the video cannot be decoded.
    """
    whole = video.info.interval
    if whole.duration <= WHOLE_SECONDS:
        return [Span(whole, "exact")]
    spans: list[Span] = []
    start = whole.start
    before: NDArray[np.float32] | None = None
    for picture in keyframes(video, whole):
        gap = picture.at_seconds - start
        if gap > 0.0:
            trusted = before is not None and gap <= MAX_GAP_SECONDS and _alike(before, picture.rgb)
            mode: DecodeMode = "key" if trusted else "exact"
            spans.append(Span(Interval(start, picture.at_seconds), mode))
        start, before = picture.at_seconds, picture.rgb
    if start < whole.end:
        spans.append(Span(Interval(start, whole.end), "exact"))
    return spans


def _alike(first: NDArray[np.float32], second: NDArray[np.float32]) -> bool:
    """Whether two pictures are of one shot: little changed, or only in a small part."""
    if difference(first, second) < SAME_DIFFERENCE:
        return True
    return float(changed_pixels(first, second).mean()) < SAME_CHANGED_SHARE


def spans_since(spans: Sequence[Span], since_seconds: float) -> list[Span]:
    """Gives the spans from the one in which `since_seconds` lies."""
    return [span for span in spans if span.interval.end > since_seconds]


def joined(spans: Sequence[Span]) -> Iterator[Span]:
    """Joins neighbours of one mode, so that decoding does not seek between them."""
    run: Span | None = None
    for span in spans:
        if run is not None and (run.mode, run.interval.end) == (span.mode, span.interval.start):
            run = Span(Interval(run.interval.start, span.interval.end), run.mode)
            continue
        if run is not None:
            yield run
        run = span
    if run is not None:
        yield run


def pictures(video: Video, spans: Sequence[Span]) -> Iterator[Picture]:
    """Gives the small pictures of `spans` in order of time, each once.

    Raises:
        VideoError: If the video cannot be decoded.
    """
    import numpy as np

    last_seconds, vouched = -math.inf, False
    for run in joined(spans):
        for frame in video.frames(mode=run.mode, size=PICTURE_SIZE, within=run.interval):
            if frame.pts_seconds > last_seconds:
                yield Picture(frame.pts_seconds, frame.data.astype(np.float32), vouched)
                last_seconds, vouched = frame.pts_seconds, run.mode == "key"


def keyframes(video: Video, within: Interval) -> Iterator[Picture]:
    """Gives small pictures of the keyframes shown in `within`, at most one in half a second.

    Raises:
        VideoError: If the video cannot be decoded.
    """
    last: float | None = None
    for picture in pictures(video, [Span(within, "key")]):
        if last is None or picture.at_seconds - last >= MIN_GAP_SECONDS:
            yield picture
            last = picture.at_seconds
