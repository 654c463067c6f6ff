"""Reads times and spans that a text names: on a clock, in units, in words or as bare numbers.

The one grammar of times as models and people write them. `POINT` and `SPAN` are patterns without
groups, for those who look for times in their own surroundings; `read_span` reads what they match.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from foretell.patterns import LazyPattern

_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
    "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_BELOW_TWENTY = {word: number for number, word in enumerate((*_ONES, *_TEENS))}
_OF_TENS = {word: 10 * number for number, word in enumerate(_TENS, start=2)}
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12,
}  # fmt: skip

DASHES = "-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"
ARROWS = "(?:-{1,2}>|\N{RIGHTWARDS ARROW})"
_ARROW = rf"\s*(?:{ARROWS}|[{DASHES}~]|\.{{2,3}})\s*"
_NEXT = r"\s+(?:at\s+|about\s+|around\s+)?"
_TO = rf"(?:{_ARROW}|\s*,?\s+(?:up\s+)?(?:to|until|till|through){_NEXT})"
_AND = rf"\s+and{_NEXT}"
_WORD = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_ONES)}))?|{'|'.join((*_ONES, *_TEENS))})"
_HOURS = r"[ \t-]?h(?:ours?|rs?)?(?![\w:])"
_MINUTES = r"[ \t-]?m(?:in(?:ute)?s?)(?![\w:])\.?"
_SECONDS = r"[ \t-]?s(?:ec(?:ond)?s?)?(?![\w:])"
_THOUSANDTHS = r"[ \t-]?(?:ms|milliseconds?)(?![\w:])"
UNIT = rf"(?:{_THOUSANDTHS}|{_HOURS}|{_MINUTES}|{_SECONDS})"
_DECIMAL = r"(?:\d+(?:\.\d+)?|\.\d+)"
_COMMA = rf"\d+,\d+(?=\s*(?:{UNIT}|{_ARROW}\d+,\d+\s*{UNIT}))"
NUMBER = rf"(?<![\w.])(?:{_COMMA}|{_DECIMAL})"
CLOCK = r"(?<![\w:.])\d+(?::\d{1,2}){1,2}(?:[.,]\d{1,3}(?![\d:]))?(?!\d|:\d)"
_COUNT = rf"(?:{NUMBER}|\b{_WORD})"
_THEN = r"[ \t]*(?:,|and\b)?[ \t]*"
_TIGHT = r"(?:\d+[ \t]?h[ \t]?)?\d+[ \t]?m[ \t]?\d+(?:\.\d+)?[ \t]?s(?!\w)"
_IN_UNITS = (
    rf"(?:(?<![\w.]){_TIGHT}|{_COUNT}(?:{_HOURS}(?:{_THEN}{_COUNT}{_MINUTES})?"
    rf"(?:{_THEN}{_COUNT}{_SECONDS})?|{_MINUTES}(?:{_THEN}{_COUNT}{_SECONDS})?|"
    rf"{_SECONDS}|{_THOUSANDTHS}))"
)
_NUMBERED = rf"(?:\b(?:second|t|timestamp)\s*(?:[:=]\s*|(?<!\bt)\s)(?:{CLOCK}|{NUMBER}{UNIT}?))"
_AT_MARK = (
    rf"(?:(?<![\w.])(?:\d+(?:st|nd|rd|th)|\d+(?:\.\d+)?)[ -](?:second|minute)\s+(?:mark|point)\b|"
    rf"(?<![\w.])\d+(?:st|nd|rd|th)\s+(?:second|minute)\b|"
    rf"\b(?:{'|'.join(_ORDINALS)})\s+(?:second|minute)\b(?!s))"
)
BEGINS = r"(?<!\w)(?=[.\d]|[efnostzEFNOSTZ][a-zA-Z\s:=])"
"""Where a point may begin: at a digit, or at the first letter of a word that begins one.

