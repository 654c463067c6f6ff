"""How well ranked moments match the moments that a query describes, as QVHighlights scores them.

Lei, Berg and Bansal, "QVHighlights: Detecting moments and highlights in videos via natural language
queries", NeurIPS 2021, `standalone_eval/eval.py`: mean average precision of at most ten moments,
R1, and both again for true moments of a range of lengths.

R@n, IoU=m is that of Gao et al., "TALL: Temporal activity localization via language query", ICCV
2017, and so is the mean IoU over queries; over videos it is LITA's.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from foretell.evals.metrics.ranked_matches import greedy_hits, interpolated_precision
from foretell.evals.metrics.temporal_iou import ordered_spans, span_ious

Floats = NDArray[np.float64]
Predicted = TypeVar("Predicted")
QVHIGHLIGHTS_THRESHOLDS = np.linspace(0.5, 0.95, 10).round(2)
LENGTH_RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"short": (0.0, 10.0), "middle": (10.0, 30.0), "long": (30.0, 150.0)}
)
"""Of QVHighlights, in seconds: longer than the first number, at most as long as the second."""
MOST_MOMENTS = 10
"""Moments of a query that count in QVHighlights' mean average precision."""
RECALL_THRESHOLDS = (0.3, 0.5, 0.7)


@dataclass(frozen=True, slots=True)
class MomentScores:
    """Of some queries, in [0, 1]; NaN where there is none.

    Attributes:
        n: How many queries.
        precision: (T,) mean average precision at each threshold of IoU.
        recall: (T,) share of the queries whose first moment overlaps a true one so much.
    """

    n: int
    precision: Floats
    recall: Floats


def moment_scores(
    truth: Sequence[Floats],
    predicted: Sequence[Floats],
    thresholds: Floats = QVHIGHLIGHTS_THRESHOLDS,
    *,
    first: Sequence[Floats] | None = None,
    official: bool = False,
) -> MomentScores:
    """Returns mAP and R1 over queries; a query without a prediction is missed.

    Args:
        truth: (M, 2) starts and ends in seconds, for each query; none empty.
        predicted: (P, 2) of its predictions in order of rank; ten of them count.
        thresholds: (T,) least IoUs, ascending.
        first: (P, 2) of its predictions, the first of which counts for R1; None takes `predicted`.
        official: Whether queries without a prediction are left out, and spans taken as they are,
            so that an empty union is a hit, as in the official script.

    Raises:
        ValueError: If there are not as many predictions as queries.
    """
    rows = list(zip(truth, predicted, predicted if first is None else first, strict=True))
    if official:
        rows = [row for row in rows if len(row[1])]
    if not rows:
        nothing = np.full(len(thresholds), np.nan)
        return MomentScores(0, nothing, nothing)
    precision = [_precision(true, ranked, thresholds, official) for true, ranked, _ in rows]
    ious = np.array([_first_iou(true, begun, official) for true, _, begun in rows])
    recall = (ious[:, None] >= thresholds).mean(axis=0)
    return MomentScores(len(rows), np.mean(precision, axis=0), np.asarray(recall))


def of_length(
    truth: Sequence[Floats], predicted: Sequence[Predicted], over: float, up_to: float
) -> tuple[list[Floats], list[Predicted]]:
    """Returns the queries with a true moment of such a length, and only those moments of them.

    Args:
        truth: (M, 2) for each query.
        predicted: What is predicted for each query.
        over: Seconds that a moment must be longer than.
        up_to: Seconds that it may have at most.
    """
    kept = [true[(over < np.ptp(true, axis=1)) & (np.ptp(true, axis=1) <= up_to)] for true in truth]
    held = [(true, ranked) for true, ranked in zip(kept, predicted, strict=True) if len(true)]
    return [true for true, _ in held], [ranked for _, ranked in held]


def _precision(truth: Floats, ranked: Floats, thresholds: Floats, official: bool) -> Floats:
    if not official:
        truth = np.array(sorted(ordered_spans(truth).tolist()))
    ious = span_ious(ranked[:MOST_MOMENTS], truth, official=official)
    hits = greedy_hits(_everywhere(ious), len(truth), thresholds)
    return interpolated_precision(hits, len(truth))


def _everywhere(ious: Floats) -> Iterator[tuple[NDArray[np.intp], Floats]]:
    places = np.arange(ious.shape[1], dtype=np.intp)
    return ((places, row) for row in ious)


def _first_iou(truth: Floats, ranked: Floats, official: bool) -> float:
    if len(ranked) == 0:
        return 0.0
    ious = span_ious(ranked[:1], truth, official=official)[0]
    if not official:
        return float(ious.max())
    return _hull_iou(ranked[0], truth[ious.argmax()])


def _hull_iou(span: Floats, other: Floats) -> float:
    hull = max(span[1], other[1]) - min(span[0], other[0])
    shared = max(0.0, min(span[1], other[1]) - max(span[0], other[0]))
    return shared / hull if hull else 0.0


def best_ious(
    truth: Sequence[Floats], predicted: Sequence[Floats], n: int = 1, *, official: bool = False
) -> Floats:
    """Returns (Q,) the highest IoU of the first n predictions of a query with a true span.

    Empty spans overlap nothing, and a query without a prediction has 0.

    Args:
        truth: (M, 2) starts and ends in seconds, for each query.
        predicted: (P, 2) of its predictions in order of rank.
        n: How many of them count.
        official: Whether spans that end before they start are taken as they are, and what both
            reach over is their union, as in TimeChat's `eval_tvg.py` and TFVTG's `evaluate.py`.

    Raises:
        ValueError: If there are not as many predictions as queries.
    """
    pairs = zip(truth, predicted, strict=True)
    if not official:
        return np.array([span_ious(ranked[:n], true).max(initial=0.0) for true, ranked in pairs])
    return np.array(
        [
            max((_hull_iou(span, other) for span in ranked[:n] for other in true), default=0.0)
            for true, ranked in pairs
        ]
    )


def recall_at(ious: Floats, threshold: float) -> float:
    """Returns the share of the queries whose IoU is `threshold` or more; NaN without any."""
    return float(np.mean(ious >= threshold)) if len(ious) else float("nan")


def mean_by_group(values: Floats, groups: Sequence[Hashable]) -> float:
    """Returns the mean over groups, such as videos, of the mean within each; NaN without any.

    Args:
        values: (N,) such as IoUs.
        groups: (N,) what each belongs to.
    """
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    if not numbers:
        return float("nan")
    of_value = [numbers[group] for group in groups]
    return float(np.mean(np.bincount(of_value, values) / np.bincount(of_value)))
