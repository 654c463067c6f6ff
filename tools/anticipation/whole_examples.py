"""Anticipates with whole futures of examples, which read as somebody really acted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from foretell.actions import ActionSequence, ActionWindow, ExampleUse, Forecast
from foretell.errors import DatasetError
from foretell.memory.words.taxonomy import Taxonomy
from foretell.tools.anticipation.pool import encode_pool
from foretell.tools.anticipation.set_selection import SelectionSettings, select_set
from foretell.tools.anticipation.similar_pasts import SimilarPasts

_MOST_EXAMPLES = 100


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
