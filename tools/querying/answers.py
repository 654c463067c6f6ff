"""Answers a query of a timeline by going through all of it, or says what nobody looked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from foretell import ranking
from foretell.memory.tracks import seconds_of
from foretell.memory.words.word_book import COLOURS
from foretell.memory.words.wording import content_words, meaning, words
from foretell.tools.querying.facts import (
    OF_COMINGS,
    OF_THE_FILE,
    Fact,
    Subject,
    facts_of,
    looked_at,
)
from foretell.tools.querying.not_looked import WHOLE_SHARE, how_to_look
from foretell.tools.querying.query import Operator, TimelineQuery
from foretell.tools.texts.text_cleaning import capitalised
from foretell.types import AnswerStatus, Event, Interval, Timeline

_TOLD_AT_TIMES: tuple[Subject, ...] = (*OF_COMINGS, "speaker", "person", "slide")
"""Subjects that are told only where the source can tell them: silence says nothing of them."""
MAX_LISTED = 12
"""Facts that one answer tells by the way; more are counted."""
MOST_LISTED = 60
"""Facts of a list that was asked for."""
_NOUNS: Mapping[Subject, tuple[str, str]] = {
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
_INSTANTS: tuple[Subject, ...] = ("cut", "fade", "departure")
"""Subjects that are over at once, so that their times are all there is to tell."""
_LASTING: tuple[Subject, ...] = ("camera", "colour", "light")
"""Subjects that every shot tells: one that tells another value is a no with evidence."""


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """What a timeline says to a query.

    Attributes:
        text: The answer in words, each fact followed by the label of its event.
        status: Whether it is answered, absent where it was looked for, or unknown.
        events: The events that it rests on.
    """

    text: str
    status: AnswerStatus
    events: tuple[Event, ...] = ()


def answer_query(query: TimelineQuery, timeline: Timeline) -> QueryAnswer:
    """Returns what a timeline says to a query, or that it was not looked for."""
    if query.subject in OF_THE_FILE:
        return _of_the_file(query, timeline)
    window = query.window(timeline.video.interval)
    if window.duration == 0.0:
        whole = timeline.video.interval
        return QueryAnswer(f"The video is from {whole}: there is nothing then.", "absent")
    seen = sum(one.overlap(window) for one in looked_at(query.subject, timeline))
    facts = [fact for fact in facts_of(query.subject, timeline) if _inside(fact, window)]
    held = _turned([_narrowed(query, one) for one in facts if _holds(query, one)], query.turn)
    if query.subject == "person" and query.operator == "count" and held:
        return _people(held)
    if not held:
        return _instead(query, timeline, window) or _nothing(
            query, facts, timeline, seen / window.duration
        )
    text = _OPERATORS[query.operator](query, held)
    told = held[: MOST_LISTED if query.operator == "list" else MAX_LISTED]
    if seen < WHOLE_SHARE * window.duration and query.operator in ("count", "list", "how often"):
        text += f" Only {seen:.1f} of {window.duration:.1f} s were looked at."
    return QueryAnswer(text, "answered", tuple(event for fact in told for event in fact.events))


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
    count = f"Somebody or something is in view {len(stays)} times{_labels(stays)}."
    events = tuple(event for stay in stays for event in stay.events)
    return QueryAnswer(f"{count} {how_to_look('person', timeline)}", "unknown", events)


def _nobody(query: TimelineQuery, timeline: Timeline, window: Interval) -> QueryAnswer:
    """Says that nobody is in view, where that was seen."""
    empty = [fact for fact in facts_of("empty scene", timeline) if _inside(fact, window)]
    if empty:
        return _with("No: nobody is in view", empty[:3])
    return QueryAnswer(how_to_look(query.subject, timeline), "unknown")


def _people(told: Sequence[Fact]) -> QueryAnswer:
    """Names those of whom captions tell: how many they are, captions do not say."""
    people = _distinct(told)
    named = ", ".join(f"{person.value}{_labels([person])}" for person in people)
    events = tuple(event for person in reversed(people) for event in person.events)
    return QueryAnswer(
        f"Nobody has counted people; the captions tell of {named}.", "unknown", events
    )


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


def _narrowed(query: TimelineQuery, fact: Fact) -> Fact:
    """Returns a sentence with the times of the lines that say what is asked about."""
    if query.operator not in ("when", "exists") or not query.value or len(fact.events) < 2:
        return fact
    lines = tuple(event for event in fact.events if mentions(event.text, query.value))
    if not lines:
        return fact
    at = Interval(lines[0].interval.start, max(line.interval.end for line in lines))
    return replace(fact, interval=at, events=lines)


def _turned(facts: Sequence[Fact], turn: int | None) -> list[Fact]:
    """Returns the fact whose turn it is, or all."""
    if turn is None:
        return list(facts)
    place = turn - 1 if turn > 0 else turn
    return [facts[place]] if -len(facts) <= place < len(facts) else []


def _nothing(
    query: TimelineQuery, others: Sequence[Fact], timeline: Timeline, share: float
) -> QueryAnswer:
    """Says that what is asked for is not there, with what is there instead; or nobody looked."""
    if not others and (not share or query.subject in _TOLD_AT_TIMES):
        return QueryAnswer(how_to_look(query.subject, timeline), "unknown")
    one, several = _NOUNS[query.subject]
    length = timeline.video.duration_seconds
    if query.turn not in (None, 1, -1) and others:
        count = (
            f"there is only 1 {one}" if len(others) == 1 else f"there are {len(others)} {several}"
        )
        return _with(f"No: {count}", others)
    if query.subject in _LASTING and others and (query.value in COLOURS or query.value in _CAMERA):
        return _with(f"No: {_said(query.subject, others[0])}", others[:1])
    shots = facts_of("shot", timeline)
    if query.subject in ("cut", "fade") and len(shots) == 1 and query.value in ("", "cut"):
        return _with("None: the whole video is one shot", shots)
    if query.subject in _LASTING:
        return QueryAnswer(f"No {one} is told there.", "unknown")
    named = f' with "{query.value}"' if query.value else ""
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
    events = tuple(event for fact in facts[:MAX_LISTED] for event in fact.events)
    return QueryAnswer(f"{text}{_labels(facts[:MAX_LISTED])}.", "answered", events)


def _labels(facts: Sequence[Fact]) -> str:
    ids = dict.fromkeys(event.id for fact in facts for event in fact.events)
    return "".join(f" [e{number}]" for number in ids)


def _at(interval: Interval) -> str:
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


def _said(subject: Subject, fact: Fact) -> str:
    """Returns a fact as a clause."""
    if subject == "subtitle":
        subject = "speech" if fact.events[0].kind == "speech" else "screen text"
    form = _CLAUSES.get(subject)
    if form is None:
        return fact.value.rstrip(". ")
    if not fact.value:
        form = form.replace(" {value}", "")
    return form.format(value=fact.value, at=_at(fact.interval))


def _clause(subject: Subject, fact: Fact) -> str:
    return f"{_said(subject, fact)}{_labels([fact])}"


def _sentences(clauses: Sequence[str], more: int) -> str:
    told = " ".join(f"{capitalised(clause)}." for clause in clauses)
    return f"{told} And {more} more." if more > 0 else told


def _distinct(facts: Sequence[Fact]) -> list[Fact]:
    """Returns the first fact of each value, the value that is told last at the end."""
    return list({fact.value: fact for fact in reversed(facts)}.values())[::-1]


def _exists(query: TimelineQuery, facts: Sequence[Fact]) -> str:
    told = _sentences([_clause(query.subject, fact) for fact in facts[:3]], len(facts) - 3)
    return f"Yes: {told[:1].lower()}{told[1:]}"


def _when(query: TimelineQuery, facts: Sequence[Fact], most: int = MAX_LISTED) -> str:
    if query.subject in _INSTANTS:
        clauses = [f"At {_at(fact.interval)}{_labels([fact])}" for fact in facts[:most]]
        return _sentences([", ".join(clauses).replace(", At", ", at")], len(facts) - most)
    clauses = [f"At {_at(fact.interval)}: {_clause(query.subject, fact)}" for fact in facts[:most]]
    return _sentences(clauses, len(facts) - most)


def _what(query: TimelineQuery, facts: Sequence[Fact]) -> str:
    if query.subject in _INSTANTS:
        return _when(query, facts)
    distinct = _distinct(facts)
    clauses = [_clause(query.subject, fact) for fact in distinct[:MAX_LISTED]]
    return _sentences(clauses, len(distinct) - MAX_LISTED)


def _count(query: TimelineQuery, facts: Sequence[Fact]) -> str:
    if query.subject == "object":
        facts = _distinct(facts)
    one, several = _NOUNS[query.subject]
    number = f"There is 1 {one}" if len(facts) == 1 else f"There are {len(facts)} {several}"
    told = facts[:MAX_LISTED]
    by_name = query.subject == "object"
    listed = ", ".join(
        f"{fact.value if by_name else f'at {_at(fact.interval)}'}{_labels([fact])}" for fact in told
    )
    more = f" and {len(facts) - MAX_LISTED} more" if len(facts) > MAX_LISTED else ""
    return f"{number}: {listed}{more}."


def _how_long(query: TimelineQuery, facts: Sequence[Fact]) -> str:
    told = facts[:MAX_LISTED]
    parts = ", ".join(f"{f.interval.duration:.1f} s{_labels([f])}" for f in told)
    if len(facts) == 1:
        return f"{parts}: {_said(query.subject, facts[0])}."
    total = seconds_of([fact.interval for fact in facts])
    return f"{total:.1f} s in all, in {len(facts)} stretches: {parts}."


def _extreme(longest: bool) -> Callable[[TimelineQuery, Sequence[Fact]], str]:
    def told(query: TimelineQuery, facts: Sequence[Fact]) -> str:
        sign = 1.0 if longest else -1.0
        best = ranking.best_of(facts, lambda fact: sign * fact.interval.duration)
        word = "longest" if longest else "shortest"
        return (
            f"The {word}, {best.interval.duration:.1f} s, is at {_at(best.interval)}: "
            f"{_clause(query.subject, best)}."
        )

    return told


def _list(query: TimelineQuery, facts: Sequence[Fact]) -> str:
    if query.subject == "object":
        first: dict[str, Fact] = {}
        for fact in facts:
            first.setdefault(fact.value, fact)
        told = [f"{thing.value}{_labels([thing])}" for thing in list(first.values())[:MAX_LISTED]]
        more = f" and {len(first) - MAX_LISTED} more" if len(first) > MAX_LISTED else ""
        return f"{', '.join(told)}{more}."
    return _when(query, facts, MOST_LISTED)


_OPERATORS: Mapping[Operator, Callable[[TimelineQuery, Sequence[Fact]], str]] = {
    "exists": _exists,
    "when": _when,
    "what": _what,
    "count": _count,
    "how often": _count,
    "how long": _how_long,
    "list": _list,
    "longest": _extreme(longest=True),
    "shortest": _extreme(longest=False),
}


def _of_the_file(query: TimelineQuery, timeline: Timeline) -> QueryAnswer:
    """Returns what the file itself tells."""
    video = timeline.video
    match query.subject:
        case "length":
            minutes, seconds = divmod(round(video.duration_seconds), 60)
            clock = f" ({minutes}:{seconds:02d})" if minutes else ""
            return QueryAnswer(
                f"The video is {video.duration_seconds:.1f} s long{clock}.", "answered"
            )
        case "size" if video.width:
            shape = "landscape" if video.width > video.height else "portrait"
            shape = "square" if video.width == video.height else shape
            text = f"The picture is shown at {video.width} x {video.height} pixels ({shape})."
            return QueryAnswer(text, "answered")
        case "codec" if video.codec:
            return QueryAnswer(f"The pictures are encoded as {video.codec}.", "answered")
        case "sound":
            return _sound(query, timeline)
        case "language":
            return _language(timeline)
        case _:
            return QueryAnswer(f"The timeline does not keep the {query.subject}.", "unknown")


def _sound(query: TimelineQuery, timeline: Timeline) -> QueryAnswer:
    """Returns whether there is sound, and what is known of it."""
    if not timeline.video.has_audio:
        return QueryAnswer("No: the file has no sound.", "answered")
    if query.within is not None or query.part is not None:
        return answer_query(replace(query, subject="voice", value=""), timeline)
    heard = facts_of("voice", timeline) or facts_of("speech", timeline)
    if query.value != "music" and heard:
        subject: Subject = "voice" if facts_of("voice", timeline) else "speech"
        clauses = [_clause(subject, fact) for fact in heard[:3]]
        events = tuple(event for fact in heard[:3] for event in fact.events)
        return QueryAnswer(
            f"Yes, there is sound. {_sentences(clauses, len(heard) - 3)}", "answered", events
        )
    if not query.value:
        return QueryAnswer(
            "The file has a sound track; whether anything is heard in it, nobody has looked.",
            "unknown",
        )
    spoken = (
        " Nobody speaks in it." if query.value == "speech" and looked_at("voice", timeline) else ""
    )
    if spoken:
        return QueryAnswer(f"No: the file has a sound track.{spoken}", "absent")
    return QueryAnswer(
        "The file has a sound track; whether there is music in it, nobody has looked."
        if query.value == "music"
        else f"The file has a sound track. {how_to_look('speech', timeline)}",
        "unknown",
    )


def _language(timeline: Timeline) -> QueryAnswer:
    tracks = [name for name in timeline.video.subtitle_tracks if name != "und"]
    if tracks:
        return QueryAnswer(
            f"The file holds subtitles in: {', '.join(tracks)}. In which language is spoken, "
            "nobody has looked.",
            "answered",
        )
    if not timeline.video.has_audio:
        return QueryAnswer("None is spoken: the file has no sound.", "answered")
    return QueryAnswer("In which language is spoken, nobody has looked.", "unknown")
