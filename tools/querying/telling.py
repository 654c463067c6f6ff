"""Tells the facts that a query asks for, in words and with the labels of their events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from foretell import ranking
from foretell.memory.tracks import seconds_of
from foretell.tools.querying.facts import Fact, Subject
from foretell.tools.querying.query import Operator, TimelineQuery
from foretell.tools.texts.marks import event_mark
from foretell.tools.texts.text_cleaning import capitalised
from foretell.types import AnswerStatus, Event, Interval

MAX_LISTED = 12
"""Facts that one answer tells by the way; more are counted."""
MOST_LISTED = 60
"""Facts of a list that was asked for."""
NOUNS: Mapping[Subject, tuple[str, str]] = {
    "shot": ("shot", "shots"),
    "cut": ("cut", "cuts"),
    "fade": ("fade", "fades"),
    "slide": ("slide", "slides"),
    "screen text": ("text on the screen", "texts on the screen"),
    "speech": ("sentence", "sentences"),
    "subtitle": ("subtitle", "subtitles"),
    "speaker": ("speaker", "speakers"),
    "presence": ("stay of somebody or something", "stays of somebody or something"),
    "person": ("person", "persons"),
    "voice": ("stretch in which somebody speaks", "stretches in which somebody speaks"),
    "arrival": ("arrival of somebody or something", "arrivals of somebody or something"),
    "departure": ("departure", "departures"),
    "empty scene": ("stretch in which nobody is in view", "stretches in which nobody is in view"),
    "action": ("thing that happens", "things that happen"),
    "object": ("thing", "things"),
    "camera": ("movement of the camera", "movements of the camera"),
    "colour": ("colour of the picture", "colours of the picture"),
    "light": ("brightness of the picture", "brightnesses of the picture"),
}
INSTANTS: tuple[Subject, ...] = ("cut", "fade", "departure")
"""Subjects that are over at once, so that their times are all there is to tell."""


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """What a timeline says to a query.

    Attributes:
        text: The answer in words, each fact followed by the mark of its event.
        status: Whether it is answered, absent where it was looked for, or unknown.
        events: The events that it rests on.
    """

    text: str
    status: AnswerStatus
    events: tuple[Event, ...] = ()


def labels(facts: Sequence[Fact]) -> str:
    """Writes the labels of the events that tell some facts, each once."""
    ids = dict.fromkeys(event.id for fact in facts for event in fact.events)
    return "".join(map(event_mark, ids))


def at(interval: Interval) -> str:
    """Writes when something is, which may be over at once."""
    return f"{interval.start:.1f} s" if interval.duration == 0.0 else f"{interval}"


_CLAUSES: Mapping[Subject, str] = {
    "speech": 'it is said: "{value}"',
    "screen text": 'the screen shows "{value}"',
    "camera": "the camera {value}",
    "colour": "the picture is {value}",
    "light": "the picture is {value}",
    "slide": "{value} is shown",
    "cut": "there is a {value} at {at}",
    "fade": "there is a {value} at {at}",
    "arrival": "somebody or something arrives {value}",
    "departure": "it leaves {value} at {at}",
    "empty scene": "nobody is in view",
    "voice": "somebody speaks",
    "presence": "somebody or something is in view",
    "speaker": "{value} is named as speaking",
}


def said(subject: Subject, fact: Fact) -> str:
    """Returns a fact as a clause."""
    if subject == "subtitle":
        subject = "speech" if fact.events[0].kind == "speech" else "screen text"
    form = _CLAUSES.get(subject)
    if form is None:
        return fact.value.rstrip(". ")
    if not fact.value:
        form = form.replace(" {value}", "")
    return form.format(value=fact.value, at=at(fact.interval))


def clause(subject: Subject, fact: Fact) -> str:
    """Returns a fact as a clause with the labels of its events."""
    return f"{said(subject, fact)}{labels([fact])}"


def sentences(clauses: Sequence[str], more: int) -> str:
    """Writes clauses as sentences, and how many more there are."""
    told = " ".join(f"{capitalised(clause)}." for clause in clauses)
    return f"{told} And {more} more." if more > 0 else told


def distinct(facts: Sequence[Fact]) -> list[Fact]:
    """Returns the first fact of each value, in the order of the facts."""
    first: dict[str, Fact] = {}
    for fact in facts:
        first.setdefault(fact.value, fact)
    return list(first.values())


def events_of(facts: Sequence[Fact]) -> tuple[Event, ...]:
    """Returns the events that tell some facts, in the order of the facts."""
    return tuple(event for fact in facts for event in fact.events)


def tell(query: TimelineQuery, facts: Sequence[Fact]) -> tuple[str, tuple[Event, ...]]:
    """Returns the facts that a query asks for, told as its operator wants them.

    Args:
        query: What is asked.
        facts: What holds of it in order of time, at least one.

    Returns:
        The answer in words, and the events that it rests on: all that it cites among them.
    """
    if _by_value(query):
        facts = distinct(facts)
    told = list(facts[: MOST_LISTED if query.operator == "list" else MAX_LISTED])
    more = len(facts) - len(told)
    match query.operator:
        case "exists":
            first = sentences([clause(query.subject, fact) for fact in told[:3]], len(facts) - 3)
            text = f"Yes: {first[:1].lower()}{first[1:]}"
        case "list" if query.subject in ("object", "person"):
            text = capitalised(f"{_enumerated([_named(fact) for fact in told], more)}.")
        case "what" if query.subject not in INSTANTS:
            text = sentences([clause(query.subject, fact) for fact in told], more)
        case "when" | "what" | "list":
            text = _times(query, told, more)
        case "count" | "how often":
            text = _count(query, told, more)
        case "how long":
            text = _how_long(query, facts, told)
        case "longest" | "shortest":
            told = [_extreme(query.operator, facts)]
            text = _lasting(query, told[0])
    return text, events_of(told)


def _by_value(query: TimelineQuery) -> bool:
    """Whether a value that comes again is the same answer once more."""
    if query.subject in ("object", "person"):
        return query.operator in ("what", "list", "count", "how often")
    return query.operator == "what" and query.subject not in INSTANTS


def _named(fact: Fact) -> str:
    return f"{fact.value}{labels([fact])}"


def _enumerated(parts: Sequence[str], more: int) -> str:
    return f"{', '.join(parts)}{f' and {more} more' if more > 0 else ''}"


def _times(query: TimelineQuery, told: Sequence[Fact], more: int) -> str:
    if query.subject in INSTANTS:
        times = ", ".join(f"at {at(fact.interval)}{labels([fact])}" for fact in told)
        return sentences([times], more)
    clauses = [f"At {at(fact.interval)}: {clause(query.subject, fact)}" for fact in told]
    return sentences(clauses, more)


def _count(query: TimelineQuery, told: Sequence[Fact], more: int) -> str:
    one, several = NOUNS[query.subject]
    count = len(told) + more
    number = f"There is 1 {one}" if count == 1 else f"There are {count} {several}"
    if query.subject == "object":
        return f"{number}: {_enumerated([_named(fact) for fact in told], more)}."
    times = [f"at {at(fact.interval)}{labels([fact])}" for fact in told]
    return f"{number}: {_enumerated(times, more)}."


def _how_long(query: TimelineQuery, facts: Sequence[Fact], told: Sequence[Fact]) -> str:
    parts = [f"{fact.interval.duration:.1f} s{labels([fact])}" for fact in told]
    if len(facts) == 1:
        return f"{parts[0]}: {said(query.subject, facts[0])}."
    total = seconds_of([fact.interval for fact in facts])
    listed = _enumerated(parts, len(facts) - len(told))
    return f"{total:.1f} s in all, in {len(facts)} stretches: {listed}."


def _extreme(operator: Operator, facts: Sequence[Fact]) -> Fact:
    sign = 1.0 if operator == "longest" else -1.0
    return ranking.best_of(facts, lambda fact: sign * fact.interval.duration)


def _lasting(query: TimelineQuery, fact: Fact) -> str:
    return (
        f"The {query.operator}, {fact.interval.duration:.1f} s, is at {at(fact.interval)}: "
        f"{clause(query.subject, fact)}."
    )
