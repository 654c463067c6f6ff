"""Marks in a text of ours which event a claim rests on, so that no quote can be taken for a mark.

A mark stands between two control characters. What comes from outside holds none: `one_line` turns
them into spaces. A label such as "[e3]" that somebody wrote into a video is thus only text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from foretell.patterns import LazyPattern
from foretell.types import Interval

_OPEN, _CLOSE = "\x02", "\x03"
_MARK = LazyPattern(
    rf" ?{_OPEN}(?:e(?P<id>\d+)|(?P<start>\d+\.\d+)-(?P<end>\d+\.\d+) s|"
    rf"[^{_OPEN}{_CLOSE}]*){_CLOSE}"
)
_AS_LABELS = str.maketrans({_OPEN: "[", _CLOSE: "]"})


def event_mark(event_id: int | None) -> str:
    """Returns the mark of an event of the library, with a space before it."""
    return f" {_OPEN}e{event_id}{_CLOSE}"


def time_mark(interval: Interval) -> str:
    """Returns the mark of a stretch of time, with a space before it."""
    return f" {_OPEN}{interval}{_CLOSE}"


def as_labels(text: str) -> str:
    """Writes marks as language models read and write them: "[e12]"."""
    return text.translate(_AS_LABELS)


def replace_marks(text: str, replacement: Callable[[int | Interval], str]) -> str:
    """Replaces each mark, with the space before it, by what `replacement` makes of what it marks.

    That is an event, by its id in the library, or a stretch of time. A mark of neither, such as
    that of an event which no library holds, is taken out.
    """

    def replaced(mark: re.Match[str]) -> str:
        if mark["id"]:
            return replacement(int(mark["id"]))
        if mark["start"]:
            return replacement(Interval(float(mark["start"]), float(mark["end"])))
        return ""

    return _MARK.sub(replaced, text)
