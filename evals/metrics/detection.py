"""How well actions are found in untrimmed videos: mean average precision, average recall.

ActivityNet's `eval_detection.py`, Heilbron et al., "ActivityNet: A large-scale video benchmark for
human activity understanding", CVPR 2015; THUMOS14 uses the same with other thresholds.

How many instances proposals find, however they are named: mmaction2's
`average_recall_at_avg_proposals`, after the ActivityNet challenge's proposal task, in single
precision, with as many proposals of each video as its share of all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell.evals.metrics.ranked_matches import greedy_hits, interpolated_precision
from foretell.evals.metrics.temporal_iou import ordered_spans, span_ious

Floats = NDArray[np.float64]
ACTIVITYNET_THRESHOLDS = np.linspace(0.5, 0.95, 10)
THUMOS_THRESHOLDS = np.linspace(0.3, 0.7, 5)


@dataclass(frozen=True, slots=True)
class Detection:
    """A stretch of a video with a class: an instance where it is true, else a prediction.

    Attributes:
        video: Names the video.
        label: Names the class.
        start: Seconds.
        end: Seconds; may lie before the start, as files have it.
        score: Higher for what is surer; of no use for an instance.
    """

    video: str
    label: str
    start: float
    end: float
    score: float = 1.0


def detection_precision(
    truth: Sequence[Detection],
    predictions: Sequence[Detection],
    thresholds: Floats = ACTIVITYNET_THRESHOLDS,
    *,
    official: bool = False,
) -> dict[str, Floats]:
    """Returns the average precision of each true class at each threshold of temporal IoU.

    The mean over the classes is the mAP. A class without predictions has 0, a prediction in a video
    without instances is wrong, and predictions of other classes do not count. Equal scores enter
    the ranking together, spans that end before they start are turned round, and an empty span
    overlaps nothing.

    Args:
        truth: The instances.
        predictions: In any order.
        thresholds: (T,) least IoUs, ascending.
        official: Whether equal scores rank the last listed first, and a span with an empty union
            is a hit, as in the official script.

    Returns:
        (T,) in [0, 1] for each class, in the order in which they first occur.
    """
    true_of, predicted_of = _by_label(truth), _by_label(predictions)
    return {
        label: _class_precision(true, predicted_of.get(label, []), thresholds, official)
        for label, true in true_of.items()
    }


def mean_over_classes(precision: Mapping[str, Floats]) -> Floats:
    """Returns (T,) the mAP at each threshold; its mean is the average mAP."""
    return np.asarray(np.stack(list(precision.values()), axis=1).mean(axis=1))


def _by_label(detections: Sequence[Detection]) -> dict[str, list[Detection]]:
    found: dict[str, list[Detection]] = defaultdict(list)
    for detection in detections:
        found[detection.label].append(detection)
    return found


def _class_precision(
    truth: Sequence[Detection], predictions: Sequence[Detection], thresholds: Floats, official: bool
) -> Floats:
    if not official:
        truth = sorted(truth, key=lambda instance: (instance.start, instance.end))
    ranked = _ranked(predictions, official)
    hits = greedy_hits(_overlaps(truth, ranked, official), len(truth), thresholds)
    scores = None if official else np.array([prediction.score for prediction in ranked])
    return interpolated_precision(hits, len(truth), scores)


def _ranked(predictions: Sequence[Detection], official: bool) -> list[Detection]:
    if official:
        ascending = np.argsort([prediction.score for prediction in predictions], kind="stable")
        return [predictions[place] for place in ascending[::-1]]
    return sorted(predictions, key=lambda p: (-p.score, p.start, p.end))


def _overlaps(
    truth: Sequence[Detection], ranked: Sequence[Detection], official: bool
) -> Iterator[tuple[NDArray[np.intp], Floats]]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, instance in enumerate(truth):
        places[instance.video].append(place)
    spans = np.array([(instance.start, instance.end) for instance in truth]).reshape(-1, 2)
    for prediction in ranked:
        here = np.array(places.get(prediction.video, ()), dtype=np.intp)
        span = np.array([[prediction.start, prediction.end]])
        yield here, span_ious(span, spans[here], official=official)[0]


@dataclass(frozen=True, slots=True)
class ProposalRecall:
    """Recall, averaged over the thresholds, of ever more proposals.

    Attributes:
        at: (P,) shares of all instances, at 1, 2 ... P proposals a video on average.
        auc: Area under it, per cent of the greatest possible.
    """

    at: Floats
    auc: float


def proposal_recall(
    truth: Mapping[str, Floats],
    proposals: Mapping[str, Floats],
    thresholds: Floats = ACTIVITYNET_THRESHOLDS,
    *,
    most: int = 100,
) -> ProposalRecall:
    """Returns the average recall at up to `most` proposals a video.

    Args:
        truth: (N, 2) starts and ends in seconds of each video's instances.
        proposals: (M, 2) of each video's proposals, the surest first; a video may be missing.
        thresholds: (T,) least IoUs.
        most: P, the greatest average number of proposals a video.

    Raises:
        ValueError: If there is no instance or no proposal.
    """
    tables = [_ious(spans, proposals.get(video)) for video, spans in truth.items()]
    instances, given = sum(len(t) for t in tables), sum(t.shape[1] for t in tables)
    if instances == 0 or given == 0:
        raise ValueError(f"{instances} instances and {given} proposals; both must be 1 or more")
    ratio = most * len(truth) / sum(len(spans) for spans in proposals.values())
    kept = [table[:, : min(int(table.shape[1] * ratio), table.shape[1])] for table in tables]
    shares = np.arange(1, most + 1) / most * (most * len(truth) / sum(t.shape[1] for t in kept))
    found = sum(_found(table, thresholds, shares) for table in kept)
    at = np.asarray(found / instances).mean(axis=0)
    per_video = np.arange(1, most + 1, dtype=np.float64)
    return ProposalRecall(at, 100.0 * float(np.trapezoid(at, per_video)) / most)


def _ious(truth: Floats, proposals: Floats | None) -> Floats:
    if proposals is None:
        return np.zeros((len(truth), 0))
    single = (ordered_spans(spans).astype(np.float32) for spans in (proposals, truth))
    return span_ious(*(spans.astype(np.float64) for spans in single)).T


def _found(table: Floats, thresholds: Floats, shares: Floats) -> Floats:
    """Returns (T, P) how many instances of a video the first proposals find."""
    counts = np.minimum((table.shape[1] * shares).astype(np.intp), table.shape[1])
    best = np.maximum.accumulate(np.pad(table, ((0, 0), (1, 0))), axis=1)[:, counts]
    return np.asarray((best[None] >= thresholds[:, None, None]).sum(axis=1), np.float64)
