"""Draws the frames of a stretch of video side by side, as one picture to look at."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from foretell.errors import MemoryStoreError, VideoError
from foretell.tools.watching.sampling import fit_within, uniform_times
from foretell.tools.watching.watch import OpenVideo
from foretell.types import Interval, VideoInfo

FRAMES = 6
"""Frames of a strip: that many fit side by side on a screen."""
HEIGHT = 240
"""Pixels of a frame's longer side in a strip."""
GAP = 4
"""White pixels between two frames."""
QUALITY = 90
"""Of the JPEG, of 100: no artefact is seen, at half the bytes of 95."""


def draw_frame_strip(
    open_video: OpenVideo, video: VideoInfo, interval: Interval, folder: Path
) -> Path:
    """Returns the JPEG file of a stretch's frames, in order of time; made once.

    Args:
        open_video: Opens a file whose content hash is known.
        video: As it is known by the library.
        interval: The stretch in seconds; frames are the middles of equal parts of it.
        folder: Where the picture is put.

    Raises:
        VideoError: If the file cannot be decoded there.
        MemoryStoreError: If the picture cannot be written.
    """
    name = f"{video.content_hash[:12]}-{interval.start:.2f}-{interval.end:.2f}.jpg"
    file = folder / name
    if file.is_file():
        return file
    size = fit_within(video.width, video.height, HEIGHT)
    with open_video(video.file, video.content_hash) as opened:
        frames = list(opened.frames(uniform_times(interval, FRAMES), size=size))
    if not frames:
        raise VideoError(
            f"{video.path!r} shows nothing in {interval} that can be decoded; name another stretch"
        )
    gap = np.full((frames[0].data.shape[0], GAP, 3), 255, np.uint8)
    parts = [part for frame in frames for part in (frame.data, gap)]
    _write(np.concatenate(parts[:-1], axis=1), file)
    return file


def _write(picture: np.ndarray, file: Path) -> None:
    from PIL import Image

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(file, quality=QUALITY)
    except OSError as error:
        raise MemoryStoreError(
            f"cannot write the picture {str(file)!r}: {error.strerror or error}; see that there is "
            "room and that its folder may be written to"
        ) from error
