"""Puts windows of sub-events together in the order that the query tells."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from foretell import ranking
from foretell.tools.localization.sub_events import SubEvents
from foretell.tools.localization.windows import ScoredInterval
from foretell.types import Interval

TOLERANCE_SECONDS = 0.05
MOST_CHOICES = 729
"""Choices that are followed up, the best: all there are of three windows for each of six events."""


def combine(
    events: SubEvents, windows: Sequence[Sequence[ScoredInterval]], limit: int
) -> list[ScoredInterval]:
    """Gives the spans of what is asked for, over the windows that stand as the query tells.

    In sequence, each must begin after the one before it has ended; at once, all must share some
    time. A span runs from the first start to the last end of what is asked for, and its score is
    the product of its windows', each as a share of the best of its event. After TFVTG (ECCV
    2024).

    Args:
        events: What the query names.
        windows: Of each event, best first.
        limit: How many spans to give at most, best first.
    """
    chosen: list[tuple[ScoredInterval, ...]] = [()]
    for others in windows:
        longer = ((*before, one) for before in chosen for one in others)
        standing = (one for one in longer if _stands(events, [part.interval for part in one]))
        chosen = ranking.ordered(standing, lambda one: _product(one, windows))[:MOST_CHOICES]
    return [ScoredInterval(_hull(events, one), _product(one, windows)) for one in chosen[:limit]]


def _product(
    chosen: Sequence[ScoredInterval], windows: Sequence[Sequence[ScoredInterval]]
) -> float:
    return math.prod(
        one.score / others[0].score for one, others in zip(chosen, windows, strict=False)
    )


def _hull(events: SubEvents, chosen: Sequence[ScoredInterval]) -> Interval:
    asked = [chosen[place].interval for place in events.asked]
    return Interval(min(one.start for one in asked), max(one.end for one in asked))


def _stands(events: SubEvents, chosen: Sequence[Interval]) -> bool:
    if events.relation == "sequential":
        return all(
            later.start >= earlier.end - TOLERANCE_SECONDS
            for earlier, later in itertools.pairwise(chosen)
        )
    return max(one.start for one in chosen) < min(one.end for one in chosen)
