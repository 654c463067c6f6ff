"""Scores of moments that sentences describe: Charades-STA and ActivityNet Captions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import AliasChoices, BaseModel, Field, FiniteFloat

from foretell.errors import DatasetError
from foretell.evals.datasets.question_files import found_file
from foretell.evals.metrics.moment_retrieval import (
    RECALL_THRESHOLDS,
    best_ious,
    mean_by_group,
    recall_at,
)
from foretell.evals.scoring.answered_questions import check_belonging
from foretell.evals.scoring.moment_files import query_lines, read_ranked_moments
from foretell.evals.scoring.score_card import Figure, ScoreCard
from foretell.evals.scoring.trivial_spans import trivial_spans
from foretell.patterns import LazyPattern
from foretell.tools.texts.annotation_file import Node, read_annotations
from foretell.tools.texts.text_file import read_text
from foretell.tools.texts.timed_text import Seconds

Floats = NDArray[np.float64]
_CHARADES = ("charades_test.json", "charades_test_release.jsonl", "charades_sta_test.txt")
ACTIVITYNET_FILES = ("val_2.json", "val_1.json")
_RECALLED = (1, 5)
_LINE = LazyPattern(r"(\S+) (\S+) (\S+?)##.+")


class _Spans(BaseModel):
    timestamps: list[tuple[FiniteFloat, FiniteFloat] | None]


def score_charades_sta(predictions: Path, data: Path, official: bool = False) -> ScoreCard:
    """Scores moments on Charades-STA's queries by R@1 and R@5 at IoUs, and mIoU.

    Predictions are ranked moments by 'qid', see `read_ranked_moments`, or a JSON object from each
    video to its 'timestamps', a span or null for each sentence. `official` leaves out queries
    without a prediction, as TimeChat's script does with `--sample`, takes spans as they are, and
    ranks moments as they are listed.

    Raises:
        DatasetError: If a file cannot be read, or they do not belong together.
    """
    return _score("charades-sta", _CHARADES, predictions, data, official)


def score_activitynet_captions(predictions: Path, data: Path, official: bool = False) -> ScoreCard:
    """Scores moments on ActivityNet Captions' sentences; see `score_charades_sta`.

    Raises:
        DatasetError: If a file cannot be read, or they do not belong together.
    """
    return _score("activitynet-captions", ACTIVITYNET_FILES, predictions, data, official)


def grounding_figures(
    truth: Sequence[Floats],
    predicted: Sequence[Floats],
    videos: Sequence[str],
    *,
    official: bool = False,
) -> dict[str, Figure]:
    """Returns R@1, R@5 and mIoU over queries and over videos, in per cent.

    Args:
        truth: (M, 2) starts and ends in seconds, for each query.
        predicted: (P, 2) of its predictions in order of rank.
        videos: (Q,) the video of each query.
        official: See `best_ious`.
    """
    by_rank = [best_ious(truth, predicted, n, official=official) for n in _RECALLED]
    first = by_rank[0]
    recalls = {
        f"r{n}": {f"{t:g}": 100.0 * recall_at(ious, t) for t in RECALL_THRESHOLDS}
        for n, ious in zip(_RECALLED, by_rank, strict=True)
    }
    return {
        "miou": 100.0 * float(first.mean()),
        "miou_by_video": 100.0 * mean_by_group(first, videos),
        **recalls,
    }


def _score(
    benchmark: str, names: Sequence[str], predictions: Path, data: Path, official: bool
) -> ScoreCard:
    given = _predictions(predictions, official)
    moments = _moments(data, names, given, predictions)
    if official:
        moments = [moment for moment in moments if moment.name in given]
    truth = [moment.spans for moment in moments]
    ranked = [given.get(moment.name, np.empty((0, 2))) for moment in moments]
    videos = [moment.video for moment in moments]
    durations = np.array([moment.duration_seconds for moment in moments])
    trivial = trivial_spans(durations) if np.isfinite(durations).all() else {}
    nulls = sum(len(spans) == 0 for spans in ranked)
    figures = grounding_figures(truth, ranked, videos, official=official) | {
        "null_rate": 100.0 * nulls / len(moments),
        "videos": len(set(videos)),
    }
    baselines = {
        name: grounding_figures(truth, list(spans[:, None]), videos)
        for name, spans in trivial.items()
    }
    return ScoreCard(benchmark, len(moments), figures, baselines)


def _moments(
    data: Path, names: Sequence[str], given: Mapping[str, Floats], predictions: Path
) -> list[DescribedMoment]:
    """Returns the moments of the file that shares most names with the predictions."""
    there = [data / name for name in names if (data / name).is_file()]
    files = there or [found_file(data, *names)]
    read = [read_described_moments(file) for file in files]
    best = max(read, key=lambda moments: sum(moment.name in given for moment in moments))
    check_belonging(predictions, given, [moment.name for moment in best])
    return best


def _predictions(path: Path, official: bool) -> dict[str, Floats]:
    node = read_annotations(path)
    if query_lines(node):
        moments = read_ranked_moments(path)
        return {name: one.listed if official else one.ranked() for name, one in moments.items()}
    return dict(_of_videos(node))


def _of_videos(node: Node) -> Iterator[tuple[str, Floats]]:
    for video, entry in node.entries().items():
        for number, span in enumerate(entry.parse(_Spans).timestamps):
            yield numbered(video, number), np.array([] if span is None else [span]).reshape(-1, 2)


@dataclass(frozen=True, slots=True)
class DescribedMoment:
    """When a sentence is true of a video.

    Attributes:
        name: The number of its query, or its video and its place among the sentences there.
        video: Names the video.
        spans: (M, 2) starts and ends in seconds.
        duration_seconds: Of the video; NaN where the file does not say.
    """

    name: str
    video: str
    spans: Floats
    duration_seconds: float


class _Query(BaseModel):
    qid: int | str
    vid: str
    relevant_windows: list[tuple[FiniteFloat, FiniteFloat]] = Field(min_length=1)
    duration: Seconds = float("nan")


class _Video(BaseModel):
    timestamps: list[tuple[FiniteFloat, FiniteFloat]]
    duration: Seconds = Field(
        default=float("nan"), validation_alias=AliasChoices("duration", "video_duration")
    )


def read_described_moments(path: Path) -> list[DescribedMoment]:
    """Returns the moments of a file, in its order.

    A query a line with 'qid', 'vid' and 'relevant_windows'; a JSON object of videos with
    'timestamps', a moment each; or lines of "VIDEO START END##sentence".

    Raises:
        DatasetError: If the file is none of these, or a place lacks a field or has a wrong one.
    """
    if path.suffix == ".txt":
        return list(_lines(path))
    node = read_annotations(path)
    if rows := query_lines(node):
        return [_query(row.parse(_Query)) for row in rows]
    return [moment for video, entry in node.entries().items() for moment in _of_video(video, entry)]


def numbered(video: str, number: int) -> str:
    """Returns the name of the moment of a video's sentence, numbered from 0."""
    return f"{video}_{number}"


def _query(query: _Query) -> DescribedMoment:
    spans = np.array(query.relevant_windows)
    return DescribedMoment(str(query.qid), query.vid, spans, query.duration)


def _of_video(video: str, node: Node) -> Iterator[DescribedMoment]:
    read = node.parse(_Video)
    for number, span in enumerate(read.timestamps):
        yield DescribedMoment(numbered(video, number), video, np.array([span]), read.duration)


def _lines(path: Path) -> Iterator[DescribedMoment]:
    seen: Counter[str] = Counter()
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        read = _LINE.fullmatch(line.strip())
        try:
            video, *ends = read.groups() if read else ("",)
            start, end = map(float, ends)
        except ValueError as error:
            raise DatasetError(
                f'{path}, line {number}: {line[:60]!r} is no moment; give "VIDEO START END##text"'
            ) from error
        yield DescribedMoment(numbered(video, seen[video]), video, np.array([[start, end]]), np.nan)
        seen[video] += 1
