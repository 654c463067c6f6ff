"""How far a mean average precision might lie elsewhere: the bootstrap over videos."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import astuple, fields

import numpy as np
from numpy.typing import NDArray

from foretell.evals.metrics.average_precision import MeanAveragePrecision, mean_average_precision
from foretell.evals.metrics.bootstrap import ConfidenceInterval

_TAIL = 0.025


def average_precision_intervals(
    scores: NDArray[np.float64],
    targets: NDArray[np.bool_],
    frequent: Collection[int],
    videos: Sequence[Hashable],
    *,
    resamples: int = 500,
    seed: int = 0,
) -> dict[str, ConfidenceInterval]:
    """Gives the 95 % percentile interval of each figure of `mean_average_precision`.

    Whole videos are drawn with replacement, since a video's records share their future; a class
    that no video drawn holds does not count in that draw.

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
    rows = [np.flatnonzero([v == video for v in videos]) for video in dict.fromkeys(videos)]
    random = np.random.default_rng(seed)
    drawn = [
        np.concatenate([rows[index] for index in np.sort(draw)])
        for draw in random.integers(len(rows), size=(resamples, len(rows)))
    ]
    figures = np.array(
        [astuple(mean_average_precision(scores[draw], targets[draw], frequent)) for draw in drawn]
    )
    return {
        field.name: ConfidenceInterval(*np.nanquantile(column, [_TAIL, 1.0 - _TAIL]).tolist())
        for field, column in zip(fields(MeanAveragePrecision), figures.T, strict=True)
        if not np.isnan(column).all()
    }
