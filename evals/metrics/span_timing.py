"""How far, in seconds, the ends of one predicted span lie from the true ones.

Abdullah et al., "UAL-Bench: The first comprehensive unusual activity localization benchmark", WACV
2025: the total distance (TD) of both ends, and the accuracy of the onset.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from foretell.evals.metrics.temporal_iou import ordered_spans, paired_ious

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DISTANCES_SECONDS = (0.0, 1.0, 3.0, 5.0, 7.0)
ONSETS_SECONDS = (1.0, 0.25)
_ABSURD_SECONDS = 10_000.0


def answered(predicted: Floats) -> Bools:
    """Gives (N,) which predictions have both ends; the others are null."""
    return np.asarray(np.isfinite(predicted).all(axis=1))


def span_overlaps(truth: Floats, predicted: Floats, *, official: bool = False) -> Floats:
    """Gives (N,) the IoU of each prediction, 0 where it is null.

    Args:
        truth: (N, 2) starts and ends in seconds.
        predicted: (N, 2) likewise, NaN for an end that is not told.
        official: Whether spans that end before they start are taken as they are.

    Raises:
        ValueError: If the shapes are not alike (N, 2).
    """
    told = _told(truth, predicted)
    ious = np.zeros(len(truth))
    overlaps = _as_written_ious if official else paired_ious
    ious[told] = overlaps(truth[told], predicted[told])
    return ious


def total_distances(truth: Floats, predicted: Floats, *, official: bool = False) -> Floats:
    """Gives (N,) the seconds between the starts and between the ends, added up.

    Args:
        truth: (N, 2) starts and ends in seconds.
        predicted: (N, 2) likewise, NaN for an end that is not told.
        official: Whether a null is as far off as the true end, so that it counts as near in a short
            clip, and spans that end before they start are taken as they are.

    Returns:
        Seconds; infinite for a null, so that it is near at no distance.

    Raises:
        ValueError: If the shapes are not alike (N, 2).
    """
    told = _told(truth, predicted)
    spans = predicted if official else ordered_spans(predicted)
    distances = truth[:, 1].copy() if official else np.full(len(truth), np.inf)
    distances[told] = np.abs(truth[told] - spans[told]).sum(axis=1)
    return distances


def mean_distance(truth: Floats, distances: Floats, *, official: bool = False) -> float:
    """Gives the mean of total distances in seconds over what is not null; NaN without any.

    Args:
        truth: (N, 2) starts and ends in seconds.
        distances: (N,) of `total_distances`.
        official: Whether distances past 10,000 s are replaced by the true end.
    """
    if official:
        distances = np.where(distances > _ABSURD_SECONDS, truth[:, 1], distances)
    finite = distances[np.isfinite(distances)]
    return float(finite.mean()) if len(finite) else float("nan")


def onsets_within(
    truth: Floats, predicted: Floats, seconds: float, *, official: bool = False
) -> Bools:
    """Gives (N,) whether each prediction starts so near to the true start; a null does not.

    Args:
        truth: (N, 2) starts and ends in seconds.
        predicted: (N, 2) likewise, NaN for an end that is not told.
        seconds: How near.
        official: Whether spans that end before they start are taken as they are.

    Raises:
        ValueError: If the shapes are not alike (N, 2).
    """
    told = _told(truth, predicted)
    spans = predicted if official else ordered_spans(predicted)
    return told & (np.abs(truth[:, 0] - spans[:, 0]) <= seconds)


def _told(truth: Floats, predicted: Floats) -> Bools:
    if truth.shape != predicted.shape or truth.ndim != 2 or truth.shape[1] != 2:
        raise ValueError(
            f"truth {truth.shape} and predictions {predicted.shape} must be alike (N, 2)"
        )
    return answered(predicted)


def _as_written_ious(truth: Floats, predicted: Floats) -> Floats:
    ends, starts = (
        np.minimum(truth[:, 1], predicted[:, 1]),
        np.maximum(truth[:, 0], predicted[:, 0]),
    )
    shared = np.maximum(ends - starts, 0.0)
    union = np.ptp(truth, axis=1) + predicted[:, 1] - predicted[:, 0] - shared
    ious: Floats = np.divide(shared, union, out=np.zeros_like(shared), where=union != 0.0)
    return ious
