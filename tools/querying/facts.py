"""Reads what a timeline tells, as facts that stand somewhere in time and can be counted.

The sentences of shots, of comings and goings and of slides are read back into what was measured;
`tests/tools/querying` writes each of them anew and reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from foretell.memory.tracks import united
from foretell.memory.words.inflections import finite_verb
from foretell.memory.words.word_book import DETERMINERS, PREPOSITIONS, PRONOUNS, word_set
from foretell.patterns import LazyPattern
from foretell.tools.texts.sentences import read_phrase
from foretell.types import Event, EventKind, Interval, Timeline

Subject = Literal[
    "length", "size", "frame rate", "sound", "codec", "language",
    "shot", "cut", "fade", "camera", "colour", "light", "slide",
    "screen text", "speech", "subtitle", "speaker", "voice",
    "arrival", "departure", "presence", "empty scene", "action", "object", "person",
]  # fmt: skip
"""What can be asked for by structure: of the file, of its pictures, of its texts."""
OF_THE_FILE: tuple[Subject, ...] = ("length", "size", "frame rate", "sound", "codec", "language")
OF_COMINGS: tuple[Subject, ...] = ("arrival", "departure", "presence", "empty scene")
SEEN_AS: Mapping[Subject, tuple[EventKind, ...]] = {
    **dict.fromkeys(("shot", "cut", "fade", "camera", "colour", "light", "slide"), ("scene",)),
    **dict.fromkeys(OF_COMINGS, ("scene",)),
    "screen text": ("screen_text",),
    "speech": ("speech",),
    "subtitle": ("speech", "screen_text"),
    "speaker": ("speech",),
    "voice": ("voice",),
    "action": ("caption", "action"),
    "object": ("caption", "action", "object"),
    "person": ("caption", "action"),
}
"""The kinds of events that tell of a subject."""
SHOTS, MOTION, SLIDES, VOICE = "scenes", "motion", "slides", "voice activity"
"""The sources that tell of shots, of comings and goings, of slides and of voices."""
_LOOKED_AT: Mapping[Subject, str] = {
    **dict.fromkeys(("shot", "cut", "fade", "camera", "colour", "light"), SHOTS),
    **dict.fromkeys(OF_COMINGS, MOTION),
    "slide": SLIDES,
    "voice": VOICE,
}
"""The source without which nobody looked for a subject, where it is one alone."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a timeline tells.

    Attributes:
        interval: When.
        value: What it is in words: a colour, a text, how the camera moves.
        events: The events that tell it, in order of time.
    """

    interval: Interval
    value: str
    events: tuple[Event, ...]


def facts_of(subject: Subject, timeline: Timeline) -> list[Fact]:
    """Returns what a timeline tells of a subject, in order of time; nothing of the file itself."""
    if subject in OF_THE_FILE:
        return []
    found = _READERS[subject](timeline.events)
    return sorted(found, key=lambda fact: (fact.interval, fact.value))


def looked_at(subject: Subject, timeline: Timeline) -> tuple[Interval, ...]:
    """Returns the stretches in which a subject was looked for, in order and apart."""
    wanted = _LOOKED_AT.get(subject)
    return united(
        stretch
        for one in timeline.coverage
        if (one.source == wanted if wanted else {*one.kinds} & {*SEEN_AS[subject]})
        for stretch in one.intervals
    )


_PAUSE_SECONDS = 3.0
"""Seconds of silence after which a line of speech begins a sentence of its own."""
_LONGEST_SENTENCE = 8
"""Lines of a sentence at most; speech without full stops is told in pieces of so many."""
_CHANGE = LazyPattern(r"^A new shot (?:begins with a (?P<kind>cut|dissolve)|(?P<fade>fades in))\.")
_FADED = LazyPattern(r"^The picture has faded out\.|It fades out at the end\.$")
_CAMERA = LazyPattern(r"The camera ([^.]+?)(?:, with (\w+) movement in the picture)?\.")
_PICTURE = LazyPattern(
    r"The picture is (?:(?P<light>bright|dim|dark), )?"
    r"(?P<named>(?:mostly|partly) [^.]+|of many colours)\."
)
_BLANK = LazyPattern(r"The picture is (?P<named>plain (?P<colour>\w+)) and blank\.")
_ARRIVES = LazyPattern(
    r"^Somebody or something arrives(?: from the (?P<side>\w+))? \(arrival (\d+)\)"
)
_STAYS = LazyPattern(r"^Somebody or something (?:arrives(?: from the \w+)? \(|is in view as)")
_LEAVES = LazyPattern(r"It stays in view, then leaves(?: to the (?P<side>\w+))?\.$")
_EMPTY = LazyPattern(r"^The scene is empty and still")
_SLIDE = LazyPattern(r"^Slide (\d+) is shown\.")


def _shots(events: Sequence[Event]) -> Iterator[Fact]:
    return (Fact(e.interval, e.text, (e,)) for e in events if e.source == SHOTS)


def _cuts(events: Sequence[Event]) -> Iterator[Fact]:
    for shot in _shots(events):
        if change := _CHANGE.match(shot.value):
            yield Fact(_instant(shot.interval.start), change["kind"] or "fade in", shot.events)
        elif shot.value.startswith("The picture has faded out."):
            yield Fact(_instant(shot.interval.start), "fade out", shot.events)


def _fades(events: Sequence[Event]) -> Iterator[Fact]:
    for shot in _shots(events):
        if _CHANGE.match(shot.value) and "fades in" in shot.value:
            yield Fact(_instant(shot.interval.start), "fade in", shot.events)
        if _FADED.search(shot.value):
            at = shot.interval.end if "at the end" in shot.value else shot.interval.start
            yield Fact(_instant(at), "fade out", shot.events)


def _camera(events: Sequence[Event]) -> Iterator[Fact]:
    for shot in _shots(events):
        if told := _CAMERA.search(shot.value):
            yield Fact(shot.interval, told[1], shot.events)


def _colours(events: Sequence[Event]) -> Iterator[Fact]:
    for shot in _shots(events):
        if told := _PICTURE.search(shot.value) or _BLANK.search(shot.value):
            yield Fact(shot.interval, told["named"], shot.events)


def _light(events: Sequence[Event]) -> Iterator[Fact]:
    for shot in _shots(events):
        if told := _PICTURE.search(shot.value):
            yield Fact(shot.interval, told["light"] or "of ordinary brightness", shot.events)
        elif blank := _BLANK.search(shot.value):
            light = {"black": "dark", "white": "bright"}.get(blank["colour"])
            yield Fact(shot.interval, light or "of ordinary brightness", shot.events)


def _slides(events: Sequence[Event]) -> Iterator[Fact]:
    for event in events:
        if event.source == SLIDES and (told := _SLIDE.match(event.text)):
            yield Fact(event.interval, f"slide {told[1]}", (event,))


def _arrivals(events: Sequence[Event]) -> Iterator[Fact]:
    for event in events:
        if event.source == MOTION and (told := _ARRIVES.match(event.text)):
            side = f"from the {told['side']}" if told["side"] else ""
            yield Fact(event.interval, side, (event,))


def _stays(events: Sequence[Event]) -> Iterator[Fact]:
    for event in events:
        if event.source == MOTION and _STAYS.match(event.text):
            yield Fact(event.interval, "", (event,))


def _departures(events: Sequence[Event]) -> Iterator[Fact]:
    for event in events:
        if event.source == MOTION and (told := _LEAVES.search(event.text)):
            side = f"to the {told['side']}" if told["side"] else ""
            yield Fact(_instant(event.interval.end), side, (event,))


def _empty(events: Sequence[Event]) -> Iterator[Fact]:
    for event in events:
        if event.source == MOTION and _EMPTY.match(event.text):
            yield Fact(event.interval, "", (event,))


def _told(*kinds: EventKind) -> Callable[[Sequence[Event]], Iterator[Fact]]:
    """Returns what reads the events of some kinds as they stand."""

    def read(events: Sequence[Event]) -> Iterator[Fact]:
        return (Fact(e.interval, e.text, (e,)) for e in events if e.kind in kinds)

    return read


def _sentences(events: Sequence[Event]) -> Iterator[Fact]:
    """Yields what is said a sentence at a time, as subtitles cut sentences into lines."""
    begun: list[Event] = []
    for event in (e for e in events if e.kind == "speech"):
        apart = begun and (
            begun[-1].source != event.source
            or event.interval.start - begun[-1].interval.end > _PAUSE_SECONDS
        )
        if apart or len(begun) == _LONGEST_SENTENCE:
            yield _sentence(begun)
            begun = []
        begun.append(event)
        if ends_sentence(event.text):
            yield _sentence(begun)
            begun = []
    if begun:
        yield _sentence(begun)


def _sentence(cues: Sequence[Event]) -> Fact:
    whole = Interval(cues[0].interval.start, max(cue.interval.end for cue in cues))
    return Fact(whole, " ".join(cue.text for cue in cues), tuple(cues))


def ends_sentence(text: str) -> bool:
    """Whether a line of speech ends its sentence."""
    return text.rstrip("\"')] ").endswith((".", "!", "?", "\N{HORIZONTAL ELLIPSIS}"))


def _subtitles(events: Sequence[Event]) -> Iterator[Fact]:
    """Yields what is said, or where nobody wrote that down, what stands on the screen."""
    said = list(_sentences(events))
    return iter(said) if said else _told("screen_text")(events)


def _voices(events: Sequence[Event]) -> Iterator[Fact]:
    return (Fact(e.interval, "", (e,)) for e in events if e.source == VOICE)


def _things(events: Sequence[Event]) -> Iterator[Fact]:
    """Yields what a caption says that somebody does something with."""
    for event in events:
        if event.kind == "object":
            yield Fact(event.interval, event.text, (event,))
        elif event.kind in SEEN_AS["object"]:
            for thing in things_told(event.text):
                yield Fact(event.interval, thing, (event,))


def _people(events: Sequence[Event]) -> Iterator[Fact]:
    for event in events:
        if event.kind in SEEN_AS["person"] and (told := _PERSON.match(event.text)):
            who = " ".join(told["who"].lower().split())
            named = _LETTER.sub(lambda letter: letter[0].upper(), who)
            yield Fact(event.interval, named, (event,))


def _speakers(events: Sequence[Event]) -> Iterator[Fact]:
    for sentence in _sentences(events):
        if told := _SPEAKER.match(sentence.value):
            yield Fact(sentence.interval, told["name"], sentence.events)


def things_told(caption: str) -> list[str]:
    """Returns the things that a caption tells of beside who acts: "milk", "kitchen cabinet"."""
    things: list[str] = []
    for part in _NOT_OF_A_THING.split(read_phrase(caption).rest):
        words = [word for word in part.split() if word not in _BESIDE_THINGS]
        if words and finite_verb(words[0]) not in (None, words[0]):  # "and closes the tap"
            words = words[1:]
        if words and not words[-1].endswith("ly"):
            things.append(" ".join(words))
    return list(dict.fromkeys(things))


_PERSON = LazyPattern(
    r"(?P<who>the camera wearer|(?:(?:an?|the|one|two|three|four|several|some|many)\s+)?"
    r"(?:[a-z]+\s+){0,2}?(?:man|men|woman|women|boy|boys|girl|girls|person|people|persons|child|"
    r"children|baby|lady|guy|chef|cook|player|players|worker|workers|teacher|student|dancer|"
    r"group|crowd)(?: [A-Z]\b)?)\b",
    re.IGNORECASE,
)
_LETTER = LazyPattern(r"(?<=\w )[a-z]$")
"""What tells people apart who are named by letters: "man X"."""
_SPEAKER = LazyPattern(r"^[-\s]*(?P<name>[A-Z][\w.]*(?: [A-Z][\w.]*){0,2}): ?\S")
"""A name before a colon, as in subtitles and transcripts."""
_NOT_OF_A_THING = LazyPattern(rf"\b(?:{'|'.join(sorted(PREPOSITIONS))}|and|or|that|which|then)\b")
_BESIDE_THINGS = (
    DETERMINERS
    | PRONOUNS
    | word_set(
        "again both hand hands himself herself it itself left more one right some something two"
    )
)


def _instant(seconds: float) -> Interval:
    return Interval(seconds, seconds)


_READERS: Mapping[Subject, Callable[[Sequence[Event]], Iterator[Fact]]] = {
    "shot": _shots,
    "cut": _cuts,
    "fade": _fades,
    "camera": _camera,
    "colour": _colours,
    "light": _light,
    "slide": _slides,
    "arrival": _arrivals,
    "departure": _departures,
    "presence": _stays,
    "empty scene": _empty,
    "screen text": _told("screen_text"),
    "speech": _sentences,
    "subtitle": _subtitles,
    "speaker": _speakers,
    "voice": _voices,
    "action": _told("caption", "action"),
    "object": _things,
    "person": _people,
}
