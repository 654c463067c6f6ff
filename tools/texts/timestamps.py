"""Reads the ways in which annotation files write a time."""

from __future__ import annotations

import math
import re

_CLOCK = re.compile(r"(?:(\d{1,6}):)?(\d{1,2}):([0-5]?\d(?:[.,]\d+)?)")
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*s?")
_ALLOWED = "give seconds from 0, as 12.5 or '12.5s', or '[HH:]MM:SS.mmm'"


def parse_seconds(value: object) -> float:
    """Gives a time in seconds from a number, "12.5", "12.5s", "MM:SS" or "HH:MM:SS.mmm".

    A comma may stand for the decimal point of a clock time.

    Raises:
        ValueError: If it is none of these, negative or not finite.
    """
    seconds = _clock(value) if isinstance(value, str) else _number(value)
    if not (math.isfinite(seconds) and seconds >= 0.0):
        raise ValueError(_ALLOWED)
    return seconds


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(_ALLOWED)
    try:
        return float(value)
    except OverflowError as error:
        raise ValueError(_ALLOWED) from error


def _clock(text: str) -> float:
    if number := _NUMBER.fullmatch(text.strip()):
        return float(number[1])
    clock = _CLOCK.fullmatch(text.strip())
    if clock is None or (clock[1] and int(clock[2]) > 59):
        raise ValueError(_ALLOWED)
    hours, minutes, seconds = clock.groups(default="0")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))
