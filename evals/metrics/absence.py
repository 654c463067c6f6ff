"""Whether a score tells what is present from what is absent, and how far a "no" can be trusted."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.evals.metrics.multiple_choice import Bools

Floats = NDArray[np.float64]
COVERED = 0.7
"""Share of the queries that are answered where the least sure ones are left open."""
_RESAMPLES = 500


@dataclass(frozen=True, slots=True)
class Absence:
    """Figures of one score.

    Attributes:
        auroc: How often a present query scores above an absent one, in [0, 1]; equals count half.
        low: Where the AUROC lies with 95 % confidence, whole clusters being resampled.
        high: The other end.
        no_right: Share of the denials that are of absent queries, per cent; what scores below the
            bound that is right most often on dev is denied. 0 where nothing is denied.
        denied: Share of the absent queries that are denied, per cent.
        no_right_covered: The same as `no_right` where queries near the bound are left open, so
            that 70 % of those of dev are answered.
        covered: Share of the queries that are answered then, per cent.
        n: Of how many queries these shares are: those outside dev, or all where that is none.
    """

    auroc: float
    low: float
    high: float
    no_right: float
    denied: float
    no_right_covered: float
    covered: float
    n: int


def absence_of(
    scores: Floats, present: Bools, clusters: Sequence[Hashable], dev: Bools, *, seed: int = 0
) -> Absence:
    """Returns the figures of a score; bounds are chosen on dev, and shares told of the others.

    Args:
        scores: (N,) the higher, the surer it is that a query is present.
        present: (N,) whether it is; some must be, and some not.
        clusters: (N,) what each belongs to, such as the video that a query was written for.
        dev: (N,) whether bounds are chosen on it; where that is all or none, all serve for both.
        seed: Of the resamples.

    Raises:
        ValueError: If all are present, or all absent.
    """
    if present.all() or not present.any():
        raise ValueError("all queries are present, or all absent; give some of both")
    choose, report = (dev, ~dev) if dev.any() and not dev.all() else (dev | True, dev | True)
    bound = _best_bound(scores[choose], present[choose])
    width = float(np.quantile(np.abs(scores[choose] - bound), 1.0 - COVERED))
    told, there = scores[report], present[report]
    low, high = _interval(scores, present, clusters, seed)
    no = told < bound
    answered = np.abs(told - bound) >= width
    return Absence(
        auroc=auroc(scores, present, np.ones(len(scores))),
        low=low,
        high=high,
        no_right=_percent(~there[no]),
        denied=_percent(no[~there]),
        no_right_covered=_percent(~there[no & answered]),
        covered=_percent(answered),
        n=int(report.sum()),
    )


def auroc(scores: Floats, present: Bools, weights: Floats) -> float:
    """Returns the AUROC of weighted queries, by ranks; equals count half."""
    _, places = np.unique(scores, return_inverse=True)
    there = np.bincount(places, weights * present)
    absent = np.bincount(places, weights * ~present)
    below = np.cumsum(absent) - absent
    return float((there * (below + 0.5 * absent)).sum() / (there.sum() * absent.sum()))


def _best_bound(scores: Floats, present: Bools) -> float:
    """Returns the score from which "yes" is right most often, halfway between two scores."""
    values, places = np.unique(scores, return_inverse=True)
    there, absent = np.bincount(places, present), np.bincount(places, ~present)
    right = np.cumsum(absent) + there.sum() - np.cumsum(there)
    if len(values) == 1:
        return float(values[0])
    place = ranking.best(right[:-1])
    return float((values[place] + values[place + 1]) / 2.0)


def _interval(
    scores: Floats, present: Bools, clusters: Sequence[Hashable], seed: int
) -> tuple[float, float]:
    numbers = {cluster: number for number, cluster in enumerate(dict.fromkeys(clusters))}
    of_query = np.array([numbers[cluster] for cluster in clusters])
    random = np.random.default_rng(seed)
    even = np.full(len(numbers), 1.0 / len(numbers))
    drawn = random.multinomial(len(numbers), even, _RESAMPLES).astype(np.float64)
    areas = [auroc(scores, present, one[of_query]) for one in drawn]
    low, high = np.quantile(areas, [0.025, 0.975])
    return float(low), float(high)


def _percent(held: Bools) -> float:
    return 100.0 * float(held.mean()) if len(held) else 0.0
