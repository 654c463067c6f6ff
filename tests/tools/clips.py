"""Makes small videos whose pictures say which frame they are."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from numpy.typing import NDArray

from foretell.types import Interval

BITS = 12
MILLISECOND = Fraction(1, 1000)


def numbered(number: int, size: tuple[int, int] = (96, 64)) -> NDArray[np.uint8]:
    """A picture of upright bars, the bits of `number` from left to right, lowest first."""
    width, height = size
    bits = [(number >> bit) & 1 for bit in range(BITS)]
    row = np.repeat(bits, width // BITS).astype(np.uint8) * 255
    return np.broadcast_to(row[None, :, None], (height, row.size, 3)).copy()


def number_in(picture: NDArray[np.uint8]) -> int:
    """The number that the bars of a picture spell."""
    _, width, _ = picture.shape
    centres = [int((bit + 0.5) * width / BITS) for bit in range(BITS)]
    middle = picture[picture.shape[0] // 2].mean(axis=1)
    return sum(int(middle[centre] > 127) << bit for bit, centre in enumerate(centres))


def write_clip(
    path: Path,
    times_ms: Sequence[int],
    *,
    codec: str = "libx264",
    keyframe_every: int = 10,
    b_frames: int = 2,
    size: tuple[int, int] = (96, 64),
    rotation: int = 0,
    aspect: Fraction | None = None,
    rate: int = 10,
    muxer: dict[str, str] | None = None,
    encoder: dict[str, str] | None = None,
) -> Path:
    """A clip of numbered pictures, the n-th shown at the n-th of `times_ms`."""
    with av.open(str(path), "w", options=muxer or {}) as opened:
        container = cast(Any, opened)
        steady = {"x264-params": "scenecut=0"} if codec == "libx264" else {}
        track = container.add_stream(codec, rate, options=encoder or steady)
        track.width, track.height = size
        track.pix_fmt = "rgb8" if codec == "gif" else "yuv420p"
        context = track.codec_context
        if codec not in ("mpeg4", "mpeg2video", "gif"):
            context.time_base = MILLISECOND
        context.gop_size, context.max_b_frames = keyframe_every, b_frames
        if aspect is not None:
            context.sample_aspect_ratio = aspect
        if rotation:
            track.set_display_rotation(rotation)
        for number, time_ms in enumerate(times_ms):
            frame = av.VideoFrame.from_ndarray(numbered(number, size), "rgb24")
            frame.pts, frame.time_base = time_ms, MILLISECOND
            container.mux(track.encode(frame))
        container.mux(track.encode())
    return path


def regular(count: int, step_ms: int = 100, start_ms: int = 0) -> list[int]:
    """The times of frames at a constant rate."""
    return [start_ms + index * step_ms for index in range(count)]


def damage(path: Path, *stretches: Interval) -> Path:
    """Spoils every packet of an MP4 whose picture is first shown in one of these stretches."""
    content = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        for packet in container.demux(video=0):
            if packet.pts is None or packet.pos is None:
                continue
            shown = float(packet.pts * packet.time_base)
            if any(stretch.start - 1e-6 <= shown < stretch.end - 1e-6 for stretch in stretches):
                spoilt = slice(packet.pos, packet.pos + packet.size)
                content[spoilt] = bytes(byte ^ 0x5A for byte in content[spoilt])
    path.write_bytes(content)
    return path