It is looked at before the pattern of a point, which is tried at every character of a text."""
_MAY_BE_TOLD = r"(?=[a-zA-Z]|\d*(?:[.,]\d+)?[ \t-]?[hmnrstHMNRST]|\d+:)"
"""What stands behind a number that tells its form: the letter of a unit or of "1st", or a colon."""
TOLD = (
    rf"(?>{BEGINS}{_MAY_BE_TOLD}(?:{CLOCK}(?:[ \t]?{_SECONDS}|[ \t]?{_MINUTES})?|"
    rf"{_AT_MARK}|{_NUMBERED}|{_IN_UNITS}))"
)
"""A point in time whose form says that it is one: on a clock, in units, numbered."""
POINT = rf"(?>{BEGINS}(?:{TOLD}|{NUMBER}|\b{_WORD}\b))"
"""A point in time, or a number that may be one, in digits or in a word."""
SPAN = rf"(?:{POINT}){_TO}(?:{POINT})"
"""From a point to another."""
BETWEEN = rf"between\s+(?:{POINT}){_AND}(?:{POINT})"
"""The same in words that say so."""

_HINT = LazyPattern(
    rf"\d++|\b(?:{'|'.join((*_ONES, *_TEENS, *_TENS))}|second|minute)", re.IGNORECASE
)
_ALONE = r"(?<![\w.])(?:\d+(?:[.,]\d+)?|\.\d+)"
_TOLD = LazyPattern(TOLD, re.IGNORECASE)
_ENDS = LazyPattern(rf"(?P<start>{POINT})(?:(?:{_TO}|{_AND})(?P<end>{POINT}))?", re.IGNORECASE)
_CLOCK = LazyPattern(CLOCK)
_PART = LazyPattern(
    rf"(?P<count>{_ALONE}|\b{_WORD})"
    rf"(?:(?P<ms>{_THOUSANDTHS})|(?P<h>{_HOURS}|[ \t]?h)|(?P<m>{_MINUTES}|[ \t]?m)|"
    rf"(?P<s>{_SECONDS}))",
    re.IGNORECASE,
)
_MARKED = LazyPattern(
    rf"(?<!\d)(?P<count>\d+(?:\.\d+)?|{'|'.join(_ORDINALS)})(?:st|nd|rd|th)?[ \t-]+"
    r"(?P<unit>second|minute)\b(?P<mark>\s+(?:mark|point))?",
    re.IGNORECASE,
)
_BARE = LazyPattern(rf"{_ALONE}|\b{_WORD}\b", re.IGNORECASE)
_TIGHTLY = LazyPattern(r"(?<=\d[hm])(?=\d)", re.IGNORECASE)
_REMEMBERED = 4096
"""Times that are kept as they were read: a model that ends in a loop names the same ones."""
_SCALES = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


@dataclass(frozen=True, slots=True)
class NamedTime:
    """A time that a text names.

    Attributes:
        start: In seconds; infinite where the number is beyond any clock.
        end: In seconds; None for a point in time.
    """

    start: float
    end: float | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """The earlier and the later end; the same twice for a point."""
        end = self.start if self.end is None else self.end
        return min(self.start, end), max(self.start, end)


def where_times_may_be(text: str, before: int, behind: int) -> Iterator[tuple[int, int]]:
    """Yields the stretches of a text in which times may stand, apart and in order.

    Args:
        text: Any text.
        before: Characters before a digit or a word of number in which a time may begin.
        behind: Characters behind it in which it ends.
    """
    start = end = 0
    for hint in _HINT.finditer(text):
        if hint.start() - before > end:
            if end:
                yield start, end
            start = hint.start() - before
        end = min(len(text), hint.end() + behind)
    if end:
        yield max(0, start), end


def may_name_time(text: str) -> bool:
    """Whether a text holds a digit, a number word, "second" or "minute": each `TOLD` holds one.

    Where it holds none, the patterns of times need not be compiled; they are the largest of all.
    """
    return _HINT.search(text) is not None


def read_span(text: str) -> NamedTime | None:
    """Returns the time that the whole of a text is, such as "8-12 s"; None where it is none.

    A unit that stands once counts for both ends: "8 to 12 minutes" begins after eight minutes.
    """
    found = _ENDS.fullmatch(text.strip())
    if found is None:
        return None
    return read_ends(found["start"], found["end"])


@lru_cache(_REMEMBERED)
def read_ends(start: str, end: str | None) -> NamedTime:
    """Returns the time between two points, or at the one; each as `POINT` matches it."""
    if end is None:
        return NamedTime(read_point(start))
    scale = _scale(end) or _scale(start)
    return NamedTime(read_point(start, scale or 1.0), read_point(end, scale or 1.0))


@lru_cache(_REMEMBERED)
def read_point(text: str, scale: float = 1.0) -> float:
    """Returns the seconds of a point in time, as `POINT` matches it.

    Args:
        text: Such as "1:30", "00:02:10,500", "2 min 10 s", "the 10 second mark", "ninety seconds".
        scale: The seconds of a unit where the text names none.
    """
    if clock := _CLOCK.search(text):
        parts = [_number(part) for part in clock[0].replace(",", ".").split(":")]
        return sum(part * 60.0**power for power, part in enumerate(reversed(parts)))
    if marked := _MARKED.search(text):
        return _of_mark(marked)
    parts_told = [
        (_counted(part["count"]), _SCALES[part.lastgroup or "s"])
        for part in _PART.finditer(_TIGHTLY.sub(" ", text))
        if part.lastgroup
    ]
    if parts_told:
        return sum(count * unit for count, unit in parts_told)
    bare = _BARE.search(text)
    return _counted(bare[0]) * scale if bare else 0.0


@lru_cache(_REMEMBERED)
def is_told(text: str) -> bool:
    """Whether a text that is a point in time says so by its form, and is no bare number."""
    return _TOLD.fullmatch(text.strip()) is not None


def _scale(text: str) -> float | None:
    """Returns the seconds of the only unit in a point in time; None for a clock or without one."""
    if _CLOCK.search(text) or _MARKED.search(text):
        return None
    units = [part.lastgroup for part in _PART.finditer(text)]
    return _SCALES[units[-1] or "s"] if units else None


def _of_mark(marked: re.Match[str]) -> float:
    """Returns "the 10 second mark" as 10 s, and "the second minute" as where that minute begins."""
    word = marked["count"].lower()
    count = float(_ORDINALS.get(word, 0)) or _number(word)
    unit = _SCALES[marked["unit"][0].lower()]
    ordinal = word in _ORDINALS or marked[0][len(word) :].lstrip()[:2] in ("st", "nd", "rd", "th")
    return (count - 1.0) * unit if ordinal and not marked["mark"] else count * unit


def _counted(word: str) -> float:
    if word[0].isdigit() or word[0] == ".":
        return _number(word)
    parts = re.split(r"[- ]", word.lower())
    return float(sum(_OF_TENS.get(part, _BELOW_TWENTY.get(part, 0)) for part in parts))


def _number(digits: str) -> float:
    """Returns a number however long; one that no float holds is infinite."""
    return float(digits.replace(",", "."))
