"""How far a mean might lie elsewhere: the bootstrap over videos."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ConfidenceInterval:
    """Where a mean lies with the given confidence."""

    low: float
    high: float


def mean_interval(
    values: NDArray[np.float64],
    clusters: Sequence[Hashable],
    *,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> ConfidenceInterval:
    """Returns the interval of one mean; see `mean_intervals`.

    Raises:
        ValueError: If there is no value, or `confidence` is out of range.
    """
    return mean_intervals(
        values[:, None], clusters, confidence=confidence, resamples=resamples, seed=seed
    )[0]


def mean_intervals(
    values: NDArray[np.float64],
    clusters: Sequence[Hashable],
    *,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> list[ConfidenceInterval]:
    """Returns the percentile interval of each mean, drawing whole clusters with replacement.

    Windows of one video overlap, so that drawing windows one by one would promise too much. A
    resample's mean is that of all values in the clusters drawn. B. Efron, "Bootstrap methods:
    another look at the jackknife", 1979; for clusters, A. C. Davison and D. V. Hinkley,
    "Bootstrap Methods and their Application", 1997, section 3.8.

    Args:
        values: (N, M) scores of M kinds.
        clusters: (N,) what each belongs to, such as its video.
        confidence: Share of the resamples that lie inside, between 0 and 1.
        resamples: How many are drawn.
        seed: Of the random numbers; the same seed gives the same intervals.

    Raises:
        ValueError: If there is no value, or `confidence` is out of range.
    """
    if len(values) == 0 or not 0.0 < confidence < 1.0:
        raise ValueError(
            f"{len(values)} values and a confidence of {confidence!r} were given; "
            "there must be a value, and the confidence must lie between 0 and 1"
        )
    numbers = {cluster: number for number, cluster in enumerate(dict.fromkeys(clusters))}
    of_value = [numbers[cluster] for cluster in clusters]
    sums = np.stack([np.bincount(of_value, column) for column in values.T], axis=1)
    sizes = np.bincount(of_value).astype(np.float64)
    even = np.full(len(numbers), 1.0 / len(numbers))
    drawn = np.random.default_rng(seed).multinomial(len(numbers), even, resamples).astype(float)
    means = (drawn @ sums) / (drawn @ sizes)[:, None]
    tail = (1.0 - confidence) / 2.0
    lows, highs = np.quantile(means, [tail, 1.0 - tail], axis=0)
    return [
        ConfidenceInterval(float(low), float(high)) for low, high in zip(lows, highs, strict=True)
    ]
