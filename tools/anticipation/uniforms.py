"""Random numbers that depend on their row alone, however rows are batched."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))


class Uniforms:
    """One stream of uniform numbers a row, read by position.

    The numbers are those of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom
    number generators", OOPSLA 2014), whose state after n steps is known without taking them.

    Args:
        seeds: (R,) start of each row's stream.
        first: Position that counts as 0.
    """

    def __init__(self, seeds: NDArray[np.uint64], first: int = 0) -> None:
        self._seeds = seeds
        self._first = first

    def __call__(self, position: int) -> NDArray[np.float64]:
        """Gives (R,) the number at `position` of each row's stream, in [0, 1)."""
        with np.errstate(over="ignore"):
            state = self._seeds + _STEP * np.uint64(self._first + position + 1)
            for shift, factor in _MIX:
                state = (state ^ (state >> np.uint64(shift))) * np.uint64(factor)
        state = state ^ (state >> np.uint64(31))
        return (state >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def take(self, rows: NDArray[np.integer[Any]], skip: int = 0) -> Uniforms:
        """Gives the streams of some rows, from `skip` positions further on."""
        return Uniforms(self._seeds[rows], self._first + skip)

    def skip(self, count: int) -> Uniforms:
        """Gives the same streams, from `count` positions further on."""
        return Uniforms(self._seeds, self._first + count)


def seeds_of(name: str, count: int, seed: int = 0) -> NDArray[np.uint64]:
    """Gives (count,) seeds that depend on a name alone."""
    digest = hashlib.blake2b(f"{seed} {name}".encode(), digest_size=8).digest()
    start = np.uint64(int.from_bytes(digest, "little"))
    rows = np.arange(1, count + 1, dtype=np.uint64)
    return (Uniforms(np.array([start]) ^ rows)(0) * 2.0**53).astype(np.uint64) << np.uint64(11)
