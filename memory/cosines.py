"""Cosines that no processor rounds in its own way.

The numbers of a vector are multiples of 2**-24. A product of two is one of 2**-48, and those of
unit vectors add up to no more than 1, so that float64 holds every partial sum as it is: a cosine
is the same in whatever order it is added up, on any processor, with any number of threads. Half
precision, in which a library keeps its vectors, has such multiples alone.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.memory.one_thread import one_thread

_STEP = 2.0**-24
"""Grid of a component: fine as float32 near 1; sums of products on it are exact in float64."""
ROUNDING = 1e-5
"""How far a cosine of unit vectors that is added up in float32 may be off, and more."""
_SOFTNESS = 0.05
"""Of the soft maximum over cosines: smaller is nearer to the maximum itself."""
_SMALL_PRODUCT = 1 << 25
"""Multiplications of a product that one thread takes no more than some 20 ms for."""


def on_grid(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Gives (..., D) unit vectors with each number rounded to a multiple of 2**-24.

    Vectors worked out in float64 are then equal on every processor.
    """
    return (np.rint(np.asarray(vectors, np.float64) / _STEP) * _STEP).astype(np.float32)


def cosines(
    texts: NDArray[np.floating[Any]], vectors: NDArray[np.floating[Any]]
) -> NDArray[np.float64]:
    """Gives (T, E) cosines of (T, D) and (E, D) unit vectors on the grid, each exact.

    One vector (D,) may stand for either side; its axis is then left out.
    """
    with _threads_for(texts.size * vectors.size // max(1, vectors.shape[-1])):
        product: NDArray[np.float64] = (
            texts.astype(np.float64, copy=False) @ vectors.astype(np.float64, copy=False).T
        )
    return product


def soft_maximum(fits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the soft maximum over the last axis: between the greatest and the mean."""
    return np.asarray(_SOFTNESS * np.log(np.exp(fits / _SOFTNESS).mean(axis=-1)))


def nearest(
    query: NDArray[np.float32],
    vectors: NDArray[np.float32],
    k: int,
    among: NDArray[np.intp] | None = None,
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Gives the rows of the vectors nearest to a query, and their exact cosines.

    A product in float32 leaves out those that cannot be among them.

    Args:
        query: (D,) unit vector on the grid.
        vectors: (N, D) unit vectors on the grid.
        k: How many to give at most.
        among: The only rows that count, ascending; all if None.

    Returns:
        (n,) rows and (n,) cosines, the nearest first, the lower row among equals; n <= k.
    """
    with _threads_for(vectors.size):
        rough = vectors @ query
    rows = np.arange(len(vectors)) if among is None else among
    if 0 < k < len(rows):
        rough = rough[rows]
        least = np.partition(rough, len(rows) - k)[len(rows) - k]
        rows = rows[rough >= least - 2.0 * ROUNDING]
    exact = cosines(vectors[rows], query)
    chosen = ranking.order(exact, k)
    return rows[chosen], exact[chosen]


def _threads_for(multiplications: int) -> AbstractContextManager[None]:
    """Returns what a product is to run in: one thread where it is small."""
    return one_thread() if multiplications <= _SMALL_PRODUCT else nullcontext()
