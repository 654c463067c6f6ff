"""Scores of actions found in untrimmed videos: ActivityNet, THUMOS14, mmaction2."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, FiniteFloat

from foretell.errors import DatasetError, argument
from foretell.evals.datasets.question_files import found_file
from foretell.evals.metrics.detection import (
    ACTIVITYNET_THRESHOLDS,
    THUMOS_THRESHOLDS,
    Detection,
    detection_precision,
    mean_over_classes,
    proposal_recall,
)
from foretell.evals.scoring.answered_questions import check_belonging
from foretell.evals.scoring.score_card import Figure, ScoreCard
from foretell.patterns import LazyPattern
from foretell.tools.texts.annotation_file import Node, read_annotations
from foretell.tools.texts.timed_text import Seconds

Floats = NDArray[np.float64]

_FILES = (
    "activity_net.v1-3.min.json",
    "anet13_val_gt_from_tsp.json",
    "anet_anno_action.json",
    "thumos_gt_wrapped.json",
    "thumos_gt.json",
    "gt.json",
    "eval_localization/gt.json",
)
_THUMOS = LazyPattern(r"video_(?:validation|test)_\d+")
_PROPOSALS = (1, 5, 10, 100)


class _Annotation(BaseModel):
    label: str
    segment: tuple[FiniteFloat, FiniteFloat]
    score: FiniteFloat = 1.0


class _Video(BaseModel):
    subset: str = ""
    duration: Seconds | None = None


def score_action_detection(predictions: Path, data: Path, official: bool = False) -> ScoreCard:
    """Scores detections by mAP over temporal IoUs, as shares in [0, 1] like the official script.

    The subset with the most predicted videos is scored: IoUs of 0.5 to 0.95, or of 0.3 to 0.7 on
    THUMOS14.

    Raises:
        DatasetError: If a file cannot be read, they do not belong together, or a class is unknown
            where the official script stops.
    """
    found = _predictions(predictions)
    subset, videos = _subset(found_file(data, *_FILES), found, predictions)
    truth = [detection for name, node in videos.items() for detection in _detections(name, node)]
    if not truth:
        raise DatasetError(f"{data} tells of no action in {subset!r}; give the ground truth whole")
    given = [detection for detections in found.values() for detection in detections]
    unknown = {one.label for one in given} - {one.label for one in truth}
    if official and unknown:
        raise DatasetError(
            f"{predictions} finds {min(unknown)!r}, which is no class of the data; the official "
            f"script stops there: leave out {argument('official')} to ignore it"
        )
    thresholds = _thresholds(videos)
    precision = detection_precision(truth, given, thresholds, official=official)
    baseline = detection_precision(truth, _whole_videos(videos, truth), thresholds)
    notes = [f"subset {subset!r}"] if subset else []
    notes += [f"{len(unknown)} predicted classes are none of the data's; ignored"] * bool(unknown)
    return ScoreCard(
        "temporal-action-detection",
        len(truth),
        {
            "map": _at(thresholds, precision),
            **_recall(truth, given),
            "videos": len(videos),
            "classes": len(precision),
            "predictions": len(given),
        },
        {"whole-video-of-true-class": {"map": _at(thresholds, baseline)}},
        {"by_class": {label: float(values[0]) for label, values in precision.items()}},
        tuple(notes),
    )


def _predictions(path: Path) -> dict[str, list[Detection]]:
    node = read_annotations(path)
    videos = node.entries()
    videos = videos["results"].entries() if "results" in videos else videos
    if not videos:
        raise node.error(
            'holds no results; give {"results": {"<video>": [{"label", "score", "segment"}, ...]}}'
        )
    return {name: [_detection(name, item) for item in v.items()] for name, v in videos.items()}


def _detection(video: str, node: Node) -> Detection:
    read = node.parse(_Annotation)
    return Detection(video, read.label, *read.segment, read.score)


def _detections(video: str, node: Node) -> list[Detection]:
    annotations = node.entries().get("annotations")
    return [] if annotations is None else [_detection(video, item) for item in annotations.items()]


def _subset(
    path: Path, found: Mapping[str, object], predictions: Path
) -> tuple[str, dict[str, Node]]:
    """Returns the subset with the most predicted videos; mmaction2 puts "v_" before names."""
    node = read_annotations(path)
    entries = node.entries()
    videos = entries["database"].entries() if "database" in entries else entries
    if not set(videos) & set(found):
        videos = {name.removeprefix("v_"): video for name, video in videos.items()}
    check_belonging(predictions, found, videos)
    subsets = {name: video.parse(_Video).subset for name, video in videos.items()}
    chosen = Counter(subsets[name] for name in subsets if name in found).most_common(1)[0][0]
    return chosen, {name: video for name, video in videos.items() if subsets[name] == chosen}


def _thresholds(videos: Mapping[str, Node]) -> Floats:
    is_thumos = all(_THUMOS.fullmatch(name) for name in videos)
    return THUMOS_THRESHOLDS if is_thumos else ACTIVITYNET_THRESHOLDS


def _at(thresholds: Floats, precision: Mapping[str, Floats]) -> dict[str, Figure]:
    means = mean_over_classes(precision)
    at = {f"{t:.2f}": float(mean) for t, mean in zip(thresholds, means, strict=True)}
    return {**at, "average": float(means.mean())}


def _recall(truth: Sequence[Detection], given: Sequence[Detection]) -> dict[str, Figure]:
    spans = _spans(truth)
    ranked = _spans(sorted(given, key=lambda one: (-one.score, one.start, one.end)))
    if not any(video in ranked for video in spans):
        return {}
    recall = proposal_recall(spans, ranked)
    return {"ar": {str(n): float(recall.at[n - 1]) for n in _PROPOSALS}, "auc": recall.auc}


def _spans(detections: Sequence[Detection]) -> dict[str, Floats]:
    by_video: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for one in detections:
        by_video[one.video].append((one.start, one.end))
    return {video: np.array(spans) for video, spans in by_video.items()}


def _whole_videos(videos: Mapping[str, Node], truth: Sequence[Detection]) -> list[Detection]:
    """Finds each true class in the whole of its video, up to the last action if need be."""
    ends = {video: float(spans.max()) for video, spans in _spans(truth).items()}
    durations = {name: node.parse(_Video).duration for name, node in videos.items()}
    classes = sorted({(one.video, one.label) for one in truth})
    return [Detection(name, label, 0.0, durations[name] or ends[name]) for name, label in classes]
