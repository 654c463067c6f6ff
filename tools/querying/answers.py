"""Answers a query of a timeline by going through all of it, or says what nobody looked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from foretell.memory.words.word_book import COLOURS
from foretell.memory.words.wording import content_words, meaning, words
from foretell.tools.querying.facts import (
    OF_COMINGS,
    OF_THE_FILE,
    Fact,
    Subject,
    ends_sentence,
    facts_of,
    looked_at,
)
from foretell.tools.querying.file_answers import of_the_file
from foretell.tools.querying.not_looked import WHOLE_SHARE, how_to_look
from foretell.tools.querying.query import TimelineQuery
from foretell.tools.querying.telling import (
    MAX_LISTED,
    NOUNS,
    QueryAnswer,
    distinct,
    events_of,
    labels,
    said,
    tell,
)
from foretell.types import Interval, Timeline

_TOLD_AT_TIMES: tuple[Subject, ...] = (*OF_COMINGS, "speaker", "person", "slide")
"""Subjects that are told only where the source can tell them: silence says nothing of them."""
_LASTING: tuple[Subject, ...] = ("camera", "colour", "light")
"""Subjects that every shot tells: one that tells another value is a no with evidence."""


def answer_query(query: TimelineQuery, timeline: Timeline) -> QueryAnswer:
    """Returns what a timeline says to a query, or that it was not looked for."""
    query = _of_a_stretch(query, timeline)
    if query.subject in OF_THE_FILE:
        return of_the_file(query, timeline)
    window = query.window(timeline.video.interval)
    if window.duration == 0.0:
        whole = timeline.video.interval
        return QueryAnswer(f"The video is from {whole}: there is nothing then.", "absent")
    seen = sum(one.overlap(window) for one in looked_at(query.subject, timeline))
    facts = [fact for fact in facts_of(query.subject, timeline) if _inside(fact, window)]
    matching = [line for one in facts if _holds(query, one) for line in _narrowed(query, one)]
    held = _turned(matching, query.turn)
    if query.subject == "person" and query.operator == "count" and held:
        return _people(held)
    if not held:
        if matching:
            return _too_few(query, matching)
        return _instead(query, timeline, window) or _nothing(
            query, facts, timeline, seen / window.duration
        )
    text, events = tell(query, held)
    if seen < WHOLE_SHARE * window.duration and query.operator in ("count", "list", "how often"):
        text += f" Only {seen:.1f} of {window.duration:.1f} s were looked at."
    return QueryAnswer(text, "answered", events)


def _of_a_stretch(query: TimelineQuery, timeline: Timeline) -> TimelineQuery:
    """Returns the query of voices where a stretch's sound is asked for, which no file tells."""
    is_of_stretch = query.within is not None or query.part is not None
    if query.subject == "sound" and is_of_stretch and timeline.video.has_audio:
        return replace(query, subject="voice", value="")
    return query


def _instead(query: TimelineQuery, timeline: Timeline, window: Interval) -> QueryAnswer | None:
    """Returns what another sense tells of a subject that is not told itself; None without one."""
    match query.subject:
        case "speech" if not query.value and not looked_at("speech", timeline):
            return _heard(query, timeline)
        case "cut" if _asks_for_change(query) and len(facts_of("slide", timeline)) > 1:
            return answer_query(replace(query, subject="slide"), timeline)
        case "presence" if query.operator == "exists":
            return _nobody(query, timeline, window)
        case "person" if not looked_at("person", timeline):
            return _stays(timeline)
        case _:
            pass
    return None


def _asks_for_change(query: TimelineQuery) -> bool:
    """Whether any change of the picture is asked for, which a slide is, too."""
    return query.operator == "when" and query.turn is None and not query.value


def _heard(query: TimelineQuery, timeline: Timeline) -> QueryAnswer | None:
    """Tells when somebody speaks, where nobody wrote down what is said."""
    if query.operator not in ("exists", "when", "count", "how often", "how long"):
        return None
    voiced = answer_query(replace(query, subject="voice"), timeline)
    return voiced if voiced.status != "unknown" else None


def _stays(timeline: Timeline) -> QueryAnswer | None:
    """Tells how often something is in view, where nobody told people from things."""
    stays = facts_of("presence", timeline)[:MAX_LISTED]
    if not stays:
        return None
    count = f"Somebody or something is in view {len(stays)} times{labels(stays)}."
    text = f"{count} {how_to_look('person', timeline)}"
    return QueryAnswer(text, "unknown", events_of(stays))


def _nobody(query: TimelineQuery, timeline: Timeline, window: Interval) -> QueryAnswer:
    """Says that nobody is in view, where that was seen."""
    empty = [fact for fact in facts_of("empty scene", timeline) if _inside(fact, window)]
    if empty:
        return _with("No: nobody is in view", empty[:3])
    return QueryAnswer(how_to_look(query.subject, timeline), "unknown")


def _people(told: Sequence[Fact]) -> QueryAnswer:
    """Names those of whom captions tell: how many they are, captions do not say."""
    people = distinct(told)
    named = ", ".join(f"{person.value}{labels([person])}" for person in people)
    text = f"Nobody has counted people; the captions tell of {named}."
    return QueryAnswer(text, "unknown", events_of(people))


