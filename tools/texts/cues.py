"""One cue of a subtitle track: markup taken off, and lines that roll up told once."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from foretell.tools.texts.text_cleaning import one_line
from foretell.types import Event, Interval

_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]([^<>\n]+)>", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-zA-Z0-9][^<>]*>|\{\\[^{}]*\}")
_ROLLING_GAP_SECONDS = 0.1
"""Seconds between two cues of which the later repeats the earlier's lines."""
_MOST_ROLLING_LINES = 8
"""Lines compared; captions on a screen have 2 to 4."""
_OVERRIDE = re.compile(r"\{[^}]*\}")
_DRAWING = re.compile(r"\{[^}]*\\p[1-9]")
_LINE_BREAK = re.compile(r"\\[Nnh]")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


@dataclass(frozen=True, slots=True)
class Cue:
    """What a subtitle track shows at one time: its lines, without markup."""

    interval: Interval
    lines: tuple[str, ...]


def plain_cue(interval: Interval, text: str) -> Cue:
    """Gives a cue from text with the markup of WebVTT or SRT, one line of it a line.

    A voice tag, "<v Mary>Hello", becomes "Mary: Hello"; other tags and overrides are dropped, and
    character references such as "&amp;" are read.
    """
    spoken = _VOICE.sub(lambda tag: f"{tag[1].strip()}: ", text)
    plain = html.unescape(_MARKUP.sub("", spoken))
    lines = map(one_line, plain.split("\n"))
    return Cue(interval, tuple(filter(None, lines)))


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


def plain_text(dialogue: str) -> str:
    r"""Gives the words of an ASS text, the form to which FFmpeg brings every text subtitle.

    Overrides such as `{\an8}` and tags such as `<i>` are left out, and so is a drawing whole;
    line breaks become spaces.
    """
    if _DRAWING.search(dialogue):
        return ""
    spoken = _LINE_BREAK.sub(" ", _OVERRIDE.sub("", dialogue))
    return one_line(html.unescape(_TAG.sub("", spoken)))
