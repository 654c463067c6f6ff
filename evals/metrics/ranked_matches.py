"""Average precision of ranked predictions that each may find one true instance.

The interpolated precision of the PASCAL VOC development kit, 2011, over several thresholds of
overlap at once, as ActivityNet's, Moment-DETR's and AVA's evaluators compute it. By the same, how
well scores of a video's clips rank those worth seeing: QVHighlights' highlight detection (see
`moment_retrieval` for the paper and its script).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
LEAST_RATINGS: Mapping[str, int] = MappingProxyType({"Fair": 2, "Good": 3, "VeryGood": 4})
"""From which rating on, of 0 to 4, a clip is a highlight."""


def greedy_hits(
    overlaps: Iterable[tuple[NDArray[np.intp], Floats]],
    truths: int,
    thresholds: Floats,
    *,
    only_best: bool = False,
) -> Bools:
    """Returns (N, T) whether each prediction finds an instance that none ranked above it has found.

    Args:
        overlaps: For each of N predictions in order of rank, the instances that it may find (places
            from 0) and its overlap with each. One that is NaN counts as above every threshold, as
            the comparison of the official scripts has it.
        truths: How many instances there are.
        thresholds: (T,) least overlaps.
        only_best: Whether a prediction may find nothing but the instance that it overlaps most, as
            in AVA's evaluator; else the next best follows where that is taken.
    """
    taken = np.zeros((truths, len(thresholds)), dtype=np.bool_)
    rows: list[Bools] = []
    for places, shared in overlaps:
        best_first = shared.argsort(kind="stable")[::-1][: 1 if only_best else None]
        found = np.zeros(len(thresholds), dtype=np.bool_)
        for candidate in best_first:
            place = places[candidate]
            free = ~(shared[candidate] < thresholds) & ~taken[place] & ~found
            taken[place] |= free
            found |= free
            if found.all() or shared[candidate] < thresholds[0]:
                break
        rows.append(found)
    hits: Bools = np.array(rows, dtype=np.bool_).reshape(-1, len(thresholds))
    return hits


def interpolated_precision(hits: Bools, truths: int, scores: Floats | None = None) -> Floats:
    """Returns (T,) the average precision in [0, 1] at each threshold.

    Args:
        hits: (N, T) whether each prediction, in order of rank, is right.
        truths: How many instances there are to find, at least 1.
        scores: (N,) of the predictions. Where given, equals enter the ranking together, so that
            their order tells nothing; else each stands where it is listed.
    """
    if len(hits) == 0:
        return np.zeros(hits.shape[1:], dtype=np.float64)
    found = np.cumsum(hits, axis=0, dtype=np.float64)
    precision = found / np.arange(1, len(hits) + 1, dtype=np.float64)[:, None]
    recall = found / float(truths)
    if scores is not None:
        last_of_equals = np.append(scores[1:] != scores[:-1], True)
        precision, recall = precision[last_of_equals], recall[last_of_equals]
    highest_later = np.maximum.accumulate(precision[::-1], axis=0)[::-1]
    return _areas(recall, highest_later)


def _areas(recall: Floats, precision: Floats) -> Floats:
    """Adds up as the official scripts do, what is never found included, to agree to the digit."""
    gains = np.diff(recall, axis=0, prepend=0.0, append=1.0)
    parts = gains * np.pad(precision, ((0, 1), (0, 0)))
    columns = zip(parts.T, (gains != 0.0).T, strict=True)
    return np.array([column[grows].sum() for column, grows in columns], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class HighlightScores:
    """Over some queries, in [0, 1].

    Attributes:
        precision: Mean average precision, over queries and annotators.
        hit: Share of the queries whose best scored clip is a highlight to some annotator.
    """

    precision: float
    hit: float


def highlight_scores(
    ratings: Sequence[Floats], scores: Sequence[Floats], least: int
) -> HighlightScores:
    """Returns how well the clips of each query are ranked.

    As in the official script, clips past the last score have 0, and a query whose best score lies
    past the last clip is missed. Of equal scores, the earliest is the best. A query without any
    score is missed.

    Args:
        ratings: (C, A) by each of A annotators of each query's C clips.
        scores: (S,) of each query's clips in order of time, higher for what is better.
        least: Rating from which on a clip is a highlight.

    Raises:
        ValueError: If there is no query, or not as many scores as ratings.
    """
    if not ratings:
        raise ValueError("there is no query to score; give at least one")
    precisions: list[list[float]] = []
    hits: list[bool] = []
    for rated, given in zip(ratings, scores, strict=True):
        highlights, best = rated >= least, int(given.argmax()) if len(given) else len(rated)
        fitted = _fitted(given, len(rated))
        found = [clip_precision(column, fitted) for column in highlights.T]
        precisions.append(found if len(given) else [0.0] * len(found))
        hits.append(best < len(rated) and bool(highlights[best].any()))
    return HighlightScores(float(np.mean(precisions)), float(np.mean(hits)))


def clip_precision(highlights: Bools, scores: Floats) -> float:
    """Returns the average precision of one ranking of clips, interpolated.

    The mean, over each score that finds another highlight, of the best precision at that score or
    a lower one. Without any highlight it is 0.

    Args:
        highlights: (C,) which clips are highlights.
        scores: (C,) higher for what is better.
    """
    if not highlights.any():
        return 0.0
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0.0, True))
    found = np.cumsum(highlights[order])[ends]
    precision = np.maximum.accumulate((found / (ends + 1))[::-1])[::-1]
    return float(precision[np.diff(found, prepend=0) > 0].mean())


def _fitted(scores: Floats, clips: int) -> Floats:
    return np.pad(scores[:clips], (0, max(0, clips - len(scores))))
