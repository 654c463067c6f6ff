"""How well plans match what was done: success rate, accuracy and overlap.

The scores of PDPP, Wang et al., "PDPP: Projected diffusion for procedure planning in instructional
videos", CVPR 2023, as its `accuracy.py` computes them: all T places count, the ends included.
Published overlaps come in four kinds that lie far apart. Here are the two that are overlaps of
sets: of each plan by itself ("mIoU"), and of all the plans of a batch thrown together, which grows
with the batch. The others never empty their sets, or take `&` and `|` of the numbers' bits.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]


def successes(plans: Ids, truth: Ids) -> Floats:
    """Returns (N,) 1.0 for each plan all of whose steps are right; their mean is the success rate.

    Args:
        plans: (N, T) ids of the planned steps.
        truth: (N, T) ids of what was done.

    Raises:
        ValueError: If the shapes differ or T is 0.
    """
    return np.asarray(_right(plans, truth).all(axis=1), np.float64)


def accuracies(plans: Ids, truth: Ids) -> Floats:
    """Returns (N,) the share of the T steps of each plan that are right.

    Raises:
        ValueError: If the shapes differ or T is 0.
    """
    return np.asarray(_right(plans, truth).mean(axis=1))


def middle_accuracies(plans: Ids, truth: Ids) -> Floats:
    """Returns (N,) the share of right steps among the T - 2 between the ends; NaN where T is 2.

    Raises:
        ValueError: If the shapes differ or T is 0.
    """
    middle = _right(plans, truth)[:, 1:-1]
    if middle.shape[1] == 0:
        return np.full(len(middle), np.nan)
    return np.asarray(middle.mean(axis=1))


def overlaps(plans: Ids, truth: Ids) -> Floats:
    """Returns (N,) the intersection over union of each plan's set of steps with that of the truth.

    A step that comes again counts once. PDPP's code calls the mean `MIoU2`.

    Raises:
        ValueError: If the shapes differ or T is 0.
    """
    _check(plans, truth)
    pairs = zip(plans.tolist(), truth.tolist(), strict=True)
    return np.array([_overlap(planned, done) for planned, done in pairs], np.float64)


def batch_overlap(plans: Ids, truth: Ids, batch: int) -> float:
    """Returns the mean overlap of all steps planned in a batch with all steps done in it.

    The larger the batch, the higher the score of the same plans. PDPP's code calls it `MIoU1`.

    Args:
        plans: (N, T) ids of the planned steps, in the order of the dataset.
        truth: (N, T) ids of what was done.
        batch: Windows of a batch; the last may have fewer and weighs as much less.

    Raises:
        ValueError: If the shapes differ, or T, N or `batch` is 0.
    """
    _check(plans, truth)
    if batch < 1 or len(plans) == 0:
        raise ValueError(f"{len(plans)} plans in batches of {batch!r}; both must be 1 or more")
    starts = range(0, len(plans), batch)
    flat = [(plans[i : i + batch].ravel(), truth[i : i + batch].ravel()) for i in starts]
    total: float = sum(
        len(planned) * _overlap(planned.tolist(), done.tolist()) for planned, done in flat
    )
    return total / plans.size


def _right(plans: Ids, truth: Ids) -> NDArray[np.bool_]:
    _check(plans, truth)
    return np.asarray(plans == truth)


def _overlap(planned: list[int], done: list[int]) -> float:
    ours, theirs = set(planned), set(done)
    return len(ours.intersection(theirs)) / len(ours.union(theirs))


def _check(plans: Ids, truth: Ids) -> None:
    if plans.ndim != 2 or plans.shape != truth.shape or plans.shape[1] == 0:
        raise ValueError(
            f"plans {plans.shape} and truth {truth.shape} must be alike (N, T) with a step or more"
        )
