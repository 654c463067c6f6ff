"""What needs no model: the forecasts that every score should be read beside."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.evals.anticipation.encoded_windows import EncodedWindows, Ids

NEEDS_EXAMPLES = ("random", "nearest-example")
Tokens = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]


def baselines(
    queries: EncodedWindows, pool: EncodedWindows, *, horizon: int = 20, k: int = 5, seed: int = 0
) -> dict[str, Ids]:
    """Returns each baseline's candidates for every query.

    Those that lean on examples, `NEEDS_EXAMPLES`, are left out where a query has fewer than `k`
    windows of other videos in the pool.

    Args:
        queries: N windows.
        pool: Windows with futures of `horizon` actions.
        horizon: Z, the number of actions to forecast.
        k: K, the number of candidates; the first two baselines know but one.
        seed: Of the random baseline.

    Returns:
        (N, K, Z, 2) verb and noun ids by name of the baseline.
    """
    forecasts = {
        "repeat-last": repeat_last(queries.past, horizon),
        "loop-past": loop_past(queries.past, horizon),
        "commonest-past": commonest_past(queries.past, horizon, k),
    }
    if len(pool) and all(pool.examples_for(window).sum() >= k for window in queries.windows):
        forecasts["random"] = pool.future[random_examples(queries, pool, k, seed)]
        forecasts["nearest-example"] = pool.future[nearest_examples(queries, pool, k)]
    return forecasts


def repeat_last(past: Ids, horizon: int) -> Ids:
    """Returns (N, 1, Z, 2): the last of (N, P, 2) past actions, over and over."""
    return past[:, None, -1:].repeat(horizon, axis=2)


def loop_past(past: Ids, horizon: int) -> Ids:
    """Returns (N, 1, Z, 2): all of the (N, P, 2) past actions in order, over and over."""
    return past[:, None, np.arange(horizon) % past.shape[1]]


def commonest_past(past: Ids, horizon: int, k: int) -> Ids:
    """Returns (N, K, Z, 2): each of the K commonest of (N, P, 2) past actions, over and over.

    Among equally common actions the one seen first comes first. Where there are fewer than K
    different actions, the commonest fills up.
    """
    same: NDArray[np.bool_] = (past[:, :, None] == past[:, None]).all(axis=3)
    first = ranking.best_places(same) == np.arange(past.shape[1], dtype=np.intp)
    counts = np.where(first, same.sum(axis=2), 0)
    order = ranking.order(counts)[:, np.arange(k) % past.shape[1]]
    order = np.where(np.take_along_axis(counts, order, axis=1) > 0, order, order[:, :1])
    chosen = np.take_along_axis(past, order[..., None], axis=1)
    return chosen[:, :, None].repeat(horizon, axis=2)


def random_examples(queries: EncodedWindows, pool: EncodedWindows, k: int, seed: int) -> Ids:
    """Returns (N, k) rows of the pool, drawn from the windows that may serve each query."""
    random = np.random.default_rng(seed)
    rows = [
        random.choice(np.flatnonzero(pool.examples_for(window)), k, replace=False)
        for window in queries.windows
    ]
    return np.array(rows, np.int32).reshape(-1, k)


def nearest_examples(queries: EncodedWindows, pool: EncodedWindows, k: int) -> Tokens:
    """Returns (N, k) rows of the pool that are most like each query's past, the nearest first.

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
        """Returns (M,) the cosine with each row, but for the query's own length."""
        rows = [self._holding(token) for token in tokens]
        weights = np.repeat(self._weights[tokens], [len(part) for part in rows])
        shared = np.bincount(np.concatenate(rows), weights, minlength=self._size)
        return shared / self._norms
