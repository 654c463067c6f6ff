"""How near a predicted span is to a true one: overlap, and seconds between their ends.

The overlap is the intersection over the union, or over the predicted span. For the ends, Abdullah
et al., "UAL-Bench: The first comprehensive unusual activity localization benchmark", WACV 2025: the
total distance (TD) of both, and the accuracy of the onset.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
DISTANCES_SECONDS = (0.0, 1.0, 3.0, 5.0, 7.0)
ONSETS_SECONDS = (1.0, 0.25)
_ABSURD_SECONDS = 10_000.0


def ordered_spans(spans: Floats) -> Floats:
    """Returns (N, 2) the same spans, those that end before they start turned round."""
    return np.sort(spans, axis=1)


def span_ious(spans: Floats, others: Floats, *, official: bool = False) -> Floats:
    """Returns (N, M) the intersection over union of every span with every other one.

    A span that ends before it starts is turned round; two empty spans have an IoU of 0.

    Args:
        spans: (N, 2) starts and ends in seconds.
        others: (M, 2) likewise.
        official: Whether spans are taken as they are and an empty union gives NaN, as in
            ActivityNet's `segment_iou` and Moment-DETR's `compute_temporal_iou_batch_cross`.

    Raises:
        ValueError: If a shape is not (N, 2).
    """
    _check(spans, others)
    if not official:
        spans, others = ordered_spans(spans), ordered_spans(others)
    shared = _shared(spans[:, None], others[None])
    union = _lengths(spans)[:, None] + _lengths(others)[None] - shared
    return _divided(shared, union, empty=np.nan if official else 0.0)


def paired_ious(spans: Floats, others: Floats) -> Floats:
    """Returns (N,) the intersection over union of each span with the other one of the same row.

    Raises:
        ValueError: If the shapes are not alike (N, 2).
    """
    spans, others = _paired(spans, others)
    shared = _shared(spans, others)
    return _divided(shared, _lengths(spans) + _lengths(others) - shared, empty=0.0)


def span_iops(predicted: Floats, truth: Floats) -> Floats:
    """Returns (N, M) the share of each predicted span that lies in each true one.

    A span that ends before it starts is turned round; an empty prediction has an IoP of 0. Xiao et
    al., "Can I Trust Your Answer? Visually Grounded Video Question Answering", CVPR 2024.

    Raises:
        ValueError: If a shape is not (N, 2).
    """
    _check(predicted, truth)
    predicted, truth = ordered_spans(predicted), ordered_spans(truth)
    shared = _shared(predicted[:, None], truth[None])
    lengths = np.broadcast_to(_lengths(predicted)[:, None], shared.shape)
    return _divided(shared, lengths, empty=0.0)


def _paired(spans: Floats, others: Floats) -> tuple[Floats, Floats]:
    _check(spans, others)
    if spans.shape != others.shape:
        raise ValueError(f"spans {spans.shape} and others {others.shape} must be alike (N, 2)")
    return ordered_spans(spans), ordered_spans(others)


def _shared(spans: Floats, others: Floats) -> Floats:
    starts = np.maximum(spans[..., 0], others[..., 0])
    shared: Floats = np.maximum(np.minimum(spans[..., 1], others[..., 1]) - starts, 0.0)
    return shared


def _lengths(spans: Floats) -> Floats:
    return spans[..., 1] - spans[..., 0]


def _divided(shared: Floats, total: Floats, *, empty: float) -> Floats:
    ratios: Floats = np.divide(shared, total, out=np.full_like(shared, empty), where=total != 0.0)
    return ratios


def _check(*several: Floats) -> None:
    for spans in several:
        if spans.ndim != 2 or spans.shape[1] != 2:
            raise ValueError(f"spans have the shape {spans.shape}; it must be (N, 2)")


def answered(predicted: Floats) -> Bools:
    """Returns (N,) which predictions have both ends; the others are null."""
    return np.asarray(np.isfinite(predicted).all(axis=1))


def span_overlaps(truth: Floats, predicted: Floats, *, official: bool = False) -> Floats:
    """Returns (N,) the IoU of each prediction, 0 where it is null.

    Args:
        truth: (N, 2) starts and ends in seconds.
        predicted: (N, 2) likewise, NaN for an end that is not told.
        official: Whether spans that end before they start are taken as they are.

    Raises:
        ValueError: If the shapes are not alike (N, 2).
    """
    known = _answered(truth, predicted)
    ious = np.zeros(len(truth))
    overlaps = _as_written_ious if official else paired_ious
    ious[known] = overlaps(truth[known], predicted[known])
    return ious


def total_distances(truth: Floats, predicted: Floats, *, official: bool = False) -> Floats:
    """Returns (N,) the seconds between the starts and between the ends, added up.

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
    known = _answered(truth, predicted)
    spans = predicted if official else ordered_spans(predicted)
    distances = truth[:, 1].copy() if official else np.full(len(truth), np.inf)
    distances[known] = np.abs(truth[known] - spans[known]).sum(axis=1)
    return distances


def mean_distance(truth: Floats, distances: Floats, *, official: bool = False) -> float:
    """Returns the mean of total distances in seconds over what is not null; NaN without any.

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
    """Returns (N,) whether each prediction starts so near to the true start; a null does not.

    Args:
        truth: (N, 2) starts and ends in seconds.
        predicted: (N, 2) likewise, NaN for an end that is not told.
        seconds: How near.
        official: Whether spans that end before they start are taken as they are.

    Raises:
        ValueError: If the shapes are not alike (N, 2).
    """
    known = _answered(truth, predicted)
    spans = predicted if official else ordered_spans(predicted)
    return known & (np.abs(truth[:, 0] - spans[:, 0]) <= seconds)


def _answered(truth: Floats, predicted: Floats) -> Bools:
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
