"""The windows of a pool whose past is like a given one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.tools.anticipation.pool import Ids, Mask, Pool
from foretell.tools.anticipation.sources import NOUN, VERB

Floats = NDArray[np.float64]
Features = NDArray[np.float32]

VERB_WEIGHT = 0.4
SHARPNESS = 8.0
"""How much more a likelier example weighs: shares are proportional to exp(SHARPNESS * cosine)."""


class SimilarPasts:
    """Compares pasts by the cosine of their TF-IDF weighted verbs and nouns.

    Args:
        pool: Where to look.
        verbs: How many verbs there are.
        nouns: How many nouns there are.
    """

    def __init__(self, pool: Pool, verbs: int, nouns: int) -> None:
        self._labels = (verbs, nouns)
        self._window_sequence = pool.window_sequence
        counts = self._counts(pool.shown)
        rarity = np.log((1 + len(counts)) / (1 + (counts > 0).sum(axis=0)))
        rarity[:verbs] *= VERB_WEIGHT
        self._rarity = rarity.astype(np.float32)
        self._by_label = np.ascontiguousarray(self._features(counts).T)

    def find(
        self, pasts: Ids, allowed: Mask, most: int
    ) -> tuple[NDArray[np.int64], Features, Floats]:
        """Finds the most similar windows of allowed sequences.

        Args:
            pasts: (Q, P, 2) verb and noun ids.
            allowed: (sequences,) which may be found.
            most: E, how many to give, or all there are.

        Returns:
            (Q, E) windows, the most similar first; (Q, E) cosines; (Q, E) shares, 1 in all.
        """
        windows = np.flatnonzero(allowed[self._window_sequence])
        features = self._features(self._counts(pasts))
        cosines = np.stack([self._cosines(past) for past in features])[:, windows]
        nearest = ranking.order(cosines, most)
        near = np.take_along_axis(cosines, nearest, axis=1)
        shares = np.exp(SHARPNESS * (near - near[:, :1]).astype(np.float64))
        shares /= shares.sum(axis=1, keepdims=True)
        return windows[nearest], near, shares

    def _cosines(self, past: Features) -> Features:
        """Gives (W,) how similar each window of the pool is to the features of a past.

        A matrix product would round as the number of pasts and of threads makes it.
        """
        labels = np.flatnonzero(past)
        cosines: Features = (past[labels, None] * self._by_label[labels]).sum(axis=0)
        return cosines

    def _counts(self, pasts: Ids) -> NDArray[np.int64]:
        """Gives (Q, verbs + nouns) how often each label occurs in each past."""
        verbs, nouns = self._labels
        rows = np.arange(len(pasts))[:, None] * (verbs + nouns)
        cells = np.concatenate([rows + pasts[..., VERB], rows + verbs + pasts[..., NOUN]], axis=1)
        counts = np.bincount(cells.ravel(), minlength=len(pasts) * (verbs + nouns))
        return counts.reshape(len(pasts), verbs + nouns)

    def _features(self, counts: NDArray[np.int64]) -> Features:
        features = np.log1p(counts).astype(np.float32) * self._rarity
        norms: Features = np.linalg.norm(features, axis=1, keepdims=True)
        unit: Features = features / np.maximum(norms, np.float32(1e-9))
        return unit
