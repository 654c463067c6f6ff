"""Scores of one span for each unusual activity: UAL-Bench."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, FiniteFloat

from foretell.errors import DatasetError
from foretell.evals.metrics.moment_retrieval import RECALL_THRESHOLDS
from foretell.evals.metrics.temporal_iou import (
    DISTANCES_SECONDS,
    ONSETS_SECONDS,
    answered,
    mean_distance,
    onsets_within,
    span_overlaps,
    total_distances,
)
from foretell.evals.replay import rows_by_name
from foretell.evals.scoring.answered_questions import check_belonging
from foretell.evals.scoring.score_card import Figure, ScoreCard
from foretell.evals.scoring.trivial_spans import trivial_spans
from foretell.tools.texts.annotation_file import Node, read_annotations
from foretell.tools.texts.timed_text import parse_seconds

Floats = NDArray[np.float64]

_LAST_CAPTION_SECONDS = 1.0


class _True(BaseModel):
    start_time: FiniteFloat
    end_time: FiniteFloat


class _Predicted(BaseModel):
    pred_start: FiniteFloat | str | None
    pred_end: FiniteFloat | str | None
    start_time: FiniteFloat | None = None
    end_time: FiniteFloat | None = None
    video_id: str = ""
    text_rep: str = ""

    @property
    def span(self) -> tuple[float, float]:
        """Both ends in seconds; NaN for one that is null or cannot be read."""
        return _seconds(self.pred_start), _seconds(self.pred_end)

    @property
    def truth(self) -> tuple[float, float] | None:
        """The true span as the file repeats it, None where it does not."""
        ends = self.start_time, self.end_time
        return None if ends[0] is None or ends[1] is None else (ends[0], ends[1])

    @property
    def duration(self) -> float:
        """Seconds up to the end of the last caption of "0.0s: ...", NaN without captions."""
        starts = [line.partition("s:")[0] for line in self.text_rep.splitlines()]
        return max(map(_seconds, starts), default=np.nan) + _LAST_CAPTION_SECONDS


def score_ual_bench(predictions: Path, data: Path, official: bool = False) -> ScoreCard:
    """Scores spans by IoU, by the distance of both ends (TD) and by their onset.

    A null is a miss everywhere, and does not count in the mean TD. The true spans are those of the
    annotations, and with `official` those that the file repeats, where it does, which the official
    script knows alone. Without a prediction an activity is a null, which it leaves out.

    Raises:
        DatasetError: If a file cannot be read, or they do not belong together.
    """
    given = _predictions(predictions)
    repeated = {name: said.truth for name, said in given.items() if official and said.truth}
    annotated = {} if repeated.keys() == given.keys() else _annotations(data, given, predictions)
    true_spans = {name: _truth(node) for name, node in annotated.items()} | repeated
    names = [name for name in true_spans if name in given or not official]
    truth = np.array([true_spans[name] for name in names])
    predicted = np.array([_span(given.get(name)) for name in names])
    durations = np.array([given[name].duration if name in given else np.nan for name in names])
    baselines: dict[str, dict[str, Figure]] = {}
    if np.isfinite(durations).all():
        trivial = trivial_spans(np.maximum(durations, 0.0))
        baselines = {name: span_figures(truth, spans) for name, spans in trivial.items()}
    figures = span_figures(truth, predicted, official=official)
    ignored = len(given.keys() - true_spans.keys())
    notes = (f"{ignored} predictions are for other activities; ignored",) if ignored else ()
    return ScoreCard("ual-bench", len(names), figures, baselines, notes=notes)


def span_figures(truth: Floats, predicted: Floats, *, official: bool = False) -> dict[str, Figure]:
    """Returns R@1 and mIoU in per cent, the shares and the mean of TD, onsets, and counts of all.

    Args:
        truth: (N, 2) starts and ends in seconds.
        predicted: (N, 2) likewise, NaN for an end that is not told.
        official: See `metrics.span_timing`.
    """
    ious = span_overlaps(truth, predicted, official=official)
    distances = total_distances(truth, predicted, official=official)
    hits = {f"{t:g}": ious >= t for t in RECALL_THRESHOLDS}
    near = {f"{s:g}": distances <= s for s in DISTANCES_SECONDS}
    onsets = {
        f"{s:g}": onsets_within(truth, predicted, s, official=official) for s in ONSETS_SECONDS
    }
    nulls = int((~answered(predicted)).sum())
    return {
        "miou": 100.0 * float(ious.mean()),
        "r1": {name: 100.0 * float(right.mean()) for name, right in hits.items()},
        "r1_correct": {name: int(right.sum()) for name, right in hits.items()},
        "td": {name: 100.0 * float(right.mean()) for name, right in near.items()},
        "td_correct": {name: int(right.sum()) for name, right in near.items()},
        "mean_td": mean_distance(truth, distances, official=official),
        "onset": {name: 100.0 * float(right.mean()) for name, right in onsets.items()},
        "onset_correct": {name: int(right.sum()) for name, right in onsets.items()},
        "nulls": nulls,
        "null_rate": 100.0 * nulls / len(truth),
    }


def _predictions(path: Path) -> dict[str, _Predicted]:
    node = read_annotations(path)
    named = node.entries()
    if not named:
        named = rows_by_name(node.items(), lambda row: row.parse(_Predicted).video_id or row.place)
        return {name: row.parse(_Predicted) for name, row in named.items()}
    return {name: entry.parse(_Predicted) for name, entry in named.items()}


def _annotations(data: Path, given: Mapping[str, _Predicted], predictions: Path) -> dict[str, Node]:
    """Returns the activities of the file that shares most names with the predictions."""
    files = [data] if data.is_file() else sorted({*data.glob("annotations/*.json")})
    if not files:
        raise DatasetError(
            f"{str(data)!r} holds no annotations/*.json; give UAL-Bench's folder or a file of it"
        )
    read = [read_annotations(file).entries() for file in files]
    best = max(read, key=lambda entries: len(entries.keys() & given.keys()))
    check_belonging(predictions, given, best)
    return best


def _truth(node: Node) -> tuple[float, float]:
    true = node.parse(_True)
    return true.start_time, true.end_time


def _span(said: _Predicted | None) -> tuple[float, float]:
    return (np.nan, np.nan) if said is None else said.span


def _seconds(value: float | str | None) -> float:
    if not isinstance(value, str):
        return np.nan if value is None else value
    try:
        return parse_seconds(value)
    except ValueError:
        return np.nan
