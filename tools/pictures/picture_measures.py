"""Measures small pictures: brightness, named colours, how far the view moved between two."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foretell import ranking

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

COLOURS = (
    "black",
    "white",
    "grey",
    "red",
    "brown",
    "orange",
    "yellow",
    "green",
    "turquoise",
    "blue",
    "purple",
    "pink",
)
_HUES = (
    (15.0, "red"),
    (42.0, "orange"),
    (68.0, "yellow"),
    (160.0, "green"),
    (195.0, "turquoise"),
    (255.0, "blue"),
    (290.0, "purple"),
    (340.0, "pink"),
    (360.0, "red"),
)
"""Where on the colour wheel, in degrees, each named colour begins."""
CHANGED_LEVELS = 20.0
"""A pixel that differs by more than this, of 255, has changed."""

_SHIFTED_LEVELS = 10.0
"""Grey levels, of 255, above which a pixel has changed; noise stays below."""
_FITS = 3
"""Rounds of least squares; more changed no verdict on real clips."""
_FEW_EDGES = 1.0
"""Product of the mean differences of neighbours, in grey levels, that noise reaches."""
_RIDGE = 1.0
"""Added to each term's weight, so that a plain picture has no movement."""


@dataclass(frozen=True, slots=True)
class Shift:
    """How the view moved from one picture to the next.

    Attributes:
        right: Way of the content to the right, as a share of the picture's width.
        down: Way of the content downwards, as a share of the picture's height.
        changed: Share of pixels that changed, 0 to 1.
    """

    right: float
    down: float
    changed: float


