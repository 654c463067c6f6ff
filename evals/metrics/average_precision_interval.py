"""How far a mean average precision might lie elsewhere: the bootstrap over videos."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import astuple, fields

import numpy as np
from numpy.typing import NDArray

from foretell.evals.metrics.average_precision import MeanAveragePrecision, mean_average_precision
from foretell.evals.metrics.bootstrap import ConfidenceInterval

_DEVIATIONS = 1.96


def average_precision_intervals(
    scores: NDArray[np.float64],
    targets: NDArray[np.bool_],
    frequent: Collection[int],
    videos: Sequence[Hashable],
    *,
    resamples: int = 500,
    seed: int = 0,
) -> dict[str, ConfidenceInterval]:
    """Gives the 95 % interval of each figure of `mean_average_precision`.

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
