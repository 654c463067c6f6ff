"""Reads what a language model's answer cites: labels of events, and times in any written form.

Every time that stands in brackets or is spoken of in a sentence is read; whether the timeline
holds it is for `evidence` to say. A length ("for five seconds") is no time, and neither is the time
of a day ("10:30 pm").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from foretell.patterns import LazyPattern
from foretell.tools.texts.spoken_times import (
    BETWEEN,
    NUMBER,
    POINT,
    SPAN,
    TOLD,
    NamedTime,
    is_told,
    read_span,
    where_times_may_be,
)
from foretell.tools.texts.text_cleaning import LONGEST_NAME

_REMEMBERED = 4096
"""Places that are kept as they were read: a model that ends in a loop cites the same ones."""
_INSIDE = 300
"""Most characters of a bracket that cites; a longer one is read as a sentence."""
_AROUND = 40
"""Characters around a spoken time that tell whether it is a length, or the time of a day."""
_LEADS = 200
"""Characters before a number in which words may lead to it, and behind it in which it ends."""
_LONGEST_LABEL = 18
"""Most digits of a label; no library holds more events."""
_OPENERS, _CLOSERS = (
    r"\[(\N{LEFT BLACK LENTICULAR BRACKET}\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}",
    (r"\])\N{RIGHT BLACK LENTICULAR BRACKET}\N{MATHEMATICAL RIGHT WHITE SQUARE BRACKET}"),
)
_BRACKET = LazyPattern(rf"[{_OPENERS}{_CLOSERS}{{}}]")
_FILE = rf"[^\s,;:|{_OPENERS}{_CLOSERS}]{{1,{LONGEST_NAME}}}\." + (
    r"(?:avi|flv|gif|m2ts|m4v|mkv|mov|mp4|mpe?g|mts|ogv|ts|webm|wmv)(?!\w)"
)
_LABEL = LazyPattern(r"e[ _]?(?P<label>\d+)(?:\s*-\s*e[ _]?(?P<last>\d+))?(?![\w.])", re.IGNORECASE)
_MORE_LABELS = LazyPattern(r"(?P<label>\d+)(?![\w.:])")
_TIMED = LazyPattern(rf"{BETWEEN}|{SPAN}|{TOLD}", re.IGNORECASE)
_PAIR = LazyPattern(r"(\d+(?:\.\d+)?),\s*(\d+(?:\.\d+)?)")
_FILLER = LazyPattern(
    r"[\s,;:=&+|/.\"'`*_~@]+|(?:also|and|approx(?:imately)?|around|about|at|ca|captions?|cf|circa|"
    r"evidence|events?|from|in|lines?|or|quotes?|range|second|seconds|see|sources?|speech|"
    r"start(?:ing)?|end(?:ing)?|times?|timestamps?|timeline|to|video|clip)(?![\w])",
    re.IGNORECASE,
)
_LEAD = (
    r"(?:\b(?:after|around|at|before|between|by|from|near|since|till|to|until)\s+|@\s*)"
    r"(?:(?:about|approximately|around|exactly|just|minute|roughly|the|time|timestamps?|"
    r"(?:the\s+)?second)\s+)*"
)
_SPOKEN_BEGINS = (
    r"(?=[@.]|(?<!\w)\d(?!\d*(?:[.,]\d+)?(?:[\[\](){}]|\Z))|"
    r"(?<!\w)[abdefinostuwzABDEFINOSTUWZ][a-zA-Z\s:=])"
)
"""Where a spoken time may begin: at a digit, or at the first letter of a word that leads to one."""
_SPOKEN = LazyPattern(
    rf"{_SPOKEN_BEGINS}(?:(?:{BETWEEN})|(?P<led>{_LEAD})?(?:{SPAN}|(?(led){TOLD}|(?!)))|"
    rf"(?P<clock>(?<![\w:.])\d{{1,3}}(?::\d{{2}}){{1,2}}(?:[.,]\d{{1,3}})?(?!\d|:\d|%))|"
    r"(?P<mark>(?:\b(?:at|in|during|within|by)\s+)?(?:the\s+)?"
    rf"(?:{NUMBER})(?:st|nd|rd|th)?[ -](?:second|minute)\s+(?:mark|point)))",
    re.IGNORECASE,
)
_ENDS = LazyPattern(rf"(?:{POINT})", re.IGNORECASE)
_LENGTH_BEFORE = LazyPattern(
    r"\b(?:for|lasts?|lasting|lasted|takes?|took|taking|spends?|every|another|than|of|within|in)\s+"
    r"(?:about|around|only|just|nearly|almost|roughly|approximately|some)?\s*$",
    re.IGNORECASE,
)
_LENGTH_BEHIND = LazyPattern(
    r"[ -]*(?:long\b|later\b|earlier\b|apart\b|each\b|of\b|old\b|per\b|[ap]\.?m\b|o'clock\b|%)",
    re.IGNORECASE,
)
_RATIO_BEFORE = LazyPattern(
    r"\b(?:ratio|score|scores?d?|verse|aspect|won|lost)\b[^.\n]{0,12}$", re.I
)


@dataclass(frozen=True, slots=True)
class CitedEvent:
    """A label such as "e12"; None where its number is longer than any."""

    number: int | None


@dataclass(frozen=True, slots=True)
class CitedTime:
    """A time, of the video that is named beside it, or of any where `video` is empty."""

    time: NamedTime
    video: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A place of a text that cites.

    Attributes:
        start: Where it begins, the space before a bracket and the words that lead to a spoken time
            included.
        end: Behind its last character.
        cited: What it cites, in order.
        is_spoken: Whether it is a part of the sentence, rather than a bracket behind it.
    """

    start: int
    end: int
    cited: tuple[CitedEvent | CitedTime, ...]
    is_spoken: bool = False


