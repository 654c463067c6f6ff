"""Which score is higher: the one place where scores decide, so that equal scores stay equal.

Sums of floats depend in their last digits on the processor, its libraries and their threads. Scores
that differ by less than a stated precision are therefore equal, and among equals the earlier one
wins, in the order in which they are given: the earlier choice, the earlier time, the smaller id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Places = NDArray[np.intp]
Item = TypeVar("Item")

PRECISION = 1e-9
"""Scores added up in float64 that differ by no more are equal; what is around 1 rounds at 1e-16."""
MODEL_PRECISION = 1e-5
"""The same for scores that a model computed in float32, which rounds at 1e-7 and adds up a lot."""


def best(scores: ArrayLike, precision: float = PRECISION) -> int:
    """Gives the place of the highest of (n,) scores, n > 0; the first among equals."""
    return int(best_places(scores, precision))


def best_places(scores: ArrayLike, precision: float = PRECISION) -> Places:
    """Gives the places of the highest of (..., n) scores along the last axis, as `best` does."""
    values = np.asarray(scores, np.float64)
    places: Places = np.argmax(values >= values.max(axis=-1, keepdims=True) - precision, axis=-1)
    return places


def best_of(
    items: Iterable[Item], score: Callable[[Item], float], precision: float = PRECISION
) -> Item:
    """Gives the item with the highest score, the first among equals; there must be one."""
    given = list(items)
    return given[best([score(item) for item in given], precision)]


def order(scores: ArrayLike, k: int | None = None, precision: float = PRECISION) -> Places:
    """Gives the places of (..., n) scores along the last axis, the highest first.

    Scores are equal, too, where others lie between them in steps of no more than `precision`.

    Args:
        scores: Any; an infinite one is equal to its like alone.
        k: How many to give, those of the highest scores; all if None.
        precision: Of the scores.

    Returns:
        (..., min(k, n)) places; equal scores come in the order in which they are given.
    """
    values = np.asarray(scores, np.float64)
    count = values.shape[-1]
    if k is None or k >= count:
        return _ordered(values, precision)
    if values.ndim == 1:
        return _highest(values, k, precision)
    rows = [_highest(row, k, precision) for row in values.reshape(-1, count)]
    return np.reshape(rows, (*values.shape[:-1], k)).astype(np.intp)


def ordered(
    items: Iterable[Item], score: Callable[[Item], float], precision: float = PRECISION
) -> list[Item]:
    """Gives the items, the highest score first, equal ones in the order in which they are given."""
    given = list(items)
    return [given[place] for place in order([score(item) for item in given], precision=precision)]


def level(score: float, precision: float = PRECISION) -> float:
    """Gives a score as a key of a heap or of several scores may hold it: equal ones are alike."""
    return round(score / precision) * precision


def shown(score: float | None) -> float | None:
    """Gives a score to the 6 decimals that it is told with: those that every processor gets."""
    return None if score is None else round(score, 6)


def _ordered(values: NDArray[np.float64], precision: float) -> Places:
    falling: Places = np.argsort(-values, axis=-1, kind="stable")
    sorted_values = np.take_along_axis(values, falling, axis=-1)
    with np.errstate(invalid="ignore"):  # of infinite scores
        apart = sorted_values[..., :-1] - sorted_values[..., 1:] > precision
    swapped = falling[..., 1:] < falling[..., :-1]
    if not (swapped & ~apart).any():
        return falling
    group = np.zeros(falling.shape, np.intp)
    np.cumsum(apart, axis=-1, out=group[..., 1:])
    within: Places = np.argsort(group * values.shape[-1] + falling, axis=-1, kind="stable")
    return np.take_along_axis(falling, within, axis=-1)


def _highest(values: NDArray[np.float64], k: int, precision: float) -> Places:
    """Gives the first `k` of (n,) values in order, k < n, without sorting them all."""
    if k <= 0:
        return np.empty(0, np.intp)
    floor = np.partition(values, len(values) - k)[len(values) - k]
    while True:  # down to a gap, so that no equal one is left out
        lower = values[(values < floor) & (values >= floor - precision)]
        if not len(lower):
            break
        floor = lower.min()
    candidates: Places = np.flatnonzero(values >= floor)
    return candidates[_ordered(values[candidates], precision)[:k]]
