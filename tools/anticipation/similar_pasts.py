"""Finds the windows of a pool whose past is like a given one, and forecasts their whole futures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.actions import ActionSequence, ActionWindow, ExampleUse, Forecast
from foretell.errors import DatasetError
from foretell.memory.words.taxonomy import Taxonomy
from foretell.tools.anticipation.pool import Ids, Mask, Pool, encode_pool
from foretell.tools.anticipation.set_selection import SelectionSettings, select_set
from foretell.tools.anticipation.sources import NOUN, VERB

Floats = NDArray[np.float64]
Features = NDArray[np.float32]
VERB_WEIGHT = 0.4
"""How much a verb counts beside a noun: verbs recur in any activity."""
SHARPNESS = 8.0
"""How much more a likelier example weighs: shares are proportional to exp(SHARPNESS * cosine)."""
_MOST_EXAMPLES = 100
"""Windows looked at for whole futures, which bounds the time of a forecast."""


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


class WholeExamples:
    """Gives K futures that followed similar pasts in the pool, chosen to cover the others.

    The futures of the most similar windows, weighted by similarity, stand for what may come; the K
    among them with the least expected best-of-K edit distance are given as they are. For scores,
    `EmbeddedAnticipator` is better: it also tells futures that nobody acted.

    Args:
        pool: Annotated sequences to learn from.
        taxonomy: Of their words, and of the forecasts.
        observed: Length of the pasts that are compared.
        horizon: Z, length of a forecast.

    Raises:
        DatasetError: If a word is not in the taxonomy.
    """

    def __init__(
        self,
        pool: Sequence[ActionSequence],
        taxonomy: Taxonomy,
        *,
        observed: int = 8,
        horizon: int = 20,
    ) -> None:
        self._taxonomy = taxonomy
        self._pool = encode_pool(pool, taxonomy, observed=observed, horizon=horizon)
        self._similar = SimilarPasts(self._pool, len(taxonomy.verbs), len(taxonomy.nouns))

    def forecast(self, window: ActionWindow, k: int = 5) -> Forecast:
        """Gives `k` candidate futures of a window, the likeliest first.

        Raises:
            DatasetError: If the past is empty, a word is not in the taxonomy, or the pool has
                fewer than `k` windows that this one may learn from.
        """
        if not window.past:
            raise DatasetError(f"window {window.key!r} shows no action; give at least one")
        allowed = self._pool.allowed_for(window)
        usable = int(allowed[self._pool.window_sequence].sum())
        if usable < k:
            raise DatasetError(
                f"{k} candidates were asked for, and window {window.key!r} may learn from "
                f"{usable} windows of {self._pool.observed} past and {self._pool.horizon} future "
                "actions of the pool; ask for less, or add examples"
            )
        past = self._taxonomy.encode(window.past)[None]
        rows, cosines, shares = self._similar.find(past, allowed, _MOST_EXAMPLES)
        futures = self._pool.futures[rows[0]]
        chosen = select_set(
            futures, k, weights=shares[0], settings=SelectionSettings(starts=len(futures), sweeps=0)
        )
        places = [_place(futures, candidate) for candidate in chosen]
        return Forecast(
            window=window,
            candidates=tuple(self._taxonomy.decode(candidate) for candidate in chosen),
            examples=tuple(
                ExampleUse(
                    self._pool.window(int(rows[0, place]), recognised=False),
                    similarity=float(cosines[0, place]),
                    weight=float(shares[0, place]),
                )
                for place in places
            ),
        )


def _place(futures: np.ndarray, candidate: np.ndarray) -> int:
    """Gives the most similar example that had a future."""
    return int(np.flatnonzero((futures == candidate).all(axis=(1, 2)))[0])
