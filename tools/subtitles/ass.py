"""Reads ASS and SSA, whose Format line says in which order the fields of a dialogue stand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from foretell.patterns import LazyPattern
from foretell.tools.subtitles.cues import Cue, Sheet
from foretell.tools.subtitles.markup import ass_lines
from foretell.tools.texts.timed_text import parse_seconds
from foretell.types import Interval, VideoInfo

_SECTION = LazyPattern(r"\s*\[(script info|v4\+? styles\+?|events)\]\s*", re.IGNORECASE)
_LINE = LazyPattern(r"\s*(Format|Dialogue)\s*:(.*)", re.IGNORECASE)
_ORDER = ("layer", "start", "end", "style", "name", "margin", "margin", "margin", "effect", "text")
"""The order where no Format line gives another."""


def is_ass(lines: Sequence[str]) -> bool:
    """Says whether the first line that is no comment opens a section of ASS."""
    told = (line for line in lines if line.strip() and not line.startswith(";"))
    return _SECTION.fullmatch(next(told, "")) is not None


def ass_sheet(lines: Sequence[str], video: VideoInfo) -> Sheet:
    """Reads the dialogues; styles do not matter, and comments are not said."""
    del video
    sheet, order, section = Sheet(), list(_ORDER), ""
    for number, line in enumerate(lines, start=1):
        if opened := _SECTION.fullmatch(line):
            section = opened[1].lower()
        elif section == "events" and (found := _LINE.match(line)):
            if found[1].lower() == "format":
                order = [name.strip().lower() for name in found[2].split(",")]
            else:
                _add(
                    sheet,
                    dict(zip(order, found[2].split(",", len(order) - 1), strict=False)),
                    number,
                    line,
                )
    return sheet


def _add(sheet: Sheet, fields: dict[str, str], number: int, line: str) -> None:
    try:
        if not fields.keys() >= {"start", "end", "text"}:
            raise ValueError("has no Start, End and Text where the Format line says")
        interval = Interval(_seconds(fields["start"]), _seconds(fields["end"]))
    except ValueError as error:
        sheet.faults.append(f"line {number}: {line.strip()[:80]!r}: {error}")
    else:
        name = fields.get("name", fields.get("actor", ""))
        sheet.cues.append(Cue(interval, ass_lines(fields["text"], name)))


def _seconds(field: str) -> float:
    if ":" not in field:
        raise ValueError(f"cannot read the time {field.strip()!r}; write it as H:MM:SS.cc")
    return parse_seconds(field)
