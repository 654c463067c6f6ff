"""Clips with known contents, drawn and encoded for the tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from foretell.tools.decoding.pyav_backend import write_video
from foretell.tools.decoding.video import Video, open_video

HEIGHT, WIDTH = 96, 160

Drawing = NDArray[np.uint8]


def texture(seed: int, width: int = WIDTH) -> Drawing:
    """A patchwork of random colours, unlike that of any other seed."""
    patches = np.random.default_rng(seed).integers(20, 236, (HEIGHT // 16, width // 16, 3))
    return np.kron(patches, np.ones((16, 16, 1))).astype(np.uint8)


def plain(level: int) -> Drawing:
    return np.full((HEIGHT, WIDTH, 3), level, dtype=np.uint8)


def mixed(first: Drawing, second: Drawing, frames: int) -> list[Drawing]:
    """A linear dissolve; its ends are not among the frames."""
    shares = np.linspace(0, 1, frames + 2)[1:-1]
    return [(first * (1 - share) + second * share).astype(np.uint8) for share in shares]


def panned(seed: int, frames: int, pixels: float) -> list[Drawing]:
    """A camera that turns to the right by so many pixels a frame."""
    wide = texture(seed, WIDTH + 16 * (int(frames * pixels) // 16 + 1))
    return [wide[:, int(pixels * index) :][:, :WIDTH] for index in range(frames)]


def with_block(background: Drawing, left: int, top: int, jitter: int = 0) -> Drawing:
    """A visitor: a dark block that covers a tenth of the picture."""
    drawing = background.copy()
    drawing[top : top + 60, max(0, left) : max(0, left + 24)] = 30 + jitter
    return drawing


def opened(path: Path, frames: Iterable[Drawing], frames_per_second: float = 20) -> Video:
    """Writes the frames to `path` and opens it."""
    write_video(path, frames, frames_per_second=frames_per_second)
    return open_video(path, isolate=False)
