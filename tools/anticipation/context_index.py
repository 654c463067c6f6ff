"""What followed what in the pool: the tokens seen in each context, to count and to draw from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]
Keys = NDArray[np.int64]


class ContextIndex:
    """Tokens by context, sorted.

    Args:
        keys: (E,) context * labels + token of each entry, ascending.
        sequence: (E,) sequence of the pool that each entry comes from.
        labels: How many labels a token may have.
    """

    def __init__(self, keys: Keys, sequence: Integers, labels: int) -> None:
        self._keys = keys
        self._sequence = sequence
        self._labels = labels

    @classmethod
    def of(
        cls, context: Integers, token: Integers, sequence: Integers, labels: int
    ) -> ContextIndex:
        """Sorts (E,) entries."""
        keys = context.astype(np.int64) * labels + token
        order = np.argsort(keys, kind="stable")
        return cls(keys[order], sequence[order], labels)

    def only(self, allowed: NDArray[np.bool_]) -> ContextIndex:
        """Gives the entries of the allowed sequences; (sequences,) of `allowed` says which."""
        kept = allowed[self._sequence]
        return ContextIndex(self._keys[kept], self._sequence[kept], self._labels)

    def sizes(self, context: Integers) -> Keys:
        """Gives how many entries each context has."""
        first, last = self._range(context)
        return last - first

    def counts(self, context: Integers, token: Integers) -> Keys:
        """Gives how many entries of each context hold a token."""
        key = context.astype(np.int64) * self._labels + token
        return np.searchsorted(self._keys, key + 1) - np.searchsorted(self._keys, key)

    def draw(self, context: Integers, uniform: Floats) -> Integers:
        """Gives a token of each context, which must have one; equal numbers draw equal tokens."""
        first, last = self._range(context)
        return self._keys[first + (uniform * (last - first)).astype(np.int64)] % self._labels

    def _range(self, context: Integers) -> tuple[Keys, Keys]:
        start = context.astype(np.int64) * self._labels
        return np.searchsorted(self._keys, start), np.searchsorted(self._keys, start + self._labels)
