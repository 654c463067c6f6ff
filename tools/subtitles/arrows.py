"""Reads SRT and WebVTT, whose cues begin with a line "start --> end"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from foretell.patterns import LazyPattern
from foretell.tools.subtitles.cues import Cue, Sheet
from foretell.tools.subtitles.markup import srt_lines, vtt_lines
from foretell.tools.texts.timed_text import parse_seconds
from foretell.types import Interval, VideoInfo

_TIME = r"(?:\d{1,6}:)?\d{1,2}:\d{1,2}(?:[.,]\d+)?"
_TIMES = LazyPattern(rf"\s*({_TIME})\s*-->\s*({_TIME})(?![\w.,:])")
_LIKE_A_TIME = frozenset("0123456789:.,;+- \t")
_MAP = LazyPattern(r"X-TIMESTAMP-MAP=(.*)", re.IGNORECASE)
_LOCAL = LazyPattern(rf"LOCAL:\s*({_TIME})", re.IGNORECASE)
_MPEGTS = LazyPattern(r"MPEGTS:\s*(\d{1,18})", re.IGNORECASE)
_MPEG_HERTZ = 90_000
_MPEG_WRAP = 1 << 33
"""Ticks after which the clock of an MPEG stream begins again (ISO 13818-1)."""

Lines = Sequence[str]


def has_arrows(lines: Lines) -> bool:
    """Says whether some line gives the times of a cue, well or badly."""
    return any(_is_mark(lines, place, any_words=False) for place in range(len(lines)))


def srt_sheet(lines: Lines, video: VideoInfo) -> Sheet:
    """Reads SRT; a cue goes on after an empty line, and needs no number."""
    del video
    sheet = Sheet()
    marks = [place for place in range(len(lines)) if _is_mark(lines, place, any_words=False)]
    for place, words in _parts(lines, marks):
        _add(sheet, lines, place, srt_lines("\n".join(words)))
    return sheet


def vtt_sheet(lines: Lines, video: VideoInfo) -> Sheet:
    """Reads WebVTT; a cue ends at an empty line, and what is no cue is passed over.

    Where "X-TIMESTAMP-MAP" ties the cues to the clock of an MPEG stream and the video is one, they
    are moved to the video's clock; else they are taken as they are, with a remark.
    """
    sheet = Sheet()
    marks = [place for place in range(len(lines)) if _is_mark(lines, place, any_words=True)]
    shifts = _shifts(lines, video, sheet)
    shift, before = 0.0, 0
    for place, words in _parts(lines, marks):
        shift = next((shifts[at] for at in range(place, before, -1) if at in shifts), shift)
        before = place
        kept = words[: next((n for n, line in enumerate(words) if not line.strip()), None)]
        _add(sheet, lines, place, vtt_lines("\n".join(kept)), shift)
    return sheet


def _is_mark(lines: Lines, place: int, *, any_words: bool) -> bool:
    """Says whether a line gives the times of a cue; "-->" within a cue's words does not.

    A line that cannot be read does so where times must stand: first after an empty line, or after
    that and a number. With `any_words` it needs not look like times, and any name may precede it.
    """
    line = lines[place]
    before, arrow, _ = line.partition("-->")
    if not arrow or _TIMES.match(line):
        return bool(arrow)
    if _is_blank(lines, place - 1):
        return any_words or (_LIKE_A_TIME.issuperset(before) and any(map(str.isdigit, before)))
    return _is_blank(lines, place - 2) and (any_words or lines[place - 1].strip().isdigit())


def _is_blank(lines: Lines, place: int) -> bool:
    return place < 0 or not lines[place].strip()


def _parts(lines: Lines, marks: Sequence[int]) -> Iterator[tuple[int, list[str]]]:
    """Gives the place of each cue's times and the lines after it, without the next one's number."""
    count: int | None = None
    for mark, after in pairwise([*marks, len(lines)]):
        first = _number_before(lines, mark, count)
        count = count if first is None else int(lines[first])
        following = _number_before(lines, after, count) if after < len(lines) else None
        is_numbered = count is not None and following is not None and following > mark
        yield mark, list(lines[mark + 1 : following if is_numbered else after])


def _number_before(lines: Lines, mark: int, count: int | None) -> int | None:
    """Gives where a cue's number stands: just before its times, or apart by empty lines.

    Where it stands apart, it must count on from the one before, as a cue's words may be a number.
    """
    place = mark - 1
    while place >= 0 and _is_blank(lines, place):
        place -= 1
    if place < 0 or not _is_number(lines[place]):
        return None
    is_apart = place < mark - 1
    if is_apart and not (_is_blank(lines, place - 1) and (count or 0) + 1 == int(lines[place])):
        return None
    return place


def _is_number(line: str) -> bool:
    text = line.strip()
    return text.isascii() and text.isdigit() and len(text) <= 9


def _add(
    sheet: Sheet, lines: Lines, place: int, words: tuple[str, ...], shift_seconds: float = 0.0
) -> None:
    found = _TIMES.match(lines[place])
    try:
        if found is None:
            raise ValueError("cannot read the times; write each as HH:MM:SS.mmm")
        start, end = map(parse_seconds, found.groups())
        interval = Interval(start + shift_seconds, end + shift_seconds)
    except ValueError as error:
        sheet.faults.append(f"line {place + 1}: {lines[place].strip()[:80]!r}: {error}")
    else:
        sheet.cues.append(Cue(interval, words))


def _shifts(lines: Lines, video: VideoInfo, sheet: Sheet) -> dict[int, float]:
    """Gives by how many seconds the cues are moved that follow a line."""
    shifts: dict[int, float] = {}
    for place, line in enumerate(lines):
        if (found := _MAP.match(line)) is None:
            continue
        local, mpegts = _LOCAL.search(found[1]), _MPEGTS.search(found[1])
        if local is None or mpegts is None:
            sheet.faults.append(f"line {place + 1}: {line[:80]!r} gives no LOCAL and MPEGTS")
        elif video.clock_start_seconds is None:
            sheet.remarks = [
                f"its X-TIMESTAMP-MAP is not followed, as {video.name} has no MPEG clock; its "
                "times are taken as they are"
            ]
        else:
            start = round(video.clock_start_seconds * _MPEG_HERTZ)
            ticks = (int(mpegts[1]) - start + _MPEG_WRAP // 2) % _MPEG_WRAP - _MPEG_WRAP // 2
            shifts[place] = ticks / _MPEG_HERTZ - parse_seconds(local[1])
    return shifts
