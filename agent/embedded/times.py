"""Tells apart the times at which something is done again, though they lie close together."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import pairwise

from foretell.agent.embedded.people import actor_of
from foretell.tools.localization.hit_moments import Moment
from foretell.types import Event, Hit, VideoInfo


def times_of(
    moments: Sequence[Moment], events_of: Callable[[VideoInfo], Sequence[Event]]
) -> list[tuple[Hit, ...]]:
    """Returns the times at which something is done, in the order of its moments.

    Args:
        moments: Stretches in which it is shown.
        events_of: Returns what the timeline of a video tells, in order of time.
    """
    timelines: dict[str, Sequence[Event]] = {}
    times: list[tuple[Hit, ...]] = []
    for moment in moments:
        name = moment.video.content_hash
        if len(moment.hits) > 1 and name not in timelines:
            timelines[name] = events_of(moment.video)
        times += apart(moment.hits, timelines.get(name, ()))
    return times


def apart(hits: Sequence[Hit], events: Sequence[Event]) -> list[tuple[Hit, ...]]:
    """Returns hits of a video as the times at which they happen, in order.

    Two belong to one time unless the same one is told to do something else between them.

    Args:
        hits: In order of time; one at least.
        events: What the timeline of their video tells, in order of time.
    """
    times: list[list[Hit]] = [[hits[0]]]
    own = {hit.event.id for hit in hits}
    others = [event for event in events if event.id not in own]
    starts = [other.interval.start for other in others]
    for before, hit in pairwise(hits):
        first, last = (
            bisect_left(starts, at) for at in (before.event.interval.end, hit.event.interval.start)
        )
        if any(_parts(other, before.event, hit.event) for other in others[first:last]):
            times.append([hit])
        else:
            times[-1].append(hit)
    return [tuple(time) for time in times]


def _parts(other: Event, before: Event, after: Event) -> bool:
    """Whether an event that begins between two ends there, and tells of who acts in the first."""
    between = other.interval.end <= after.interval.start
    return between and other.kind == before.kind and actor_of(other.text) == actor_of(before.text)
