"""Scores of moments and highlights: QVHighlights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field, FiniteFloat

from foretell.errors import DatasetError, argument
from foretell.evals.datasets.question_files import found_file
from foretell.evals.metrics.moment_retrieval import (
    LENGTH_RANGES,
    MOST_MOMENTS,
    QVHIGHLIGHTS_THRESHOLDS,
    MomentScores,
    moment_scores,
    of_length,
)
from foretell.evals.metrics.ranked_matches import LEAST_RATINGS, highlight_scores
from foretell.evals.scoring.answered_questions import check_belonging
from foretell.evals.scoring.moment_files import RankedMoments, query_lines, read_ranked_moments
from foretell.evals.scoring.score_card import Figure, Figures, ScoreCard
from foretell.evals.scoring.trivial_spans import trivial_spans
from foretell.tools.texts.annotation_file import Node, read_annotations
from foretell.tools.texts.timed_text import Seconds

Floats = NDArray[np.float64]

_CLIP_SECONDS = 2
_NOTHING = RankedMoments(np.empty((0, 2)))
_FILES = ("highlight_val_release.jsonl", "highlight_test_with_gt.jsonl")


class _Query(BaseModel):
    qid: int | str
    duration: Seconds
    relevant_windows: list[tuple[FiniteFloat, FiniteFloat]] = Field(min_length=1)
    relevant_clip_ids: list[int] = []
    saliency_scores: list[list[float]] = []

    @property
    def annotators(self) -> int:
        """How many rate the clips of its moments; 0 where nobody does."""
        return len(self.saliency_scores[0]) if self.saliency_scores else 0

    def ratings(self, node: Node, annotators: int) -> Floats:
        """Returns (C, A) by each annotator of each clip; a clip outside all moments has 0."""
        clips = int(self.duration / _CLIP_SECONDS)
        is_rated = len(self.saliency_scores) == len(self.relevant_clip_ids)
        is_even = all(len(ratings) == annotators for ratings in self.saliency_scores)
        if not (is_rated and is_even and all(0 <= clip < clips for clip in self.relevant_clip_ids)):
            raise node.error(
                f"field 'saliency_scores' does not rate 'relevant_clip_ids' of {clips} clips; give "
                "as many ratings for each"
            )
        rated = np.zeros((clips, annotators))
        for clip, ratings in zip(self.relevant_clip_ids, self.saliency_scores, strict=True):
            rated[clip] = ratings
        return rated


def score_qvhighlights(predictions: Path, data: Path, official: bool = False) -> ScoreCard:
    """Scores ranked moments and the clips' scores on QVHighlights' queries.

    Raises:
        DatasetError: If a file cannot be read, they do not belong together, or a query has no
            prediction where the official script stops.
    """
    nodes = query_lines(read_annotations(found_file(data, *_FILES)))
    queries = [node.parse(_Query) for node in nodes]
    given = read_ranked_moments(predictions)
    names = [str(query.qid) for query in queries]
    check_belonging(predictions, given, names)
    missing = [name for name in names if name not in given]
    if official and (missing or len(given) > len(names)):
        raise read_annotations(predictions).error(
            f"predicts {len(given)} queries and the data have {len(names)}; the official script "
            f"stops unless they are the same: leave out {argument('official')}"
        )
    if official:
        _check_moments(given, predictions)
    truth = [np.array(query.relevant_windows) for query in queries]
    moments = [given.get(name, _NOTHING) for name in names]
    durations = np.array([query.duration for query in queries])
    annotators = max(query.annotators for query in queries)
    ratings = [q.ratings(node, annotators) for q, node in zip(queries, nodes, strict=True)]
    trivial = {
        name: _moments(truth, [RankedMoments(span) for span in spans[:, None]], official)
        for name, spans in trivial_spans(durations).items()
    }
    figures = {
        **_moments(truth, moments, official),
        "by_length": _by_length(truth, moments, official),
        **_highlights(ratings, names, given),
    }
    nulls = sum(len(one.listed) == 0 for one in moments)
    figures["null_rate"] = 100.0 * nulls / len(queries)
    notes = (f"{nulls} queries without a moment",) if nulls else ()
    return ScoreCard("qvhighlights", len(queries), figures, trivial, notes=notes)


def _check_moments(given: Mapping[str, RankedMoments], predictions: Path) -> None:
    """Refuses moments on which the official script stops: none, or one without a score."""
    for name, one in given.items():
        if len(one.listed) == 0 or one.sureness is None:
            lacks = "no moment" if len(one.listed) == 0 else "a moment without a score"
            raise DatasetError(
                f"{predictions}: query {name!r} has {lacks}; the official script stops there: "
                f"leave out {argument('official')}"
            )


def _scores(
    truth: Sequence[Floats], moments: Sequence[RankedMoments], official: bool
) -> MomentScores:
    """Scores moments; the official script ranks the ten listed first, and R1 takes the first."""
    if not official:
        return moment_scores(truth, [one.ranked() for one in moments])
    ranked = [one.ranked(MOST_MOMENTS) for one in moments]
    return moment_scores(truth, ranked, first=[one.listed for one in moments], official=True)


def _moments(
    truth: Sequence[Floats], moments: Sequence[RankedMoments], official: bool
) -> dict[str, Figure]:
    full = _scores(truth, moments, official)
    return {
        "r1": _at(full.recall),
        "map": _at(full.precision) | {"average": 100.0 * float(full.precision.mean())},
    }


def _by_length(
    truth: Sequence[Floats], moments: Sequence[RankedMoments], official: bool
) -> Figures:
    scores = {
        name: _scores(*of_length(truth, moments, *bounds), official)
        for name, bounds in LENGTH_RANGES.items()
    }
    return {name: _of_length(of_range) for name, of_range in scores.items()}


def _of_length(scores: MomentScores) -> Figures:
    average = 100.0 * float(scores.precision.mean())
    return {
        "n": scores.n,
        "r1": _at(scores.recall),
        "map": _at(scores.precision) | {"average": average},
    }


def _at(shares: Floats) -> dict[str, Figure]:
    pairs = zip(QVHIGHLIGHTS_THRESHOLDS, shares, strict=True)
    return {f"{threshold:g}": 100.0 * float(share) for threshold, share in pairs}


def _highlights(
    ratings: Sequence[Floats], names: Sequence[str], given: dict[str, RankedMoments]
) -> dict[str, Figure]:
    scored = [given[name].clip_scores if name in given else None for name in names]
    if all(scores is None for scores in scored) or not any(rated.size for rated in ratings):
        return {}
    filled = [np.empty(0) if scores is None else scores for scores in scored]
    found = {
        name: highlight_scores(ratings, filled, least) for name, least in LEAST_RATINGS.items()
    }
    return {
        "highlights": {
            name: {"map": 100.0 * scores.precision, "hit1": 100.0 * scores.hit}
            for name, scores in found.items()
        }
    }
