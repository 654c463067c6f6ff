"""Writes cues in each form that is read, with nothing left to chance but the cues."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from fractions import Fraction

from foretell.tools.subtitles.cues import Cue

Written = Callable[[Sequence[Cue]], str]


def clock(seconds: float, mark: str = ".", digits: int = 3) -> str:
    """Gives H:MM:SS and a fraction."""
    units = round(seconds * 10**digits)
    whole, rest = divmod(units, 10**digits)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}{mark}{rest:0{digits}}"


def srt(cues: Sequence[Cue]) -> str:
    """Gives SRT, numbered."""
    return "\n".join(
        f"{number}\n{clock(cue.interval.start, ',')} --> {clock(cue.interval.end, ',')}\n"
        + "\n".join(cue.lines)
        + "\n"
        for number, cue in enumerate(cues, start=1)
    )


def vtt(cues: Sequence[Cue]) -> str:
    """Gives WebVTT, escaped."""
    blocks = (
        f"{clock(cue.interval.start)} --> {clock(cue.interval.end)} align:start\n"
        + html.escape("\n".join(cue.lines), quote=False)
        + "\n"
        for cue in cues
    )
    return "\n".join(["WEBVTT\n", *blocks])


def ass(cues: Sequence[Cue]) -> str:
    """Gives ASS whose fields stand in an order of their own, in thousandths."""
    lines = (
        f"Dialogue: Default,{clock(cue.interval.end)},{clock(cue.interval.start)},"
        + r"\N".join(cue.lines)
        for cue in cues
    )
    return "\n".join(["[Script Info]", "[Events]", "Format: Style, End, Start, Text", *lines])


def ttml(cues: Sequence[Cue]) -> str:
    """Gives TTML whose times count from those of what they stand in."""
    parts = (
        f'<p begin="{cue.interval.start:.3f}s" dur="{round(cue.interval.duration * 1000)}ms">'
        + "<br/>".join(map(html.escape, cue.lines))
        + "</p>"
        for cue in cues
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><tt xmlns="http://www.w3.org/ns/ttml"><body><div>'
        + "".join(parts)
        + "</div></body></tt>"
    )


def sami(cues: Sequence[Cue]) -> str:
    """Gives SAMI, each cue with its end."""
    parts = (
        f"<SYNC Start={round(cue.interval.start * 1000)} End={round(cue.interval.end * 1000)}>"
        f"<P Class=ENUSCC>{'<br>'.join(map(html.escape, cue.lines))}"
        for cue in cues
    )
    return "<SAMI><BODY>\n" + "\n".join(parts) + "\n</BODY></SAMI>\n"


FRAME = Fraction(1001, 30_000)
LOAD, CLEAR, SHOW, ERASE = "9420", "94ae", "942f", "942c"


def pairs(text: str) -> list[str]:
    """Gives ASCII as pairs of bytes with odd parity."""
    codes = [code | 0x80 * (code.bit_count() % 2 == 0) for code in text.encode()]
    codes += [0x80] * (len(codes) % 2)
    return [bytes(codes[place : place + 2]).hex() for place in range(0, len(codes), 2)]


def time_code(frame: int) -> str:
    """Gives the time code of a frame, none dropped."""
    seconds, frames = divmod(frame, 30)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{frames:02}"


def scc(captions: Sequence[tuple[int, int, str]]) -> str:
    """Gives SCC of captions that pop on: first frame shown, first one after, and a line."""
    lines = ["Scenarist_SCC V1.0", ""]
    for start, end, text in captions:
        words = [CLEAR, CLEAR, LOAD, LOAD, "9470", "9470", *pairs(text), SHOW]
        lines += [f"{time_code(start - len(words) + 1)}\t{' '.join(words)}", ""]
        lines += [f"{time_code(end)}\t{ERASE} {ERASE}", ""]
    return "\n".join(lines)
