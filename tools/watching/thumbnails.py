"""Makes a strip of small JPEG pictures of a video."""

from __future__ import annotations

import io
from collections.abc import Iterator

from foretell.errors import ConfigError
from foretell.tools.decoding.video import Video
from foretell.types import Frame, Thumbnail

WIDTH = 160
_JPEG_QUALITY = 80


def thumbnails(video: Video, count: int = 12) -> Iterator[Thumbnail]:
    """Gives up to `count` pictures 160 pixels wide, uniform over the video, in order of time.

    They are keyframes where these lie close enough to give that many, else the frames on show in
    the middle of each share of the video. A frame comes once only.

    Raises:
        ConfigError: If `count` is not positive.
        VideoError: If the video cannot be decoded.
    """
    if count <= 0:
        raise ConfigError(f"count of thumbnails is {count!r}; give 1 or more")
    whole = video.info.interval
    times = [whole.start + whole.duration * (index + 0.5) / count for index in range(count)]
    size = (WIDTH, max(1, round(WIDTH * video.info.height / video.info.width)))
    frames = _distinct(video.frames(times, mode="key", size=size))
    if len(frames) < count:
        frames = _distinct(video.frames(times, mode="exact", size=size))
    for frame in frames:
        yield Thumbnail(frame.pts_seconds, _jpeg(frame))


def _distinct(frames: Iterator[Frame]) -> list[Frame]:
    return list({frame.pts_seconds: frame for frame in frames}.values())


def _jpeg(frame: Frame) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(frame.data).save(file, format="JPEG", quality=_JPEG_QUALITY)
    return file.getvalue()