def difference(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Gives the mean absolute difference of two pictures, 0 to 255."""
    return float(abs(first - second).mean())


def changed_pixels(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Says where two (H, W, 3) pictures differ, as an (H, W) mask.

    The second is brought to the exposure of the first by the median ratio of their pixels, as
    cameras expose anew when somebody in dark clothes comes into view.
    """
    import numpy as np

    gain = float(np.median((first + 1.0) / (second + 1.0)))
    mask: NDArray[np.bool_] = np.abs(first - second * gain).max(axis=-1) > CHANGED_LEVELS
    return mask


def cell_means(picture: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    """Gives the means of the cells, (rows, columns), that tile an (H, W) picture from its corner.

    What is left over at the right and below is not looked at.

    Args:
        picture: Of one channel, or a difference of two.
        height: Pixels of a cell, at most H.
        width: The same to the right, at most W.
    """
    rows, columns = picture.shape[0] // height, picture.shape[1] // width
    tiled = picture[: rows * height, : columns * width]
    means: NDArray[np.float32] = tiled.reshape(rows, height, columns, width).mean(axis=(1, 3))
    return means


def luminance(rgb: NDArray[np.float32]) -> NDArray[np.float32]:
    """Gives the (H, W) grey picture of an (H, W, 3) one, 0 to 255 (Rec. 601)."""
    import numpy as np

    return rgb @ np.array([0.299, 0.587, 0.114], dtype=np.float32)


def colour_shares(rgb: NDArray[np.float32]) -> NDArray[np.float64]:
    """Gives the share of pixels that go by each name of `COLOURS`, summing to 1."""
    import numpy as np

    pixels = rgb.reshape(-1, 3)
    value, low = pixels.max(axis=1), pixels.min(axis=1)
    chroma = value - low
    saturation = chroma / np.maximum(value, 1.0)
    hue = _hue(pixels, value, chroma)
    edges = np.array([edge for edge, _ in _HUES])
    named = np.array([COLOURS.index(name) for _, name in _HUES])
    index = named[np.searchsorted(edges, hue, side="right").clip(max=len(_HUES) - 1)]
    warm = (hue < 42.0) | (hue >= 340.0)
    index[warm & (value < 160.0)] = COLOURS.index("brown")
    index[(hue < 12.0) & (saturation > 0.6)] = COLOURS.index("red")
    index[saturation < 0.2] = COLOURS.index("grey")
    index[(saturation < 0.2) & (value > 190.0)] = COLOURS.index("white")
    index[value < 50.0] = COLOURS.index("black")
    return np.bincount(index, minlength=len(COLOURS)) / len(index)


def _hue(
    pixels: NDArray[np.float32], value: NDArray[np.float32], chroma: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Gives the hue of (N, 3) pixels in degrees, 0 for red."""
    import numpy as np

    red, green, blue = pixels.T
    scale = np.maximum(chroma, np.float32(1.0))
    hue = np.asarray((red - green) / scale + 4.0, dtype=np.float32)
    hue[value == green] = ((blue - red) / scale + 2.0)[value == green]
    hue[value == red] = ((green - blue) / scale % 6.0)[value == red]
    return hue * np.float32(60.0)


def shift(first: NDArray[np.float32], second: NDArray[np.float32]) -> Shift:
    """Gives the way of the content between two grey (H, W) pictures, by phase correlation.

    The peak of the inverse transform of the normalized cross-power spectrum, refined by a
    parabola: Kuglin and Hines (1975).
    """
    import numpy as np

    height, width = first.shape
    window = np.outer(np.hanning(height), np.hanning(width))
    one = np.fft.rfft2((first - first.mean()) * window)
    two = np.fft.rfft2((second - second.mean()) * window)
    cross = one.conj() * two
    power = np.abs(cross)
    surface = np.fft.irfft2(cross / (power + 1e-3 * power.max() + 1e-6), s=first.shape)
    row, column = divmod(ranking.best(surface.ravel()), width)
    return Shift(
        right=_peak(surface[row], column) / width,
        down=_peak(surface[:, column], row) / height,
        changed=float((np.abs(second - first) > _SHIFTED_LEVELS).mean()),
    )


def _peak(line: NDArray[np.float64], index: int) -> float:
    """Refines the peak of a circular line; gives its place, negative past the middle."""
    before, at, after = line[index - 1], line[index], line[(index + 1) % len(line)]
    bend = before - 2 * at + after
    place = index + (0.5 * float(before - after) / float(bend) if bend else 0.0)
    return place - len(line) if place > len(line) / 2 else place


def expansion(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Gives how much the content of grey (H, W) pictures moves outwards from the middle.

    0.02 is 2 % farther out, as where a camera drives forward or zooms in; below 0 it moves
    inwards. A shift of the whole and a change of light are told apart from it, and what moves on
    its own counts little: flow that is affine in place, fitted to the change of brightness by
    least squares with Cauchy's weights; after Bergen et al., "Hierarchical model-based motion
    estimation", ECCV 1992.
    """
    import numpy as np

    height, width = first.shape
    middle = (first + second) / 2
    inner = slice(1, height - 1, 2), slice(1, width - 1, 2)
    down, right = (np.asarray(slope, np.float32)[inner].ravel() for slope in np.gradient(middle))
    light, change = middle[inner].ravel(), (first - second)[inner].ravel()
    rows, columns = _places(height, width)
    terms = np.stack([right * columns + down * rows, right, down, light, np.ones_like(light)])
    weights, growth = np.ones_like(change), 0.0
    for _ in range(_FITS):
        weighted = terms * weights
        fitted = np.linalg.solve(weighted @ terms.T + _RIDGE * np.eye(5), weighted @ change)
        growth = float(fitted[0])
        off = np.abs(change - fitted @ terms)
        weights = 1.0 / (1.0 + np.square(off / (2.0 * (np.median(off) + 1.0))))
    return growth


@functools.lru_cache(maxsize=4)
def _places(height: int, width: int) -> NDArray[np.float32]:
    """Gives how far every second inner pixel lies from the middle, (2, N): down and right."""
    import numpy as np

    places = np.mgrid[1 : height - 1 : 2, 1 : width - 1 : 2].reshape(2, -1).astype(np.float32)
    places -= np.array([[(height - 1) / 2], [(width - 1) / 2]], np.float32)
    return places


def finest_detail(grey: NDArray[np.float32]) -> float:
    """Gives the largest difference of two neighbours in a grey (H, W) picture, 0 to 255.

    A line of thin letters on black, which hardly raises the contrast of the whole, has 30 and more.
    """
    import numpy as np

    return float(max(np.abs(np.diff(grey, axis=axis)).max() for axis in (0, 1)))


def edge_likeness(
    first: NDArray[np.float32],
    second: NDArray[np.float32],
    where: NDArray[np.bool_] | None = None,
) -> float:
    """Gives the correlation of the edges of two grey (H, W) pictures, -1 to 1.

    It stays where only the light or its colour changes. 0 where one of them has no edges.

    Args:
        first: One picture.
        second: The other.
        where: (H, W), the pixels whose edges to the left and above count; None for all.
    """
    import numpy as np

    chosen = np.ones(first.shape, np.bool_) if where is None else where
    one, two = (
        np.concatenate([np.diff(grey, axis=0)[chosen[1:]], np.diff(grey, axis=1)[chosen[:, 1:]]])
        for grey in (first, second)
    )
    size = float(np.linalg.norm(one)) * float(np.linalg.norm(two))
    return float(one @ two) / size if size > _FEW_EDGES * len(one) else 0.0