def _inside(fact: Fact, window: Interval) -> bool:
    if fact.interval.duration == 0.0:
        return window.start <= fact.interval.start <= window.end
    return fact.interval.overlaps(window)


def _holds(query: TimelineQuery, fact: Fact) -> bool:
    """Whether a fact is of the value that is asked about."""
    wanted = query.value.casefold()
    if not wanted:
        return True
    match query.subject:
        case "speech" | "screen text" | "subtitle":
            return mentions(fact.value, query.value)
        case "camera":
            return any(fact.value.startswith(form) for form in _CAMERA.get(wanted, (wanted,)))
        case "shot" | "action" | "object":
            return {*map(meaning, content_words(wanted))} <= {*map(meaning, words(fact.value))}
        case _:
            return {*_plain(wanted)} <= {*_plain(fact.value)}


_CAMERA = {
    "moves": ("moves", "pans", "tilts"),
    "is steady": ("is steady",),
    "pans": ("pans",),
    "tilts": ("tilts",),
}


def _plain(text: str) -> list[str]:
    return [{"gray": "grey"}.get(word, word) for word in words(text)]


def mentions(text: str, wanted: str) -> bool:
    """Whether a text says some words: letter by letter, or all that carry meaning.

    Numbers are only ever the same number.
    """
    flat, sought = " ".join(words(text)), " ".join(words(wanted))
    if re.search(rf"(?<!\w){re.escape(sought)}(?!\w)", flat):
        return True
    held = {*map(meaning, words(text))}
    sought_words = content_words(wanted)
    return bool(sought_words) and all(meaning(word) in held for word in sought_words)


def _narrowed(query: TimelineQuery, fact: Fact) -> list[Fact]:
    """Returns a sentence with the times of the lines that say what is asked about.

    Lines without a full stop are no sentence: each that says it is told by itself.
    """
    told = query.operator in ("when", "exists", "count", "how often") or query.turn is not None
    if not told or not query.value or len(fact.events) < 2:
        return [fact]
    lines = tuple(event for event in fact.events if mentions(event.text, query.value))
    if not lines:
        return [fact]
    if not ends_sentence(fact.value):
        return [Fact(line.interval, line.text, (line,)) for line in lines]
    at = Interval(lines[0].interval.start, max(line.interval.end for line in lines))
    return [replace(fact, interval=at, events=lines)]


def _turned(facts: Sequence[Fact], turn: int | None) -> list[Fact]:
    """Returns the fact whose turn it is, or all."""
    if turn is None:
        return list(facts)
    place = turn - 1 if turn > 0 else turn
    return [facts[place]] if -len(facts) <= place < len(facts) else []


def _too_few(query: TimelineQuery, matching: Sequence[Fact]) -> QueryAnswer:
    """Says how many there are, where one is asked for that would come behind them."""
    one, several = NOUNS[query.subject]
    named = f' with "{query.value}"' if query.value else ""
    if len(matching) == 1:
        return _with(f"No: there is only 1 {one}{named}", matching)
    return _with(f"No: there are only {len(matching)} {several}{named}", matching)


def _nothing(
    query: TimelineQuery, others: Sequence[Fact], timeline: Timeline, share: float
) -> QueryAnswer:
    """Says that what is asked for is not there, with what is there instead; or nobody looked."""
    if not others and (not share or query.subject in _TOLD_AT_TIMES):
        return QueryAnswer(how_to_look(query.subject, timeline), "unknown")
    one, _ = NOUNS[query.subject]
    length = timeline.video.duration_seconds
    named = f' with "{query.value}"' if query.value else ""
    if query.subject in _LASTING and others and (query.value in COLOURS or query.value in _CAMERA):
        return _with(f"No: {said(query.subject, others[0])}", others[:1])
    shots = facts_of("shot", timeline)
    if query.subject in ("cut", "fade") and len(shots) == 1 and query.value in ("", "cut"):
        return _with("None: the whole video is one shot", shots)
    if query.subject in _LASTING:
        text = f"No {one} is told there: a plain picture, or a short shot, shows too little of it."
        return QueryAnswer(text, "unknown")
    if share < WHOLE_SHARE:
        return QueryAnswer(
            f"No {one}{named} was found, and only {share * 100:.0f} % of what is asked about was "
            f"looked at. {how_to_look(query.subject, timeline)}".rstrip(),
            "unknown",
        )
    where = (
        f"all {length:.1f} s were looked at"
        if share and query.window(timeline.video.interval) == timeline.video.interval
        else "all of that stretch was looked at"
    )
    missed = ""
    if query.subject in ("screen text", "subtitle"):
        missed = " Text that is small, blurred or slanted, and lone signs, are missed."
        if not others:
            text = f"No text was read on the screen in all {length:.1f} s.{missed}"
            return QueryAnswer(text, "unknown")
    return QueryAnswer(f"There is no {one}{named}: {where}.{missed}", "absent")


def _with(text: str, facts: Sequence[Fact]) -> QueryAnswer:
    told = facts[:MAX_LISTED]
    return QueryAnswer(f"{text}{labels(told)}.", "answered", events_of(told))
