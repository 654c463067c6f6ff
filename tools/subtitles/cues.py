"""The cues of subtitles, and how they become speech: lines that roll up are told once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from foretell.types import Event, Interval

_ROLLING_GAP_SECONDS = 0.1
"""Seconds between two cues of which the later repeats the earlier's lines."""
_MOST_ROLLING_LINES = 8
"""Lines compared; captions on a screen have 2 to 4."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What subtitles show at one time.

    Attributes:
        interval: When, in seconds.
        lines: The words, without markup and without empty lines.
        language: What tells the languages of one file apart; empty where it has but one.
    """

    interval: Interval
    lines: tuple[str, ...]
    language: str = ""


@dataclass(slots=True)
class Sheet:
    """What a reader found in a text.

    Attributes:
        cues: The cues, as they are written.
        faults: A sentence on each cue that cannot be read, with its place.
        remarks: What else is worth telling about how the text was read.
    """

    cues: list[Cue] = field(default_factory=list[Cue])
    faults: list[str] = field(default_factory=list[str])
    remarks: list[str] = field(default_factory=list[str])


def speech_events(cues: Iterable[Cue], source: str) -> list[Event]:
    """Gives cues as events in order of time, without empty ones and without repeated lines.

    Automatic captions roll: each cue shows the line before it again. Lines that repeat the end of
    the cue just before are left out, and a cue of nothing else prolongs that one.
    """
    kept: list[Cue] = []
    shown = Cue(Interval(0.0, 0.0), ())
    for cue in sorted((cue for cue in cues if cue.lines), key=lambda cue: cue.interval):
        follows = cue.interval.start <= shown.interval.end + _ROLLING_GAP_SECONDS
        fresh = cue.lines[_repeated(shown.lines, cue.lines) if follows else 0 :]
        shown = cue
        if fresh:
            kept.append(replace(cue, lines=fresh))
        else:
            kept[-1] = _prolonged(kept[-1], cue.interval.end)
    return [Event(cue.interval, "speech", " ".join(cue.lines), source) for cue in kept]


def _repeated(before: tuple[str, ...], lines: tuple[str, ...]) -> int:
    """Gives how many of the first `lines` are the last of `before`."""
    longest = min(len(before), len(lines), _MOST_ROLLING_LINES)
    return next((n for n in range(longest, 0, -1) if before[-n:] == lines[:n]), 0)


def _prolonged(cue: Cue, end_seconds: float) -> Cue:
    end = max(cue.interval.end, end_seconds)
    return replace(cue, interval=Interval(cue.interval.start, end))
