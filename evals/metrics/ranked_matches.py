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
    if not hits.any():
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
    reached = np.zeros((len(recall) + 2, recall.shape[1]))
    reached[1:-1], reached[-1] = recall, 1.0
    gains = reached[1:] - reached[:-1]
    parts = np.zeros_like(gains)
    parts[:-1] = gains[:-1] * precision
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
    precisions: list[Floats] = []
    hits: list[bool] = []
    for rated, given in zip(ratings, scores, strict=True):
        highlights, best = rated >= least, int(given.argmax()) if len(given) else len(rated)
        fitted = _fitted(given, len(rated))
        found = clip_precisions(highlights, fitted)
        precisions.append(found if len(given) else np.zeros_like(found))
        hits.append(best < len(rated) and bool(highlights[best].any()))
    return HighlightScores(float(np.mean(precisions)), float(np.mean(hits)))


def clip_precisions(highlights: Bools, scores: Floats) -> Floats:
    """Returns (A,) the average precision of one ranking of clips to each annotator, interpolated.

    The mean, over each score that finds another highlight, of the best precision at that score or
    a lower one. Without any highlight it is 0.

    Args:
        highlights: (C, A) which clips are highlights to whom.
        scores: (C,) higher for what is better.
    """
    if not highlights.any():
        return np.zeros(highlights.shape[1:], dtype=np.float64)
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    found = np.cumsum(highlights[order], axis=0)[ends]
    precision = np.maximum.accumulate((found / (ends + 1)[:, None])[::-1], axis=0)[::-1]
    finds = np.concatenate([found[:1] > 0, found[1:] > found[:-1]])
    columns = zip(precision.T, finds.T, strict=True)
    means = [float(at[new].mean()) if new.any() else 0.0 for at, new in columns]
    return np.array(means, dtype=np.float64)


def _fitted(scores: Floats, clips: int) -> Floats:
    fitted = np.zeros(clips)
    fitted[: len(scores)] = scores[:clips]
    return fitted
