"""The figures of some plans, and how far they might lie elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from foretell.evals.metrics.bootstrap import ConfidenceInterval, mean_intervals
from foretell.evals.metrics.plans import (
    Ids,
    accuracies,
    batch_overlap,
    middle_accuracies,
    overlaps,
    successes,
)
from foretell.evals.run_folder import Record

_MEASURES = {"sr": successes, "macc": accuracies, "miou": overlaps}


@dataclass(frozen=True, slots=True)
class PlanScore:
    """How well plans match what was done, in per cent.

    Attributes:
        sr: Share of plans all of whose steps are right.
        macc: Share of right steps, the ends included.
        miou: Mean overlap of each plan's set of steps with that of the truth.
        miou_batch: The same of all plans of a batch together, which is another measure.
        middle: Share of right steps between the ends; None where there is none between.
        intervals: Where "sr", "macc" and "miou" lie with 95 % confidence, over videos.
    """

    sr: float
    macc: float
    miou: float
    miou_batch: float
    middle: float | None
    intervals: Mapping[str, ConfidenceInterval]

    def record(self) -> Record:
        """Returns the figures as JSON can hold them."""
        return {
            "sr": self.sr,
            "macc": self.macc,
            "miou": self.miou,
            "miou_batch": self.miou_batch,
            "middle": self.middle,
        }

    def interval_record(self) -> Record:
        """Returns the intervals as JSON can hold them."""
        return {name: [one.low, one.high] for name, one in self.intervals.items()}


def score_plans(
    planners: Mapping[str, Ids], truth: Ids, videos: Sequence[str], *, batch: int, seed: int = 0
) -> dict[str, PlanScore]:
    """Scores the plans of some planners.

    Args:
        planners: (N, T) ids of the planned steps, by the planner's name.
        truth: (N, T) ids of what was done.
        videos: (N,) the video of each window.
        batch: Windows of a batch, for `miou_batch`.
        seed: Of the resamples of the intervals.
    """
    figures = {
        (planner, name): 100.0 * measure(plans, truth)
        for planner, plans in planners.items()
        for name, measure in _MEASURES.items()
    }
    drawn = mean_intervals(np.stack(list(figures.values()), axis=1), videos, seed=seed)
    intervals = dict(zip(figures, drawn, strict=True))
    return {
        planner: PlanScore(
            **{name: float(figures[planner, name].mean()) for name in _MEASURES},
            miou_batch=100.0 * batch_overlap(plans, truth, batch),
            middle=_middle(plans, truth),
            intervals={name: intervals[planner, name] for name in _MEASURES},
        )
        for planner, plans in planners.items()
    }


def _middle(plans: Ids, truth: Ids) -> float | None:
    if truth.shape[1] == 2:
        return None
    return 100.0 * float(middle_accuracies(plans, truth).mean())
