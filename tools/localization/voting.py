"""Candidate spans vote for each other, and near copies give way."""

from __future__ import annotations

from collections.abc import Sequence

from foretell import ranking
from foretell.tools.localization.windows import ScoredInterval

IOU_POWER = 0.6


def vote(candidates: Sequence[ScoredInterval], *, overlap: float) -> list[ScoredInterval]:
    """Gives the candidates that agree best with all, with their votes as scores, best first.

    A candidate gets IoU^0.6 times its score from every one, itself included, as in TFVTG's
    selection of proposals (ECCV 2024).

    Args:
        candidates: With comparable scores.
        overlap: A candidate with more IoU than this with a better one is left out.
    """
    voted = [
        ScoredInterval(
            one.interval,
            sum(
                one.interval.iou(other.interval) ** IOU_POWER * other.score for other in candidates
            ),
        )
        for one in candidates
    ]
    return apart(voted, overlap=overlap)


def apart(candidates: Sequence[ScoredInterval], *, overlap: float) -> list[ScoredInterval]:
    """Gives the candidates without those that have more IoU with a better one, best first."""
    kept: list[ScoredInterval] = []
    for one in ranking.ordered(candidates, lambda one: one.score):
        if all(one.interval.iou(better.interval) <= overlap for better in kept):
            kept.append(one)
    return kept
