"""Answers what lies before, after, between and at times, and which comes first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from foretell.agent.embedded.denials import nothing, with_known
from foretell.agent.embedded.draft import DraftAnswer
from foretell.agent.embedded.found import direct
from foretell.agent.embedded.people import actor_of, by_another
from foretell.agent.embedded.question_state import QuestionState, events_in_order, stretch_between
from foretell.agent.embedded.quoting import (
    TELLING,
    all_hits,
    all_told,
    distinct,
    listed,
    main_events,
    of_best_kind,
    quoted,
    without_shots,
)
from foretell.memory.words.wording import content_words
from foretell.patterns import LazyPattern
from foretell.tools.texts.time_words import Relation, on_the_clock
from foretell.types import Event, Hit, Interval, VideoInfo

_HOW_LONG = LazyPattern(r"\bhow (?:long|much time|many (?:seconds|minutes))\b", re.IGNORECASE)
_TOLERANCE_SECONDS = 0.05
"""Seconds by which two events may overlap and still follow each other: a frame."""


def within(state: QuestionState) -> DraftAnswer:
    """Lists what stands at the time that the question names."""
    hits = _of_actor(state, events_in_order(all_hits(state)))
    if not any(at.overlaps(v.interval) for v, at in _stretches(state)):
        return _beyond(state)
    if any(hit.event.kind in TELLING for hit in hits):
        return listed("Then the timeline shows", [h for h in hits if h.event.kind != "scene"])
    return with_known(nothing(state), "Then", hits)


def focused(state: QuestionState) -> DraftAnswer:
    """Answers when, how often or whether something happens in the stretch that is named."""
    if not any(at.overlaps(v.interval) for v, at in _stretches(state)):
        return _beyond(state)
    hits = state.ranked("focus", state.question.focus)
    inside = state.inside(hits)
    if hits and not inside:
        elsewhere = events_in_order(hits)[:1]
        text = f"Not in that stretch; elsewhere: {quoted(elsewhere[0])}"
        return DraftAnswer(text, None, hits[0].score, tuple(elsewhere))
    return direct(state, inside)


def _stretches(state: QuestionState) -> list[tuple[VideoInfo, Interval]]:
    """Returns the stretch that a question names, on the clock of each video."""
    within = state.question.within
    return [(v, on_the_clock(within, v.interval)) for v in state.videos if within is not None]


def _beyond(state: QuestionState) -> DraftAnswer:
    """Says that the stretch that is named lies outside every video."""
    lengths = ", ".join(f"{v.name} ends at {v.interval.end:.1f} s" for v in state.videos)
    return DraftAnswer(f"There is nothing at {state.question.within}: {lengths}.", status="absent")


def compared(state: QuestionState) -> DraftAnswer:
    """Tells what stands first and what stands last in each video."""
    lines: list[str] = []
    told: list[Hit] = []
    for number in range(1, len(state.videos) + 1):
        ends = [
            of_best_kind(events_in_order(state.seen.get(f"{order}-{number}", ())), None)
            for order in ("first", "last")
        ]
        if all(ends):
            first, last = ends[0][0], ends[1][-1]
            lines.append(f"At the beginning, {quoted(first)} At the end, {quoted(last)}")
            told += [first, last]
    return DraftAnswer("\n".join(lines), rests_on=tuple(told)) if lines else nothing(state)


def before_or_after(state: QuestionState) -> DraftAnswer:
    """Tells which of two deeds comes first."""
    shown = _deeds(state, 0)
    if isinstance(shown, DraftAnswer):
        return shown
    one, other = shown
    way = "Before" if one.event.interval < other.event.interval else "After"
    told = f"{way}: {quoted(one)} The other: {quoted(other)}"
    return DraftAnswer(told, confidence=min(hit.score for hit in shown), rests_on=tuple(shown))


def between(state: QuestionState) -> DraftAnswer:
    """Lists what lies between two moments."""
    first, last = state.question.between
    for place, moment in enumerate((first, last)):
        if not state.ranked(f"moment-{place}", moment):
            return nothing(state, moment)
    stretch = stretch_between(state)
    if stretch is None:
        return DraftAnswer(f'No "{last}" follows on "{first}".', status="absent")
    _, at = stretch
    inside = [
        hit
        for hit in state.seen.get("between", ())
        if hit.event.interval.start >= at.start - _TOLERANCE_SECONDS
        and hit.event.interval.end <= at.end + _TOLERANCE_SECONDS
    ]
    if _HOW_LONG.search(state.question.text):
        ends = [state.ranked(f"moment-{n}", one)[0] for n, one in enumerate((first, last))]
        told = " ".join(quoted(hit, capital=True) for hit in ends)
        return DraftAnswer(f"About {at.duration:.1f} s, at {at}: {told}", rests_on=tuple(ends))
    if not inside:
        return DraftAnswer(f"The timeline holds nothing between the two, at {at}.", status="absent")
    return listed("Between the two", main_events(inside))


def relative(state: QuestionState) -> DraftAnswer:
    """Answers what happens before, after or during the anchor."""
    question = state.question
    anchor = state.anchor()
    if anchor is None:
        if question.follows_up:
            lacking = "Nothing was spoken of yet that this could follow; name the moment."
            return DraftAnswer(lacking, status="unknown")
        return nothing(state, question.anchor)
    video, at, event = anchor
    if question.of_focus:
        return _focused_beside(state, video, at)
    read = events_in_order(state.seen.get("beside", ()))
    return _told_beside(state, at, event, [h for h in read if _is_beside(state, h, video, at)])


def _is_beside(state: QuestionState, hit: Hit, video: VideoInfo, at: Interval) -> bool:
    """Whether a hit is of a video and on the side of a moment in it that is asked for."""
    same = hit.video.content_hash == video.content_hash
    return same and _stands(hit.event, at, state.question.relation)


def _focused_beside(state: QuestionState, video: VideoInfo, at: Interval) -> DraftAnswer:
    """Answers when, how often or whether something happens beside a moment."""
    question = state.question
    shown = state.ranked("focus", question.focus)
    there = [hit for hit in shown if _is_beside(state, hit, video, at)]
    if not shown or there:
        return direct(state, there)
    if question.relation == "during":
        told = f"Whether it happens during {at} is not told; elsewhere: {quoted(shown[0])}"
        return DraftAnswer(told, status="unknown")
    if question.kind == "yes_no":
        elsewhere = f"Not {question.relation} {at}: {quoted(shown[0])}"
        return DraftAnswer(elsewhere, None, shown[0].score, tuple(shown[:1]))
    return direct(state, there)


def _told_beside(
    state: QuestionState, at: Interval, event: Event | None, beside: Sequence[Hit]
) -> DraftAnswer:
    """Tells what happens beside a moment: the deed that is asked about, or whatever it is."""
    question = state.question
    following = distinct(of_best_kind(_of_actor(state, beside), event), event)
    if beside and not following and question.actor:
        return nothing(state)
    if question.relation == "before":
        following = following[::-1]
    if not following and question.relation == "during":
        told = f"Nothing else is told of {at}; captions tell one thing at a time."
        return DraftAnswer(told, status="unknown")
    if not following:
        return DraftAnswer(f"The timeline holds nothing {question.relation} {at}.", status="absent")
    deeds = [hit for hit, does in zip(following, state.does(following), strict=True) if does]
    told_in_order = _in_words(question.relation, deeds or following)
    if not deeds:
        return DraftAnswer(f"No event then is sure to tell it. {told_in_order}", status="unknown")
    return DraftAnswer(told_in_order, confidence=state.anchor_score(event), rests_on=tuple(deeds))


def _in_words(relation: Relation | None, following: Sequence[Hit]) -> str:
    """Writes what stands beside a moment, the nearest first, and what comes behind that."""
    when = {"before": "Before that", "after": "After that", "during": "Meanwhile"}
    text = f"{when[relation or 'during']}, {quoted(following[0])}"
    if len(following) > 1 and relation != "during":
        text += f" {'Before' if relation == 'before' else 'Then'}: {quoted(following[1])}"
    return text


def in_order(state: QuestionState) -> DraftAnswer:
    """Returns which of several deeds is seen first or last, and the others after it."""
    is_first = state.question.order == "first"
    shown = _deeds(state, 0 if is_first else -1)
    if isinstance(shown, DraftAnswer):
        return shown
    shown = events_in_order(shown)
    confidence = min(hit.score for hit in shown)
    if not is_first:
        shown.reverse()
    lead, then = ("First", "Then") if is_first else ("Last", "Before")
    others = "".join(f" {then}: {quoted(hit)}" for hit in shown[1:])
    return DraftAnswer(
        f"{lead}, {quoted(shown[0])}{others}", confidence=confidence, rests_on=tuple(shown)
    )


def _deeds(state: QuestionState, end: Literal[0, -1]) -> list[Hit] | DraftAnswer:
    """Returns the first or the last event of each deed; where one is not seen, what says so."""
    shown: list[Hit] = []
    for number, deed in enumerate(state.question.alternatives):
        hits = events_in_order(state.ranked(f"deed-{number}", deed))
        if not hits:
            return nothing(state, deed)
        shown.append(hits[end])
    return shown


def at_the_ends(state: QuestionState) -> DraftAnswer:
    """Returns what stands first or last in the timeline."""
    hits = of_best_kind(events_in_order(all_hits(state)), None)
    if not hits or state.question.order is None:
        return nothing(state)
    where, hit = {"first": ("beginning", hits[0]), "last": ("end", hits[-1])}[state.question.order]
    return DraftAnswer(f"At the {where}, {quoted(hit)}", rests_on=without_shots([hit]))


def several_at_the_end(state: QuestionState) -> DraftAnswer:
    """Lists the first or the last few things that happen, or of those that are asked for."""
    question = state.question
    if content_words(question.focus):
        shown = events_in_order(state.ranked("focus", question.focus))
    else:
        shown = main_events(_of_actor(state, all_told(state)))
    count = question.several
    told = shown[:count] if count > 0 else shown[count:]
    if not told:
        return nothing(state)
    lead = f"The {'first' if count > 0 else 'last'} {len(told)}"
    text = " ".join(quoted(hit, capital=True) for hit in told)
    return DraftAnswer(f"{lead}: {text}", rests_on=tuple(told))


def all_of_actor(state: QuestionState) -> DraftAnswer | None:
    """Tells what the one does who is asked about by name; None where nothing of it is told."""
    question = state.question
    hits = [hit for hit in all_told(state) if _is_by(hit, question.actor)]
    if not hits or question.order is None:
        return listed("The timeline tells", hits) if hits else None
    hit = hits[0] if question.order == "first" else hits[-1]
    return DraftAnswer(quoted(hit, capital=True), rests_on=(hit,))


def _is_by(hit: Hit, actor: str) -> bool:
    """Whether an event names whom it tells of, and that is the one."""
    return bool(actor) and actor_of(hit.event.text) == actor


def _of_actor(state: QuestionState, hits: Sequence[Hit]) -> list[Hit]:
    """Filters out what another does than the one who is asked about by name."""
    return [hit for hit in hits if not by_another(state.question.actor, hit.event.text)]


def _stands(event: Event, at: Interval, relation: Relation | None) -> bool:
    """Whether an event lies on the side of `at` that is asked for."""
    if relation == "before":
        return event.interval.end <= at.start + _TOLERANCE_SECONDS
    if relation == "after":
        return event.interval.start >= at.end - _TOLERANCE_SECONDS
    return event.interval.overlaps(at)
