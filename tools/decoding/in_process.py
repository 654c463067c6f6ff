"""Opens a video in this process, with the decoder that is asked for."""

from __future__ import annotations

from collections.abc import Callable

from foretell.tools.decoding.interface import Opening, Video


def open_here(opening: Opening, on_progress: Callable[[], None] = lambda: None) -> Video:
    """Opens a file that `check_video_file` let through, to be decoded in this process.

    Args:
        opening: The file and how to open it.
        on_progress: Called as decoding goes on, also while no frame is given.

    Raises:
        VideoError: If the file is not a video, damaged beyond use or past a limit.
        ConfigError: If the backend is not installed.
    """
    if opening.backend == "decord":
        from foretell.tools.decoding.decord_backend import DecordVideo

        return DecordVideo(opening, on_progress)
    from foretell.tools.decoding.pyav_video import PyavVideo

    return PyavVideo(opening, on_progress)