def read_citations(text: str, names: Sequence[str] = ()) -> list[Citation]:
    """Returns all places of a text that cite, in order, none within another.

    Args:
        text: A language model's words.
        names: The names of the videos that it may speak of, for those that a file name hides.
    """
    known = _named(names)
    is_plain = _BRACKET.search("".join(names)) is None
    closes = (
        rf"(?=(?>\d++|[^{_OPENERS}{_CLOSERS}]){{1,{_INSIDE}}}+[{_CLOSERS}])" if is_plain else ""
    )
    bracket = re.compile(
        rf"[{_OPENERS}]{closes}(?P<inside>(?>{known}|\d++|[^{_OPENERS}{_CLOSERS}]){{1,{_INSIDE}}}+)[{_CLOSERS}]"
    )
    found: list[Citation] = []
    for match in bracket.finditer(text):
        cited = _listed(match["inside"], known, square=match[0][0] != "(")
        if cited:
            start = match.start()
            while start and text[start - 1] in " \t":
                start -= 1
            found.append(Citation(start, match.end(), cited))
    ends = [one.end for one in found]
    starts = [one.start for one in found]

    def is_free(start: int, end: int) -> bool:
        """Whether a place lies outside of all brackets that cite."""
        after = bisect_right(ends, start)
        return after == len(ends) or starts[after] >= end

    return sorted([*found, *_spoken(text, is_free)], key=lambda one: one.start)


def names_video(cited: str, name: str, number: int) -> bool:
    """Whether a citation names a video, by its file name with or without ending, or its number."""
    words = " ".join(cited.casefold().split())
    return words in (name.casefold(), PurePosixPath(name).stem.casefold(), f"video {number}")


def _named(names: Sequence[str]) -> str:
    """Returns a pattern of everything that names a video."""
    spelled = {one for name in names for one in (name, PurePosixPath(name).stem)}
    known = [re.escape(one) for one in sorted(spelled, key=len, reverse=True) if one]
    return "|".join([*(rf"{one}(?!\w)" for one in known), _FILE, r"(?i:video\s\d+)(?!\w)"])


