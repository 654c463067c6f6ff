"""The windows whose past is most like a window's own, by the words of the actions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.evals.anticipation.encoded_windows import EncodedWindows

Tokens = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]


def nearest_examples(queries: EncodedWindows, pool: EncodedWindows, k: int) -> Tokens:
    """Gives (N, k) rows of the pool that are most like each query's past, the nearest first.

    A past is the bag of its verbs, nouns and whole actions; two bags are compared by the cosine of
    their TF-IDF weights, log((1 + M) / (1 + document frequency)) + 1 over the M windows of the
    pool. Among equals the lower row wins.

    Args:
        queries: Windows to find examples for.
        pool: Windows with at least `k` that may serve each query.
        k: How many.
    """
    of_pool, of_queries = _tokens(pool.past, queries.past)
    postings = _Postings(of_pool, 1 + int(max(of_pool.max(), of_queries.max(initial=0))))
    nearest = np.empty((len(queries), k), np.int64)
    for row, (window, tokens) in enumerate(zip(queries.windows, of_queries, strict=True)):
        scores = np.where(pool.examples_for(window), postings.scores(tokens), -1.0)
        nearest[row] = ranking.order(scores, k)
    return nearest


def _tokens(*pasts: NDArray[np.int32]) -> list[Tokens]:
    """Gives, of each (N, P, 2) ids, (N, 3P) tokens: verbs, nouns and actions told apart."""
    actions = np.concatenate([past.reshape(-1, 2) for past in pasts]).astype(np.int64)
    verbs, nouns = actions.max(axis=0, initial=0) + 1
    pairs = np.unique(actions[:, 0] * nouns + actions[:, 1], return_inverse=True)[1]
    tokens = np.stack([actions[:, 0], verbs + actions[:, 1], verbs + nouns + pairs], axis=1)
    ends = np.cumsum([past.shape[0] * past.shape[1] for past in pasts])[:-1]
    parts = np.split(tokens, ends)
    return [
        part.reshape(len(past), 3 * past.shape[1]) for part, past in zip(parts, pasts, strict=True)
    ]


class _Postings:
    """For each token, the rows that hold it, so that a query touches only those."""

    def __init__(self, tokens: Tokens, count: int) -> None:
        self._size, width = tokens.shape
        order = np.argsort(tokens, axis=None, kind="stable")
        self._rows = (order // width).astype(np.int32)
        self._starts = np.searchsorted(tokens.ravel()[order], np.arange(count + 1))
        held = np.array([np.unique(self._holding(token)).size for token in range(count)])
        self._weights: Floats = (np.log((1 + self._size) / (1 + held)) + 1.0) ** 2
        same = tokens[:, :, None] == tokens[:, None, :]
        self._norms: Floats = np.sqrt((same.sum(axis=2) * self._weights[tokens]).sum(axis=1))

    def _holding(self, token: int) -> NDArray[np.int32]:
        rows: NDArray[np.int32] = self._rows[self._starts[token] : self._starts[token + 1]]
        return rows

    def scores(self, tokens: Tokens) -> Floats:
        """Gives (M,) the cosine with each row, but for the query's own length."""
        rows = [self._holding(token) for token in tokens]
        weights = np.repeat(self._weights[tokens], [len(part) for part in rows])
        shared = np.bincount(np.concatenate(rows), weights, minlength=self._size)
        return shared / self._norms
