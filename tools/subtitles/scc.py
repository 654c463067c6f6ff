"""Reads Scenarist SCC, a file of closed captions: a pair of bytes a frame, from a time code on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from foretell.patterns import LazyPattern
from foretell.tools.subtitles.closed_captions import Caption, CaptionDecoder
from foretell.tools.subtitles.cues import Cue, Sheet
from foretell.types import Interval, VideoInfo

_HEADER = "Scenarist_SCC"
_LINE = LazyPattern(r"\s*(\d{1,3}):([0-5]\d):([0-5]\d)([:;.,])([0-2]\d)\s+(\S.*)")
_PAIR = LazyPattern(r"[0-9a-fA-F]{4}")
_FRAME_SECONDS = 1001 / 30_000
"""Seconds of a frame of NTSC, which time codes count by 30 a second."""
_DROPPED = 2
"""Numbers that a time code with ";" leaves out at each minute but every tenth (SMPTE 12M)."""


def is_scc(lines: Sequence[str]) -> bool:
    """Says whether the file begins as SCC does."""
    return lines[0].startswith(_HEADER)


def scc_sheet(lines: Sequence[str], video: VideoInfo) -> Sheet:
    """Reads SCC; a caption that nothing ends stays to the end of the video."""
    sheet, decoder = Sheet(), CaptionDecoder()
    captions: list[Caption] = []
    reached = 0.0
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line.rstrip())
        pairs = found[6].split() if found else []
        if found is None or not all(map(_PAIR.fullmatch, pairs)):
            said = f"line {number}: cannot read {line.strip()[:60]!r}"
            sheet.faults.append(f"{said}; write a time code and pairs of bytes, as 942c")
            continue
        frame = _frame(found)
        for place, pair in enumerate(pairs):
            reached = max(reached, (frame + place) * _FRAME_SECONDS)
            captions += decoder.feed(reached, int(pair[:2], 16), int(pair[2:], 16))
    captions += decoder.finish()
    for start, end, words in captions:
        end = max(start, video.interval.end) if end is None else end
        sheet.cues.append(Cue(Interval(start, end), words))
    return sheet


def _frame(found: re.Match[str]) -> int:
    """Gives how many frames pass before a time code."""
    hours, minutes, seconds, frames = map(int, found.group(1, 2, 3, 5))
    minutes += 60 * hours
    counted = (60 * minutes + seconds) * 30 + frames
    return counted - _DROPPED * (minutes - minutes // 10) * (found[4] != ":")
