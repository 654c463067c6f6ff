"""Finds when a sentence happens from the cosines of frames with it and with its parts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from foretell.ranges import check_range
from foretell.tools.localization.frame_scorer import FrameScores
from foretell.tools.localization.sub_events import SubEvents, combine
from foretell.tools.localization.windows import (
    ScoredInterval,
    apart,
    best_windows,
    shares_of_best,
    smooth,
    vote,
)
from foretell.types import Interval

QUERY_WINDOWS = 7
"""Windows of the whole query that are kept."""
PART_WINDOWS = 3
"""Windows of each part that are kept; all combinations are tried."""
COMBINATIONS = 2
"""Combinations of parts that are kept."""
CONTEXT_WEIGHT = 0.5
"""What windows of a sentence count that names more than what is asked."""
EVEN = 1e-3
"""Cosines that differ by no more than this single out no part of a video."""


@dataclass(frozen=True, slots=True)
class GroundingCurve:
    """How windows are found in a curve of cosines.

    Attributes:
        floor: Cosine that unrelated words have; None takes the mean over the video.
        smoothing_seconds: Standard deviation of the curve's smoothing.
        extent: From 0 to 1: how much of the video a sentence is expected to cover.
        overlap: A window with more IoU than this with a better one is left out.

    Raises:
        ConfigError: If a number is out of range.
    """

    floor: float | None = None
    smoothing_seconds: float = 1.0
    extent: float = 0.25
    overlap: float = 0.3

    def __post_init__(self) -> None:
        check_range("smoothing_seconds", self.smoothing_seconds, 0)
        check_range("extent", self.extent, 0, 1)
        check_range("overlap", self.overlap, 0, 1)


def ground(scores: FrameScores, parts: SubEvents, settings: GroundingCurve) -> list[ScoredInterval]:
    """Gives the spans that fit best, best first.

    Windows of the whole sentence, and those of its parts put together in their order, vote for each
    other. Where a part only tells where to look, as X in "Y after X", the whole sentence fits X
    too; so its windows have no vote on the others, and count less. After TFVTG (M. Zheng et al.,
    "Training-free Video Temporal Grounding using Large-scale Pre-trained Models", ECCV 2024).

    The score of the best span is the mean cosine of its frames with what is asked, 0 at least;
    that of the others is less by what they have fewer votes.

    Args:
        scores: Row 0 of the whole sentence, then one a part.
        parts: Of the sentence.
        settings: How windows are found.
    """
    together = _in_order(scores, parts, settings)
    whole = _windows(scores, 0, QUERY_WINDOWS, settings)
    if parts.all_targets or not together:
        voted = vote(together + whole, overlap=settings.overlap)
    else:
        voted = _beside(together, whole, settings.overlap)
    if not voted:
        return []
    rows = [0] if parts.all_targets else [1 + place for place in parts.targets]
    cosine = max(0.0, *(scores.mean(row, voted[0].interval) for row in rows))
    return [replace(one, score=cosine * one.score) for one in shares_of_best(voted)]


def _beside(
    together: list[ScoredInterval], whole: list[ScoredInterval], overlap: float
) -> list[ScoredInterval]:
    first, second = (shares_of_best(vote(route, overlap=overlap)) for route in (together, whole))
    less = [replace(one, score=CONTEXT_WEIGHT * one.score) for one in second]
    return apart(first + less, overlap=overlap)


def _in_order(
    scores: FrameScores, parts: SubEvents, settings: GroundingCurve
) -> list[ScoredInterval]:
    if parts.relation == "single":
        return []
    rows = range(1, len(parts.parts) + 1)
    windows = [_windows(scores, row, PART_WINDOWS, settings) for row in rows]
    return shares_of_best(combine(parts, windows, COMBINATIONS))


def _windows(
    scores: FrameScores, row: int, limit: int, settings: GroundingCurve
) -> list[ScoredInterval]:
    similarities, floor = scores.similarities[row], settings.floor
    mean = float(similarities.mean())
    if np.ptp(similarities) <= EVEN and (floor is None or mean > floor):
        return [ScoredInterval(Interval(*scores.borders[[0, -1]].tolist()), 1.0)]
    curve = smooth(scores.curve(row, mean if floor is None else floor), settings.smoothing_seconds)
    found = best_windows(curve, extent=settings.extent, limit=limit, overlap=settings.overlap)
    return shares_of_best(found)
