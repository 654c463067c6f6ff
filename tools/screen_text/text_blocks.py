"""Joins lines of text that stand together in a picture into blocks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from foretell.memory.embedding.sentence_embedder import packaged_words
from foretell.patterns import LazyPattern
from foretell.tools.screen_text.text_recognizer import TextLine
from foretell.tools.texts.text_cleaning import one_line

_WORD = LazyPattern(r"[^\W\d_]+")
_SHARED_CAPITALS = frozenset("ABCEHKMOPTXY")
"""Latin capitals that look like Cyrillic or Greek ones."""
_FEWEST_SHARED = 5
"""Letters of a word from which it is looked up; shorter ones are names of firms and stations."""
_REACH = 0.6
"""How far two lines of one block may lie apart, as a share of the lower line's height."""


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Text that belongs together, such as a title or a subtitle of two lines.

    Attributes:
        text: Its lines from top to bottom and left to right, as one line; full-width letters, which
            recognisers give for any others at will, become plain ones.
        score: The mean of the lines' scores, in [0, 1].
    """

    text: str
    score: float


def text_blocks(lines: Iterable[TextLine]) -> list[TextBlock]:
    """Gives the blocks that neighbouring lines form, from top to bottom.

    Two lines are neighbours where their boxes, grown by `_REACH` of the smaller height, touch.
    """
    blocks: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda line: (line.top, line.left)):
        near = [block for block in blocks if any(_touch(line, other) for other in block)]
        blocks = [block for block in blocks if block not in near]
        blocks.append([other for block in near for other in block] + [line])
    blocks.sort(key=lambda block: min((line.top, line.left) for line in block))
    return [_block(lines) for lines in blocks]


def may_be_in_another_script(text: str) -> bool:
    """Tells whether a text, read as Latin, may be Cyrillic or Greek.

    A recogniser that has no such letters writes the Russian "restoran" as "PECTOPAH", with a score
    of 1.00. So may a text be where all its letters are capitals that these scripts share, and one
    of its longer words stands in no English book.
    """
    if not _SHARED_CAPITALS.issuperset(letter for letter in text if letter.isalpha()):
        return False
    long_words = [word for word in _WORD.findall(text) if len(word) >= _FEWEST_SHARED]
    return bool(long_words) and not packaged_words().issuperset(map(str.lower, long_words))


def _touch(one: TextLine, other: TextLine) -> bool:
    reach = _REACH * min(one.bottom - one.top, other.bottom - other.top)
    return (
        one.left - other.right <= reach
        and other.left - one.right <= reach
        and one.top - other.bottom <= reach
        and other.top - one.bottom <= reach
    )


def _block(lines: list[TextLine]) -> TextBlock:
    text = " ".join(line.text for row in _rows(lines) for line in row)
    text = one_line(unicodedata.normalize("NFKC", text))
    return TextBlock(text, sum(line.score for line in lines) / len(lines))


def _rows(lines: list[TextLine]) -> list[list[TextLine]]:
    """Gives rows of lines whose middles lie within each other's height, left to right."""
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda line: line.top + line.bottom):
        middle = (line.top + line.bottom) / 2
        if rows and rows[-1][0].top <= middle <= rows[-1][0].bottom:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.left) for row in rows]
