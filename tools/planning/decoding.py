"""Chooses the route that is expected to score best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from foretell import ranking
from foretell.tools.planning.observation import Floats, Ids

_NOTHING = -1


def best_by_expected_score(
    routes: Sequence[Ids], probabilities: Floats, success_weight: float
) -> int:
    """Gives the route with the greatest expected sum of success, accuracy and overlap.

    The true route is taken to be one of those given (minimum Bayes risk decoding). Success is
    being equal, accuracy the share of places with the same action, overlap that of the sets of
    actions, intersection over union.

    Args:
        routes: (T,) action ids each, of any lengths.
        probabilities: (n,) of each route, on any scale.
        success_weight: How much success is worth beside each of the others.
    """
    lengths = np.array([len(route) for route in routes])
    padded = np.full((len(routes), lengths.max()), _NOTHING)
    for row, route in zip(padded, routes, strict=True):
        row[: len(route)] = route
    same = (padded[:, None] == padded[None]) & (padded != _NOTHING)
    longer = np.maximum(lengths[:, None], lengths[None])
    score = same.sum(axis=2) / longer + _overlaps(padded) + success_weight * np.eye(len(routes))
    return ranking.best(score @ (probabilities / probabilities.sum()))


def _overlaps(padded: Ids) -> Floats:
    """Gives (n, n) intersection over union of the actions of each two routes."""
    known, places = np.unique(padded, return_inverse=True)
    holds = np.zeros((len(padded), len(known)))
    np.put_along_axis(holds, places.reshape(padded.shape), 1.0, axis=1)
    holds = holds[:, known != _NOTHING]
    common = holds @ holds.T
    sizes = holds.sum(axis=1)
    return np.asarray(common / (sizes[:, None] + sizes[None] - common))
