"""Opens a video and gives its frames at times in seconds."""

from __future__ import annotations

from os import PathLike, fspath
from typing import get_args

from foretell.errors import ConfigError
from foretell.tools.decoding import video_file
from foretell.tools.decoding.in_process import open_here
from foretell.tools.decoding.interface import (
    DEFAULT_LIMITS,
    DecodeLimits,
    DecodeMode,
    Opening,
    Video,
    VideoBackend,
)
from foretell.tools.decoding.video_file import content_hash

__all__ = [
    "DecodeLimits",
    "DecodeMode",
    "Video",
    "VideoBackend",
    "content_hash",
    "open_video",
]


def open_video(
    path: str | PathLike[str],
    *,
    backend: VideoBackend = "pyav",
    limits: DecodeLimits = DEFAULT_LIMITS,
    isolate: bool = True,
    content_hash: str | None = None,
    checked: bool = False,
) -> Video:
    """Opens a local video file; close it, or use it as a context manager.

    Args:
        path: The file.
        backend: The library that decodes. "decord" knows fewer codecs and gives up on damage.
        limits: What the file may cost.
        isolate: Whether it is decoded in a process of its own, so that a file made to crash, hang
            or fill the decoder cannot harm this process.
        content_hash: The file's `video_file.content_hash`, where it is already known.
        checked: Whether `video_file.check_video_file` has just let the file through.

    Raises:
        VideoError: If the file is missing, not a video, damaged beyond use or past a limit.
        ConfigError: If the backend is unknown or not installed.
    """
    if backend not in get_args(VideoBackend):
        raise ConfigError(f"video_backend is {backend!r}; give one of {get_args(VideoBackend)}")
    if not checked:
        video_file.check_video_file(path)
    opening = Opening(fspath(path), content_hash or video_file.content_hash(path), backend, limits)
    if isolate:
        from foretell.tools.decoding.isolated_video import IsolatedVideo

        return IsolatedVideo(opening)
    return open_here(opening)
