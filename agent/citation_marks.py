"""Reads the citations in an answer's words: the times in brackets that foretell writes there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from foretell.patterns import LazyPattern
from foretell.tools.texts.text_cleaning import one_line
from foretell.types import Interval

_LIKE_MARKS = LazyPattern(r"\[(?:[^\[\]\n]{1,300}, )?-?\d+\.\d--?\d+\.\d s\]")
"""What looks like a citation, of whatever video and time."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an answer's words.

    Attributes:
        text: The words.
        citations: Places of the citations that it is the mark of; none where it is no mark.
    """

    text: str
    citations: tuple[int, ...] = ()


def mark_of(interval: Interval, name: str = "") -> str:
    """Gives how a span is cited; `name` is that of its video where there are several."""
    place = f"{one_line(name)}, " if name else ""
    return f"[{place}{interval}]"


def pieces(text: str, marks: Sequence[str]) -> Iterator[Piece]:
    """Yields a text piece by piece: marks, and what stands between them.

    Args:
        text: An answer's words.
        marks: The mark of each citation; several may share one.
    """
    if not marks:
        yield Piece(text)
        return
    longest_first = sorted(set(marks), key=lambda mark: (-len(mark), mark))
    for part in re.split(f"({'|'.join(map(re.escape, longest_first))})", text):
        if part:
            yield Piece(part, tuple(n for n, mark in enumerate(marks) if mark == part))


def marks_of_nothing(text: str, marks: Sequence[str]) -> tuple[str, ...]:
    """Gives what looks like a citation and is the mark of none."""
    between = [piece.text for piece in pieces(text, marks) if not piece.citations]
    return tuple(found[0] for part in between for found in _LIKE_MARKS.finditer(part))
