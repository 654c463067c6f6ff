"""Reads tables of text: rows of cells, whether their quotes are syntax or words.

RFC 4180 has quotes around cells, the form of tab-separated values (IANA, text/tab-separated-values)
has none, and programs that print cells between delimiters, as whisper does, leave quotes in what
was said. So the table itself tells which it is.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

_QUOTE = '"'


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table.

    Attributes:
        line: The line on which it ends, from 1.
        cells: What stands in it.
    """

    line: int
    cells: tuple[str, ...]


class TableError(ValueError):
    """What is no table.

    Attributes:
        line: Where that is found, from 1.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def read_table(text: str, delimiter: str) -> list[TableRow]:
    """Gives the rows that hold anything.

    Quotes are syntax where only that gives all rows the same number of cells, or where each cell of
    a column has them, or needs them; else they belong to the text.

    Args:
        text: The table.
        delimiter: What stands between two cells.

    Raises:
        TableError: If a cell is longer than `csv` reads.
    """
    plain = _rows(text, delimiter, csv.QUOTE_NONE)
    if _QUOTE not in text:
        return plain
    try:
        quoted = _rows(text, delimiter, csv.QUOTE_MINIMAL)
    except TableError:
        return plain
    return quoted if not _is_even(plain) or _is_quoted_throughout(plain) else plain


def _rows(text: str, delimiter: str, quoting: Literal[0, 3]) -> list[TableRow]:
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, strict=True
    )
    try:
        return [TableRow(reader.line_num, tuple(cells)) for cells in reader if any(cells)]
    except csv.Error as error:
        raise TableError(reader.line_num, str(error)) from error


def _is_even(rows: Sequence[TableRow]) -> bool:
    return len({len(row.cells) for row in rows}) == 1


def _is_quoted_throughout(plain: Sequence[TableRow]) -> bool:
    """Whether quotes are syntax in a table that is even with and without them.

    The first row, which may be a header, does not tell.
    """
    columns = zip(*(row.cells for row in plain[1:]), strict=True)
    return all(map(_is_column_quoted, columns))


def _is_column_quoted(cells: Sequence[str]) -> bool:
    begun = [cell for cell in cells if cell.startswith(_QUOTE)]
    if not all(len(cell) > 1 and cell.endswith(_QUOTE) for cell in begun):
        return False
    return len(begun) == sum(map(bool, cells)) or all(map(_needs_quotes, begun))


def _needs_quotes(cell: str) -> bool:
    """Whether a writer that quotes only what it must would have quoted such a cell."""
    inner = cell[1:-1]
    return _QUOTE in inner or inner != inner.strip() or not inner
