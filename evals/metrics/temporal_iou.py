"""How far spans of time overlap: intersection over union, and over the predicted span."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def ordered_spans(spans: Floats) -> Floats:
    """Gives (N, 2) the same spans, those that end before they start turned round."""
    return np.sort(spans, axis=1)


def span_ious(spans: Floats, others: Floats, *, official: bool = False) -> Floats:
    """Gives (N, M) the intersection over union of every span with every other one.

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
    """Gives (N,) the intersection over union of each span with the other one of the same row.

    Raises:
        ValueError: If the shapes are not alike (N, 2).
    """
    spans, others = _paired(spans, others)
    shared = _shared(spans, others)
    return _divided(shared, _lengths(spans) + _lengths(others) - shared, empty=0.0)


def span_iops(predicted: Floats, truth: Floats) -> Floats:
    """Gives (N, M) the share of each predicted span that lies in each true one.

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
