"""Reads how sure a model says that it is, in whatever way it writes a share.

Read are "0.9", "0,9", ".9", "9e-1", "90 %", "90 percent", "9/10", "9 out of 10", and a number on a
scale that the line names, as in "Confidence (1-10): 9".
"""

from __future__ import annotations

import re

from foretell.patterns import LazyPattern

_DIGITS = r"\d{1,12}"
_NUMBER = rf"(?:{_DIGITS}(?:[.,]\d{{1,12}})?|[.,]\d{{1,12}})(?:e-?\d{{1,2}})?"
_MINUS = "-\N{MINUS SIGN}\N{EN DASH}"
_SCALE = (
    rf"[(\[]\s*(?:scale\s*:?\s*)?{_NUMBER}\s*%?\s*(?:[{_MINUS}]|to|,|\.\.+)"
    rf"\s*(?P<most>{_NUMBER})\s*%?\s*[)\]]"
)
_LINE = LazyPattern(
    r"^[^\w\n]*(?:(?:my|final|overall|answer)\s+)*confidence\b[^\n]*?[:=\d][^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_SHARE = LazyPattern(
    r"^\W*(?:(?:my|final|overall|answer)\s+)*confidence"
    rf"(?:[ _-](?:score|level|rating|value|in\b[^:=\n]{{0,60}}))?[\"'`*_\s]*(?:{_SCALE})?"
    r"[\"'`*_\s]*(?:[:=~\N{ALMOST EQUAL TO}]|[-\N{EN DASH}](?=\s)|\b(?:is|about|around)\b)*"
    r"[\"'`*_\s~]*(?:(?:is|about|around|approximately)\s+)?[(\[]?"
    rf"(?P<number>{_NUMBER})[*_]*\s*(?:(?P<percent>%|per\s?cent\b)|"
    rf"(?:/|\bout\s+of\b|\bof\b)\s*(?P<whole>{_NUMBER}))?(?P<rest>[^\n]*)$",
    re.IGNORECASE,
)
_GOES_ON = LazyPattern(rf"\s*(?:[{_MINUS}/]\s*\d|to\s+\d|[\d:])")


def read_confidence(text: str) -> float | None:
    """Returns the confidence that the last line of it tells, in [0, 1].

    Returns:
        None without such a line, and where it tells no number, several, or one beyond its scale.
    """
    line = next(reversed([*_LINE.finditer(text)]), None)
    told = None if line is None else _SHARE.match(line[0])
    if told is None or _GOES_ON.match(told["rest"]):
        return None
    number, whole = _float(told["number"]), _whole(told)
    return number / whole if 0.0 <= number <= whole and whole > 0.0 else None


def read_share(told: object) -> float | None:
    """Returns a confidence that stands in a field of its own, as a number or in words."""
    return read_confidence(f"confidence: {told}")


def without_confidence(text: str) -> str:
    """Takes out the lines that tell a confidence."""
    return _LINE.sub("", text)


def _whole(told: re.Match[str]) -> float:
    """Returns what counts as all: 100 in per cent, the end of a scale that is named, else 1."""
    if told["percent"]:
        return 100.0
    whole = told["whole"] or told["most"]
    return _float(whole) if whole else 1.0


def _float(number: str) -> float:
    return float(number.replace(",", "."))
