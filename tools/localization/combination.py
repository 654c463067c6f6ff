"""Puts windows of sub-events together in the order that the query tells."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from foretell.tools.localization.sub_events import SubEvents
from foretell.tools.localization.windows import ScoredInterval
from foretell.types import Interval

TOLERANCE_SECONDS = 0.05


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
    fitting = (
        _span(events, chosen, windows)
        for chosen in itertools.product(*windows)
        if _stands(events, [one.interval for one in chosen])
    )
    return sorted(fitting, key=lambda span: -span.score)[:limit]


def _span(
    events: SubEvents,
    chosen: Sequence[ScoredInterval],
    windows: Sequence[Sequence[ScoredInterval]],
) -> ScoredInterval:
    score = 1.0
    for one, others in zip(chosen, windows, strict=True):
        score *= one.score / others[0].score
    asked = [chosen[place].interval for place in events.asked]
    hull = Interval(min(one.start for one in asked), max(one.end for one in asked))
    return ScoredInterval(hull, score)


def _stands(events: SubEvents, chosen: Sequence[Interval]) -> bool:
    if events.relation == "sequential":
        return all(
            later.start >= earlier.end - TOLERANCE_SECONDS
            for earlier, later in itertools.pairwise(chosen)
        )
    return max(one.start for one in chosen) < min(one.end for one in chosen)