@lru_cache(_REMEMBERED)
def _listed(inside: str, known: str, *, square: bool) -> tuple[CitedEvent | CitedTime, ...]:
    """Returns what a bracket cites; nothing where it holds anything else."""
    name = re.compile(known)
    if square and (pair := _PAIR.fullmatch(inside.strip())):
        return (CitedTime(NamedTime(float(pair[1]), float(pair[2]))),)
    cited: list[CitedEvent | CitedTime] = []
    videos: list[str] = []
    place = 0
    while place < len(inside):
        if named := name.match(inside, place):
            videos.append(named[0])
            place = named.end()
        elif label := _label_at(inside, place, cited):
            cited += _events(label)
            place = label.end()
        elif (timed := _TIMED.match(inside, place)) and _is_time(timed[0], square=square):
            cited.append(CitedTime(_time_of(timed[0]), videos[-1] if videos else ""))
            place = timed.end()
        elif filler := _FILLER.match(inside, place):
            place = filler.end()
        else:
            return ()
    if len(set(videos)) == 1:
        cited = [
            CitedTime(one.time, videos[0]) if isinstance(one, CitedTime) else one for one in cited
        ]
    return tuple(cited)


def _label_at(inside: str, place: int, cited: list[CitedEvent | CitedTime]) -> re.Match[str] | None:
    """Returns the label at a place: "e12", or a number that follows one."""
    if place and (inside[place - 1].isalnum() or inside[place - 1] == "."):
        return None
    follows = bool(cited) and isinstance(cited[-1], CitedEvent)
    return _LABEL.match(inside, place) or (_MORE_LABELS.match(inside, place) if follows else None)


def _events(label: re.Match[str]) -> Iterator[CitedEvent]:
    groups = label.groupdict()
    for digits in (groups["label"], groups.get("last")):
        if digits is not None:
            yield CitedEvent(int(digits) if len(digits) <= _LONGEST_LABEL else None)


@lru_cache(_REMEMBERED)
def _is_time(words: str, *, square: bool) -> bool:
    """Whether a part of a bracket is a time: two bare numbers are one in square brackets alone."""
    ends = [end[0] for end in _ENDS.finditer(words)]
    if any(is_told(end) for end in ends):
        return True
    return len(ends) > 1 and all(end[0].isdigit() for end in ends) and (square or "." in words)


def _spoken(text: str, is_free: Callable[[int, int], bool]) -> Iterator[Citation]:
    """Yields the times that are spoken of in sentences, at places that are free."""
    for found in _each_spoken(text):
        if not is_free(*found.span()):
            continue
        words = found[0]
        bare = words[len(found["led"] or "") :] if found["clock"] is None else words
        behind = text[found.end() : found.end() + _AROUND]
        before = text[max(0, found.start() - _AROUND) : found.start()]
        if found["clock"] is None and not _is_time(_without_lead(bare), square=False):
            continue
        if _LENGTH_BEHIND.match(behind) or _is_length(found, before):
            continue
        time = _time_of(_without_lead(words))
        yield Citation(found.start(), found.end(), (CitedTime(time),), is_spoken=True)


def _each_spoken(text: str) -> Iterator[re.Match[str]]:
    """Yields what may be a spoken time, looked for around numbers alone."""
    for start, end in where_times_may_be(text, _LEADS, _LEADS):
        yield from _SPOKEN.finditer(text, start, end)


def _is_length(found: re.Match[str], before: str) -> bool:
    """Whether a time that nothing leads to is how long something lasts, or no time at all."""
    if found["clock"] is not None:
        return _RATIO_BEFORE.search(before) is not None
    led = found["led"] or re.match(_LEAD, found[0], re.IGNORECASE)
    return not led and _LENGTH_BEFORE.search(before) is not None


@lru_cache(_REMEMBERED)
def _without_lead(words: str) -> str:
    return re.sub(
        rf"^(?:{_LEAD}|in\s+|during\s+|within\s+|the\s+)+", "", words, flags=re.IGNORECASE
    )


@lru_cache(_REMEMBERED)
def _time_of(words: str) -> NamedTime:
    """Returns the time of a part that is one."""
    told = read_span(re.sub(r"^between\s+", "", words.strip(), flags=re.IGNORECASE))
    return told if told is not None else NamedTime(float("inf"))
