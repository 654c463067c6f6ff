"""Pictures are turned and mirrored as the display matrix of their file asks."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from foretell.tools.decoding.orientation import Orientation
from foretell.tools.decoding.pyav_backend import write_video
from foretell.tools.decoding.video import VideoBackend, open_video
from foretell.types import Frame

ONE = 1 << 16
MATRICES = {
    "plain": (ONE, 0, 0, ONE),
    "mirrored": (-ONE, 0, 0, ONE),
    "upside down": (ONE, 0, 0, -ONE),
    "turned by 180": (-ONE, 0, 0, -ONE),
    "turned by 90": (0, ONE, -ONE, 0),
    "turned by 270": (0, -ONE, ONE, 0),
    "transposed": (0, ONE, ONE, 0),
    "transposed the other way": (0, -ONE, -ONE, 0),
}
"""a, b, c, d of a matrix that shows (x, y) at (a x + c y, b x + d y)."""
CORNERS = ["red", "green", "blue", "white"]
COLOURS = {
    "red": (220, 20, 20),
    "green": (20, 200, 20),
    "blue": (20, 20, 220),
    "white": (235, 235, 235),
}


def matrix(name: str) -> tuple[int, ...]:
    a, b, c, d = MATRICES[name]
    return (a, b, 0, c, d, 0, 0, 0, 1 << 30)


def corners(picture: NDArray[np.uint8]) -> list[str]:
    """The colours of the corners: top left, top right, bottom left, bottom right."""
    height, width = picture.shape[:2]
    places = [(y, x) for y in (4, height - 5) for x in (4, width - 5)]
    return [
        min(COLOURS, key=lambda name: float(np.abs(picture[place] - np.array(COLOURS[name])).sum()))
        for place in places
    ]


def expected(name: str) -> list[str]:
    """Where the corners come to lie, by the definition of the matrix."""
    a, b, c, d = MATRICES[name]
    places = {
        corner: (b * x + d * y, a * x + c * y)
        for corner, (y, x) in zip(CORNERS, [(-1, -1), (-1, 1), (1, -1), (1, 1)], strict=True)
    }
    return sorted(CORNERS, key=lambda corner: places[corner])


@pytest.fixture(scope="module")
def plain_clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    picture = np.zeros((96, 160, 3), np.uint8)
    picture[:48, :80], picture[:48, 80:] = COLOURS["red"], COLOURS["green"]
    picture[48:, :80], picture[48:, 80:] = COLOURS["blue"], COLOURS["white"]
    path = tmp_path_factory.mktemp("clips") / "plain.mp4"
    write_video(path, [picture] * 3, frames_per_second=10)
    return path.read_bytes()


@pytest.mark.parametrize("backend", ["pyav", "decord"])
@pytest.mark.parametrize("name", MATRICES)
def test_a_picture_lies_as_its_matrix_says(
    tmp_path: Path, plain_clip: bytes, name: str, backend: VideoBackend
) -> None:
    if backend == "decord":
        pytest.importorskip("decord", reason="decord has no build for this platform")
    written = bytearray(plain_clip)
    at = written.index(b"tkhd") + 44
    written[at : at + 36] = struct.pack(">9i", *matrix(name))
    path = tmp_path / "clip.mp4"
    path.write_bytes(written)
    with open_video(path, backend=backend, isolate=False) as video:
        frames: list[Frame] = list(video.frames())
        size = video.info.width, video.info.height
        (small,) = video.frames([0.0], size=(60, 60))
    assert size == ((160, 96) if MATRICES[name][0] else (96, 160))
    assert frames[0].data.shape == (size[1], size[0], 3)
    assert [corners(one.data) for one in (*frames, small)] == [expected(name)] * 4


def test_what_is_left_to_mirror_completes_what_an_angle_says() -> None:
    picture = np.arange(24).reshape(2, 4, 3)
    for name in MATRICES:
        a, b, _, _ = MATRICES[name]
        wanted = Orientation.of(struct.pack("=9i", *matrix(name)))
        turned = Orientation.of(struct.pack("=9i", a, b, 0, -b, a, 0, 0, 0, 1 << 30))
        shown = wanted.beyond_angle().apply(turned.apply(picture))
        np.testing.assert_array_equal(shown, wanted.apply(picture))
