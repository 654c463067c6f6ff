"""How well scores of a video's clips rank those that annotators find worth seeing.

QVHighlights' highlight detection; see `moment_retrieval` for the paper and its script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEAST_RATINGS: Mapping[str, int] = MappingProxyType({"Fair": 2, "Good": 3, "VeryGood": 4})
"""From which rating on, of 0 to 4, a clip is a highlight."""


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
    """Gives how well the clips of each query are ranked.

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
    """Gives the average precision of one ranking of clips, interpolated.

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
