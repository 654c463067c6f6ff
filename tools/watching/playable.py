"""Makes a copy of a video that every browser plays, with the times of the original."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any, cast

from foretell.errors import VideoError
from foretell.tools.decoding.interface import Video
from foretell.tools.watching.sampling import fit_within
from foretell.types import SAMPLE_RATE, Frame, Sound

PLAYABLE = "playable"
"""The folder in the library's that keeps copies, each named by its video's content hash."""
LONGER_SIDE = 960
"""Pixels of a copy's longer side at most: enough to see what is done, at a quarter of the work that
full HD takes."""
_QUALITY = {"deadline": "realtime", "cpu-used": "8", "row-mt": "1", "crf": "34", "b": "0"}
"""VP9 as quickly as it is made, at a quality where written words can be read."""
_CLOCK = Fraction(1, 1000)
"""WebM tells times in milliseconds."""
_KEY_SECONDS = 2
"""Between two frames that can be sought, so that a seek decodes two seconds at most."""


def playable_path(folder: Path, content_hash: str) -> Path:
    """Gives where the copy of a video lies, or will lie."""
    return folder / f"{content_hash}.webm"


def make_playable(
    video: Video, folder: Path, on_progress: Callable[[float], None] = lambda share: None
) -> Path:
    """Writes a WebM of VP9 and Opus, whose times are those of the video, and gives its path.

    It is under its name when it is whole; a copy that is there already is given.

    Args:
        video: What is copied.
        folder: Where to; made if it is missing.
        on_progress: Told how much of the video was written, in [0, 1].

    Raises:
        VideoError: If the video cannot be decoded, or the copy cannot be written.
    """
    target = playable_path(folder, video.info.content_hash)
    if target.is_file():
        return target
    unfinished = target.with_suffix(f".{os.getpid()}.part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(video, unfinished, on_progress)
        os.replace(unfinished, target)
    except OSError as error:
        raise VideoError(
            f"cannot write a copy of {video.info.name!r} that browsers play: {error.strerror}; see "
            "that there is room in the library"
        ) from error
    finally:
        with suppress(OSError):
            unfinished.unlink()
    return target


def _write(video: Video, path: Path, on_progress: Callable[[float], None]) -> None:
    import av
    from av.error import FFmpegError

    info = video.info
    width, height = fit_within(info.width, info.height, LONGER_SIDE)
    try:
        with av.open(os.fspath(path), "w", format="webm") as opened:
            container = cast(Any, opened)
            pictures = container.add_stream("libvpx-vp9", rate=30, options=_QUALITY)
            pictures.width, pictures.height = width, height
            pictures.pix_fmt = "yuv420p"
            pictures.codec_context.time_base = _CLOCK
            pictures.codec_context.gop_size = 30 * _KEY_SECONDS
            sound = container.add_stream("libopus", rate=48_000) if info.has_audio else None
            sounds = iter(video.sounds()) if info.has_audio else iter(())
            waiting: Sound | None = next(sounds, None)
            for frame in video.frames(size=(width, height)):
                while waiting is not None and waiting.pts_seconds <= frame.pts_seconds:
                    container.mux(_heard(sound, waiting))
                    waiting = next(sounds, None)
                container.mux(_seen(pictures, frame))
                on_progress(_share(video, frame.pts_seconds))
            container.mux(pictures.encode())
            for piece in chain([waiting] if waiting is not None else [], sounds):
                container.mux(_heard(sound, piece))
            if sound is not None:
                container.mux(sound.encode())
    except FFmpegError as error:
        raise VideoError(
            f"no copy of {info.name!r} that browsers play can be made: {error.strerror}"
        ) from error


def _seen(pictures: Any, frame: Frame) -> Iterator[Any]:
    import av

    picture = av.VideoFrame.from_ndarray(frame.data, "rgb24")
    picture.pts, picture.time_base = round(frame.pts_seconds / _CLOCK), _CLOCK
    yield from pictures.encode(picture)


def _heard(sound: Any, piece: Sound) -> Iterator[Any]:
    import av

    samples = av.AudioFrame.from_ndarray(piece.samples[None, :], "fltp", "mono")
    samples.sample_rate = SAMPLE_RATE
    samples.pts, samples.time_base = (
        round(piece.pts_seconds * SAMPLE_RATE),
        Fraction(1, SAMPLE_RATE),
    )
    yield from sound.encode(samples)


def _share(video: Video, seconds: float) -> float:
    info = video.info
    if not info.duration_seconds:
        return 1.0
    return min(1.0, max(0.0, (seconds - info.interval.start) / info.duration_seconds))
