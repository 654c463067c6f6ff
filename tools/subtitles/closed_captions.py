"""Decodes closed captions of CEA-608, as SCC files and caption tracks hold them.

Source: ANSI/CTA-608-E and 47 CFR 15.119. The first channel of the first field is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from foretell.tools.texts.text_cleaning import one_line

_REPLACED = dict(zip(b"*\\^_`{|}~\x7f", "áéíóúç÷Ññ█", strict=True))
"""Where its characters differ from ASCII."""
_SPECIAL = "®°½¿™¢£♪à èâêîôû"
_EXTENDED = {
    0x12: "ÁÉÓÚÜü‘¡*'—©℠•“”ÀÂÇÈÊËëÎÏïÔÙùÛ«»",  # noqa: RUF001
    0x13: "ÃãÍÌìÒòÕõ{}\\^_|~ÄäÖöß¥¤│ÅåØø┌┐└┘",
}
_ROWS = {0x11: 1, 0x12: 3, 0x15: 5, 0x16: 7, 0x17: 9, 0x10: 11, 0x13: 12, 0x14: 14}
"""The upper of the two rows that the first byte of a preamble names."""
_PAINT, _ERASE, _RETURN, _SHOW = 0x29, 0x2C, 0x2D, 0x2F
_MODES = {
    0x20: "load", _SHOW: "load", _PAINT: "paint",
    0x25: "roll", 0x26: "roll", 0x27: "roll", 0x2A: None, 0x2B: None,
}  # fmt: skip
"""How letters are written after a command: None for the text service, which is no caption."""

Caption = tuple[float, float | None, tuple[str, ...]]
"""Start and end in seconds, None where nothing ends it, and lines."""


@dataclass(slots=True)
class _Screen:
    """Lines being written, by row, and from when on they are shown."""

    rows: dict[int, str] = field(default_factory=dict[int, str])
    row: int = 15
    start_seconds: float = 0.0

    def write(self, text: str, seconds: float) -> None:
        if not self.rows:
            self.start_seconds = seconds
        self.rows[self.row] = self.rows.get(self.row, "") + text

    def backspace(self) -> None:
        self.rows[self.row] = self.rows.get(self.row, "")[:-1]

    def move_to(self, row: int) -> None:
        """Goes to a row; what is written there already stands apart from what follows."""
        self.row = row
        if row in self.rows:
            self.rows[row] += " "

    def lines(self) -> tuple[str, ...]:
        return tuple(filter(None, (one_line(self.rows[row]) for row in sorted(self.rows))))


class CaptionDecoder:
    """Turns pairs of bytes into captions, each dated by when it is on the screen.

    Captions that roll up are given a line at a time, from its first letter to the next line.
    """

    def __init__(self) -> None:
        self._shown, self._loaded = _Screen(), _Screen()
        self._mode: str | None = None
        self._is_first_channel = True
        self._before: tuple[int, int] | None = None

    def feed(self, seconds: float, first: int, second: int) -> Iterator[Caption]:
        """Takes a pair of bytes, with or without parity, and gives the captions that it ends."""
        first, second = first & 0x7F, second & 0x7F
        pair = first, second
        if not 0x10 <= first < 0x20:
            self._before = None if any(pair) else self._before
            if first >= 0x20 and self._is_first_channel:
                self._write("".join(map(_letter, filter(0x20.__le__, pair))), seconds)
        elif pair == self._before:
            self._before = None  # a control code is sent twice, and counts once
        else:
            self._before = pair
            self._is_first_channel = first < 0x18
            if self._is_first_channel:
                yield from self._control(first, second, seconds)

    def finish(self) -> Iterator[Caption]:
        """Gives what is still on the screen, and has no end."""
        yield from self._end(None)

    def _end(self, seconds: float | None) -> Iterator[Caption]:
        """Gives what is shown, and clears the screen."""
        shown, self._shown = self._shown, _Screen(row=self._shown.row)
        if lines := shown.lines():
            end = None if seconds is None else max(seconds, shown.start_seconds)
            yield shown.start_seconds, end, lines

    def _write(self, text: str, seconds: float) -> None:
        if self._mode is not None:
            (self._loaded if self._mode == "load" else self._shown).write(text, seconds)

    def _control(self, first: int, second: int, seconds: float) -> Iterator[Caption]:
        screen = self._loaded if self._mode == "load" else self._shown
        if second >= 0x40:
            if self._mode != "roll":
                screen.move_to(_ROWS[first] + (second >= 0x60) if first != 0x10 else 11)
        elif first == 0x11 and second >= 0x30:
            self._write(_SPECIAL[second - 0x30], seconds)
        elif first in _EXTENDED and second >= 0x20:
            if self._mode is not None:
                screen.backspace()
            self._write(_EXTENDED[first][second - 0x20], seconds)
        elif first == 0x11 and second >= 0x20:
            self._write(" ", seconds)  # a change of style takes the place of a letter
        elif first in (0x14, 0x15):
            yield from self._command(second, screen, seconds)

    def _command(self, code: int, screen: _Screen, seconds: float) -> Iterator[Caption]:
        mode = _MODES.get(code, self._mode)
        if _clears(code, self._mode):
            yield from self._end(seconds)
        match code:
            case 0x21:
                screen.backspace()
            case 0x24:
                screen.rows.pop(screen.row, None)
            case 0x2E:
                self._loaded = _Screen()
            case 0x2F:
                self._shown, self._loaded = self._loaded, _Screen()
                self._shown.start_seconds = seconds
            case _:
                pass
        self._mode = mode


def _clears(code: int, mode: str | None) -> bool:
    """Says whether a command ends what is shown: erased, replaced or rolled up."""
    if code == _RETURN:
        return mode == "roll"
    return code in (_ERASE, _SHOW, _PAINT) or (_MODES.get(code) == "roll" and mode != "roll")


def _letter(code: int) -> str:
    return _REPLACED.get(code, chr(code))
