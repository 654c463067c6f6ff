"""Answers what is done most often, or most of the time, by counting: no single event tells it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from functools import cache

from foretell import ranking
from foretell.agent.embedded.denials import nothing
from foretell.agent.embedded.draft import DraftAnswer
from foretell.agent.embedded.people import actor_of, by_another
from foretell.agent.embedded.question_state import QuestionState, events_in_order
from foretell.agent.embedded.quoting import all_told, of_best_kind, quoted
from foretell.agent.embedded.times import times_of
from foretell.memory.words.wording import content_words, meanings
from foretell.patterns import LazyPattern
from foretell.tools.localization.hit_moments import find_moments
from foretell.types import Event, Hit, VideoInfo

_NOT_COMPARED = (
    "Which of them happens more often is not compared here; ask how often each of them happens."
)
_ONCE_EACH = "Nothing that fits is told to happen more than once."
_MOST_TOLD = 3
"""Deeds that are quoted where several are equal: as many as are read at a glance."""
_WHO = LazyPattern(r"^\W*(?:and )?who\b", re.IGNORECASE)


def not_compared() -> DraftAnswer:
    """Says that it is not compared how often two things happen."""
    return DraftAnswer(_NOT_COMPARED, status="unknown")


def most_frequent(state: QuestionState) -> DraftAnswer:
    """Tells what is done most often, or longest in all, of all that shows what is asked for."""
    question = state.question
    hits = state.ranked("focus", question.focus) if content_words(question.focus) else _deeds(state)
    if not hits:
        return nothing(state)
    alike = _alike(hits, by_doer=_WHO.match(question.text) is not None)
    in_time = question.most == "time"

    @cache
    def events_of(video: VideoInfo) -> Sequence[Event]:
        return state.scorer.timeline(video).events

    sizes = [_seconds(group) if in_time else float(_times(group, events_of)) for group in alike]
    most = sizes[ranking.best(sizes)]
    if not in_time and most < 2:
        return DraftAnswer(_ONCE_EACH, status="unknown")
    equal = [group[0] for group, size in zip(alike, sizes, strict=True) if size == most]
    lead = f"Longest in all, {most:.1f} s" if in_time else f"Most often, {most:.0f} times"
    told = equal[:_MOST_TOLD]
    return DraftAnswer(
        f"{lead}: {' '.join(quoted(hit, capital=True) for hit in told)}", rests_on=tuple(told)
    )


def _deeds(state: QuestionState) -> list[Hit]:
    """Returns all that tells what happens, without what another does than the one asked about."""
    actor = state.question.actor
    hits = [hit for hit in all_told(state) if not by_another(actor, hit.event.text)]
    return of_best_kind(hits, None)


def _alike(hits: Sequence[Hit], *, by_doer: bool) -> list[list[Hit]]:
    """Returns groups of events that tell the same deed, or of the same doer; each in order."""
    groups: dict[Hashable, list[Hit]] = defaultdict(list)
    for hit in events_in_order(hits):
        text = hit.event.text
        groups[(by_doer and actor_of(text)) or meanings(text)].append(hit)
    return list(groups.values())


def _times(group: Sequence[Hit], events_of: Callable[[VideoInfo], Sequence[Event]]) -> int:
    """Returns at how many times the events of a group happen, all of them counting alike."""
    equal = [Hit(hit.event, hit.video, 1.0) for hit in group]
    return len(times_of(find_moments(equal), events_of))


def _seconds(group: Sequence[Hit]) -> float:
    """Returns how long the events of a group last in all."""
    return sum(hit.event.interval.duration for hit in group)
