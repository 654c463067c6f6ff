"""Reads SAMI (.smi): what is shown from each SYNC on, in one or more languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from foretell.patterns import LazyPattern
from foretell.tools.subtitles.cues import Cue, Sheet
from foretell.tools.subtitles.markup import plain_lines
from foretell.types import Interval, VideoInfo

_SYNC = LazyPattern(r"<sync\b([^<>]*)>", re.IGNORECASE)
_PARAGRAPH = LazyPattern(r"<p\b([^<>]*)>", re.IGNORECASE)
_CLASS = LazyPattern(r"\bclass\s*=\s*[\"']?\s*([^\s\"'>]+)", re.IGNORECASE)
_START = LazyPattern(r"\bstart\s*=\s*[\"']?\s*(\d{1,12})(?:ms)?(?=[\s\"'/]|$)", re.IGNORECASE)
_END = LazyPattern(r"\bend\s*=\s*[\"']?\s*(\d{1,12})(?:ms)?(?=[\s\"'/]|$)", re.IGNORECASE)
_BREAK = LazyPattern(r"<br\b[^<>]*>", re.IGNORECASE)
_TAG = LazyPattern(r"</?[a-z][^<>]*>|<!--|-->", re.IGNORECASE)
_OPENING = 2000
"""Characters at the beginning of a file among which its first tag stands."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """What one language shows from a time on, and until when where the SYNC says."""

    language: str
    start_seconds: float
    end_seconds: float | None
    lines: tuple[str, ...]


def is_sami(text: str) -> bool:
    """Says whether the text is SAMI."""
    return "<sami" in text[:_OPENING].lower()


def sami_sheet(text: str, video: VideoInfo) -> Sheet:
    """Reads SAMI; words stay until their language shows something else, or the video ends."""
    sheet = Sheet()
    following: dict[str, float] = {}
    shown = sorted(_shown(text, sheet), key=lambda one: one.start_seconds)
    for one in reversed(shown):
        end = following.get(one.language, max(one.start_seconds, video.interval.end))
        end = end if one.end_seconds is None else min(end, one.end_seconds)
        following[one.language] = one.start_seconds
        interval = Interval(one.start_seconds, max(one.start_seconds, end))
        if one.lines:
            sheet.cues.append(Cue(interval, one.lines, one.language))
    sheet.cues.reverse()
    return sheet


def _shown(text: str, sheet: Sheet) -> Iterator[_Shown]:
    _, *parts = _SYNC.split(text.replace("\r\n", "\n").replace("\n", " "))
    for number, (attributes, body) in enumerate(zip(parts[::2], parts[1::2], strict=True), start=1):
        start, end = _START.search(attributes), _END.search(attributes)
        if start is None:
            said = f"SYNC {number}: cannot read the start in {attributes.strip()[:80]!r}"
            sheet.faults.append(f"{said}; give milliseconds, as Start=1500")
            continue
        until = int(end[1]) / 1000 if end else None
        for language, words in _paragraphs(body):
            yield _Shown(language, int(start[1]) / 1000, until, _lines(words))


def _paragraphs(body: str) -> Iterator[tuple[str, str]]:
    """Gives (class, words) of each paragraph; words before the first one have no class."""
    loose, *parts = _PARAGRAPH.split(body)
    if not parts or _lines(loose):
        yield "", loose
    for attributes, words in zip(parts[::2], parts[1::2], strict=True):
        named = _CLASS.search(attributes)
        yield named[1].lower() if named else "", words


def _lines(words: str) -> tuple[str, ...]:
    return plain_lines(_TAG.sub("", _BREAK.sub("\n", words)))
