"""Mean average precision over records that each hold a set of classes.

The scores of torchnet's `APMeter`, which EGO-TOPO and later work on future verbs report: Nagarajan
et al., "EGO-TOPO: Environment affordances from egocentric video", CVPR 2020. All records are
pooled, each class is ranked over the records, and the mean is taken over the classes that occur.

Equal scores must be put in some order, and that order is worth several points where scores are
counts: `APMeter` leaves it to an unstable sort. Here equals keep the order of the records
("order"), or the precision is averaged over all orders of equals ("mean"), which favours nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from foretell.evals.metrics.bootstrap import ConfidenceInterval

Floats = NDArray[np.float64]
Ties = Literal["order", "mean"]
_DEVIATIONS = 1.96


@dataclass(frozen=True, slots=True)
class MeanAveragePrecision:
    """Per cent, over the classes that occur; NaN where no class of a group does.

    Attributes:
        all: Over every class.
        freq: Over the frequent classes.
        rare: Over the others.
    """

    all: float
    freq: float
    rare: float


def average_precision(scores: Floats, targets: NDArray[np.bool_], ties: Ties = "order") -> Floats:
    """Returns the average precision of each class.

    Args:
        scores: (N, C), higher for what is likelier.
        targets: (N, C), which classes each record holds.
        ties: What equal scores of a class do: keep the order of the records, or count as the mean
            over all their orders.

    Returns:
        (C,) in [0, 1]; NaN for a class that no record holds.

    Raises:
        ValueError: If the shapes differ.
    """
    if scores.shape != targets.shape:
        raise ValueError(f"scores {scores.shape} and targets {targets.shape} must be alike (N, C)")
    order = np.argsort(-scores, axis=0, kind="stable")
    hits = np.take_along_axis(targets, order, axis=0).astype(np.float64)
    if ties == "order":
        found, precision = hits, np.cumsum(hits, axis=0)
    else:
        found, precision = _over_orders_of_equals(np.take_along_axis(scores, order, axis=0), hits)
    gains: Floats = np.sum(found * precision / np.arange(1, len(scores) + 1)[:, None], axis=0)
    positives = np.where(hits.any(axis=0), hits.sum(axis=0), np.nan)
    precisions: Floats = gains / positives
    return precisions


def mean_average_precision(
    scores: Floats,
    targets: NDArray[np.bool_],
    frequent: Collection[int],
    ties: Ties = "order",
) -> MeanAveragePrecision:
    """Returns the mean over all classes, over the frequent ones and over the rare ones.

    Args:
        scores: (N, C), higher for what is likelier.
        targets: (N, C), which classes each record holds.
        frequent: The frequent classes.
        ties: See `average_precision`.

    Raises:
        ValueError: If the shapes differ.
    """
    occurs = np.flatnonzero(targets.any(axis=0))
    precision = average_precision(scores[:, occurs], targets[:, occurs], ties)
    is_frequent = np.isin(occurs, list(frequent))
    groups = (precision, precision[is_frequent], precision[~is_frequent])
    return MeanAveragePrecision(*(_percent(group) for group in groups))


def _percent(group: Floats) -> float:
    return 100.0 * float(group.mean()) if len(group) else float("nan")


def _over_orders_of_equals(ranked: Floats, hits: Floats) -> tuple[Floats, Floats]:
    """Gives, at each rank, the chance of a hit and the hits expected up to there if it is one.

    In a group of n equals with p hits, each rank holds a hit with chance p / n; given one at the
    group's rank j, j - 1 of the other n - 1 stand above it, with (p - 1) / (n - 1) hits each.
    """
    chance, above = np.empty_like(hits), np.empty_like(hits)
    for column in range(hits.shape[1]):
        starts = np.flatnonzero(np.diff(ranked[:, column], prepend=np.inf))
        sizes = np.diff(starts, append=len(ranked))
        found = np.add.reduceat(hits[:, column], starts) if len(starts) else hits[:0, column]
        before = np.cumsum(found) - found
        place = np.arange(len(ranked)) - np.repeat(starts, sizes)
        others = (found - 1.0) / np.maximum(sizes - 1, 1)
        chance[:, column] = np.repeat(found / sizes, sizes)
        above[:, column] = np.repeat(before + 1.0, sizes) + place * np.repeat(others, sizes)
    return chance, above


def average_precision_intervals(
    scores: NDArray[np.float64],
    targets: NDArray[np.bool_],
    frequent: Collection[int],
    videos: Sequence[Hashable],
    *,
    resamples: int = 500,
    seed: int = 0,
) -> dict[str, ConfidenceInterval]:
    """Returns the 95 % interval of each figure of `mean_average_precision`.

    Whole videos are drawn with replacement, since a video's records share their future. A draw
    repeats what it holds, which lifts its figure above that of the whole, so that only the spread
    of the draws is used: 1.96 of their standard deviations on either side. B. Efron, "Bootstrap
    methods: another look at the jackknife", 1979.

    Args:
        scores: (N, C), higher for what is likelier.
        targets: (N, C), which classes each record holds.
        frequent: The frequent classes.
        videos: (N,) the video of each record.
        resamples: How many draws.
        seed: Of the random numbers; the same seed gives the same intervals.

    Returns:
        Intervals in per cent by the figure's name; a figure over no class has none.
    """
    rows: list[NDArray[np.intp]] = [
        np.flatnonzero([v == video for v in videos]) for video in dict.fromkeys(videos)
    ]
    random = np.random.default_rng(seed)
    figures: list[tuple[float, ...]] = []
    for _ in range(resamples):
        chosen: list[int] = np.sort(random.integers(len(rows), size=len(rows))).tolist()
        drawn = np.concatenate([rows[index] for index in chosen])
        figures.append(astuple(mean_average_precision(scores[drawn], targets[drawn], frequent)))
    whole = astuple(mean_average_precision(scores, targets, frequent))
    return {
        field.name: _interval(figure, np.array(of_draws))
        for field, figure, of_draws in zip(
            fields(MeanAveragePrecision), whole, zip(*figures, strict=True), strict=True
        )
        if not np.isnan(figure)
    }


def _interval(figure: float, of_draws: NDArray[np.float64]) -> ConfidenceInterval:
    reach = _DEVIATIONS * float(np.nanstd(of_draws))
    return ConfidenceInterval(max(0.0, figure - reach), min(100.0, figure + reach))
