"""What needs no model: the forecasts that every score should be read beside."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.evals.anticipation.encoded_windows import EncodedWindows, Ids
from foretell.evals.anticipation.nearest_examples import nearest_examples

NEEDS_EXAMPLES = ("random", "nearest-example")


def baselines(
    queries: EncodedWindows, pool: EncodedWindows, *, horizon: int = 20, k: int = 5, seed: int = 0
) -> dict[str, Ids]:
    """Gives each baseline's candidates for every query.

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
    """Gives (N, 1, Z, 2): the last of (N, P, 2) past actions, over and over."""
    return past[:, None, -1:].repeat(horizon, axis=2)


def loop_past(past: Ids, horizon: int) -> Ids:
    """Gives (N, 1, Z, 2): all of the (N, P, 2) past actions in order, over and over."""
    return past[:, None, np.arange(horizon) % past.shape[1]]


def commonest_past(past: Ids, horizon: int, k: int) -> Ids:
    """Gives (N, K, Z, 2): each of the K commonest of (N, P, 2) past actions, over and over.

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
    """Gives (N, k) rows of the pool, drawn from the windows that may serve each query."""
    random = np.random.default_rng(seed)
    rows = [
        random.choice(np.flatnonzero(pool.examples_for(window)), k, replace=False)
        for window in queries.windows
    ]
    return np.array(rows, np.int32).reshape(-1, k)
