"""Reads an annotation file into nodes, naming the columns of published tables without a header."""

from __future__ import annotations

from pathlib import Path

from foretell.tools.texts.annotation_file import (
    Node,
    named_rows,
    read_annotations,
    rows_of_columns,
    table_rows,
)
from foretell.tools.texts.text_file import read_text

# Delimiter and columns of the tables that are published without a header: EGO-TOPO's,
# RULSTM's, and the splits of EGTEA.
_HEADERLESS = (
    ("\t", ("path", "start_frame", "stop_frame", "verb", "noun")),
    (",", ("id", "video", "start_frame", "end_frame", "verb", "noun", "action")),
    (" ", ("clip", "action_number", "verb_number", "noun_number")),
)


def read_rows(path: Path) -> Node:
    """Gives what an annotation file holds; a table is a list of rows, whatever it is written as.

    Raises:
        DatasetError: If the file cannot be read, is empty, or is in no form that is known.
    """
    text = read_text(path)
    first = text.lstrip("\n").split("\n", 1)[0].strip()
    for delimiter, columns in _HEADERLESS:
        cells = first.split(delimiter)
        if len(cells) == len(columns) and all(cell.isdecimal() for cell in cells[-3:]):
            return _headerless(path, text, delimiter, columns)
    return rows_of_columns(read_annotations(path), ("verb", "noun"))


def rows_of(node: Node) -> list[Node]:
    """Gives the rows of a table; a JSON object by itself is a table of one row."""
    return node.items() or [node]


def _headerless(path: Path, text: str, delimiter: str, columns: tuple[str, ...]) -> Node:
    rows = table_rows(path, text, delimiter)
    for row in rows:
        if len(row.cells) < len(columns):
            raise Node(path, row, f"line {row.line}").error(
                f"has {len(row.cells)} fields, the first line has {len(columns)}: "
                f"{', '.join(columns)}"
            )
    return named_rows(path, columns, rows)
