"""How well moments are found, as the benchmark that they are from scores it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from foretell.evals.benchmarks import Measure
from foretell.evals.datasets.splits import Split, split_of
from foretell.evals.localization.sets import is_thumos
from foretell.evals.metrics.bootstrap import ConfidenceInterval, mean_intervals
from foretell.evals.metrics.detection import (
    ACTIVITYNET_THRESHOLDS,
    THUMOS_THRESHOLDS,
    Detection,
    detection_precision,
    mean_over_classes,
)
from foretell.evals.metrics.moment_retrieval import (
    QVHIGHLIGHTS_THRESHOLDS,
    RECALL_THRESHOLDS,
    best_ious,
    moment_scores,
)
from foretell.evals.run_folder import Record
from foretell.evals.scoring.score_card import Figure
from foretell.evals.scoring.temporal_grounding import grounding_figures
from foretell.evals.scoring.ual_bench import span_figures
from foretell.moments import MomentQuery

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FoundMoments:
    """What was found of every query.

    Attributes:
        spans: (P, 2) of each query, the surest first; a query may have none.
        scores: (P,) of each query.
    """

    spans: Sequence[Floats]
    scores: Sequence[Floats]

    @classmethod
    def always(cls, spans: Floats) -> FoundMoments:
        """Returns one moment for each of N queries, of (N, 2) spans."""
        return cls(list(spans[:, None]), [np.ones(1)] * len(spans))


def moment_figures(
    measure: Measure, queries: Sequence[MomentQuery], found: FoundMoments
) -> dict[str, Figure]:
    """Returns mIoU, R@1, R@5 and what else a benchmark is scored by, in per cent.

    UAL-Bench adds distances of both ends (TD) and onsets, QVHighlights and action detection mAP.
    A query with several true moments is overlapped as well as the best of them is.
    """
    truth = [_spans(query) for query in queries]
    videos = [query.video for query in queries]
    nulls = sum(len(spans) == 0 for spans in found.spans)
    figures = grounding_figures(truth, found.spans, videos)
    figures |= {"null_rate": 100.0 * nulls / len(queries)}
    if measure == "ends":
        first = np.array([spans[0] if len(spans) else (np.nan, np.nan) for spans in found.spans])
        figures |= span_figures(np.concatenate(truth), first)
    elif measure == "detection":
        figures |= {"map": _detection_map(queries, found)}
    else:
        precision = moment_scores(truth, found.spans).precision
        figures |= {"map": _named(QVHIGHLIGHTS_THRESHOLDS, precision)}
    return figures


def overlap_intervals(
    queries: Sequence[MomentQuery], found: Mapping[str, FoundMoments]
) -> dict[str, dict[str, ConfidenceInterval]]:
    """Gives, by the name of whoever found it, where mIoU and R@1 lie, resampling videos."""
    truth = [_spans(query) for query in queries]
    names = ["miou", *(f"r1 {threshold:g}" for threshold in RECALL_THRESHOLDS)]
    columns: list[Floats] = []
    for one in found.values():
        ious = best_ious(truth, one.spans)
        columns += [ious, *((ious >= threshold).astype(float) for threshold in RECALL_THRESHOLDS)]
    values = 100.0 * np.stack(columns, axis=1)
    intervals = iter(mean_intervals(values, [query.video for query in queries]))
    return {who: {name: next(intervals) for name in names} for who in found}


def by_split(
    measure: Measure, queries: Sequence[MomentQuery], found: FoundMoments
) -> dict[Split, Record]:
    """Returns the figures of the videos of dev, and of those of test."""
    splits: dict[Split, Record] = {}
    for split in get_args(Split):
        rows = [row for row, query in enumerate(queries) if split_of(query.video) == split]
        if rows:
            inside = FoundMoments(
                [found.spans[row] for row in rows], [found.scores[row] for row in rows]
            )
            within = [queries[row] for row in rows]
            splits[split] = {"n": len(rows), **moment_figures(measure, within, inside)}
    return splits


def _spans(query: MomentQuery) -> Floats:
    return np.array([(one.start, one.end) for one in query.windows], np.float64)


def _detection_map(queries: Sequence[MomentQuery], found: FoundMoments) -> dict[str, Figure]:
    truth = [
        Detection(query.video, query.label, one.start, one.end)
        for query in queries
        for one in query.windows
    ]
    predicted = [
        Detection(query.video, query.label, float(span[0]), float(span[1]), float(score))
        for query, spans, scores in zip(queries, found.spans, found.scores, strict=True)
        for span, score in zip(spans, scores, strict=True)
    ]
    thresholds = THUMOS_THRESHOLDS if is_thumos(queries) else ACTIVITYNET_THRESHOLDS
    return _named(thresholds, mean_over_classes(detection_precision(truth, predicted, thresholds)))


def _named(thresholds: Floats, precision: Floats) -> dict[str, Figure]:
    at = {f"{t:g}": 100.0 * float(p) for t, p in zip(thresholds.round(2), precision, strict=True)}
    return {**at, "average": 100.0 * float(precision.mean())}
