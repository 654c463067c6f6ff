"""Makes a copy of a video that every browser plays, with the times of the original."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from foretell.errors import VideoError
from foretell.tools.decoding.interface import Video
from foretell.tools.decoding.pyav_backend import write_webm
from foretell.tools.watching.sampling import fit_within
from foretell.types import Frame

PLAYABLE = "playable"
"""The folder in the library's that keeps copies, each named by its video's content hash."""
LONGER_SIDE = 960
"""Pixels of a copy's longer side at most: enough to see what is done, at a quarter of the work that
full HD takes."""


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
    info = video.info
    size = fit_within(info.width, info.height, LONGER_SIDE)
    frames = _told(video, video.frames(size=size), on_progress)
    sounds = video.sounds() if info.has_audio else None
    write_webm(path, size, frames, sounds)


def _told(
    video: Video, frames: Iterator[Frame], on_progress: Callable[[float], None]
) -> Iterator[Frame]:
    """Yields frames, and tells how much of the video they are."""
    info = video.info
    for frame in frames:
        yield frame
        seen = frame.pts_seconds - info.interval.start
        on_progress(
            min(1.0, max(0.0, seen / info.duration_seconds if info.duration_seconds else 1.0))
        )
