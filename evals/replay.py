"""Reads what a model replied earlier, by the name of what it was asked.

A file of replies is a JSON object from names to replies, or rows (JSON lines, a JSON list or a
table) that name what they reply to. Every job replays such a file, and reads each reply itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, Literal, TypeVar

from foretell.errors import DatasetError
from foretell.tools.texts.annotation_file import Node, read_annotations, rows_of_columns

T = TypeVar("T")
ItemKind = Literal["question", "query", "window"]
"""What a reply may be to."""
_PLURALS: dict[ItemKind, str] = {"question": "questions", "query": "queries", "window": "windows"}
NAMES = ("key", "id", "idx", "q_uid", "uid", "qid")
"""Fields that name what a row replies to; the first that a row has counts."""


@dataclass(frozen=True, slots=True)
class StoredReplies(Generic[T]):
    """What a file of replies holds.

    Attributes:
        file: The file.
        replies: By the name of what was asked.
        item: What a reply is to.
    """

    file: Path
    replies: Mapping[str, T]
    item: ItemKind

    def of(self, name: str) -> T:
        """Returns the reply to a question, a query or a window.

        Raises:
            DatasetError: If the file holds none.
        """
        if name not in self.replies:
            raise DatasetError(
                f"{str(self.file)!r} holds nothing of the {self.item} {name!r}; give the file "
                f"that was made for these {_PLURALS[self.item]}"
            )
        return self.replies[name]


def read_replies(
    file: Path,
    item: ItemKind,
    read: Callable[[Node], T],
    *,
    name_of: Callable[[Node], str] | None = None,
    in_order: Sequence[str] = (),
) -> StoredReplies[T]:
    """Reads a file of replies.

    Args:
        file: The file, which may be gzipped.
        item: What a reply is to.
        read: Reads a reply, of a row or of a value of a JSON object.
        name_of: Returns the name of what a row replies to; None takes the first of `NAMES`.
        in_order: The names that a list of lists, one for each, is told in the order of.

    Raises:
        DatasetError: If the file cannot be read, a row names nothing or what another row names,
            `read` refuses a reply, or a list has another length than `in_order`.
    """
    node = rows_of_columns(read_annotations(file), NAMES)
    rows = [node] if any(name in node.fields() for name in NAMES) else node.items()
    if rows and in_order and all(isinstance(row.value, list) for row in rows):
        if len(rows) != len(in_order):
            raise DatasetError(
                f"{str(file)!r} holds replies to {len(rows)} {_PLURALS[item]}, and there are "
                f"{len(in_order)}; give the file that was made for these {_PLURALS[item]}"
            )
        named = dict(zip(in_order, rows, strict=True))
    elif rows:
        named = rows_by_name(rows, name_of or _named(item))
    else:
        named = node.entries()
    if not named:
        raise node.error(
            "holds no replies; give a JSON object from names to replies, or rows with one of the "
            f"fields {', '.join(NAMES)}"
        )
    return StoredReplies(file, {name: read(reply) for name, reply in named.items()}, item)


def rows_by_name(rows: Iterable[Node], name_of: Callable[[Node], str]) -> dict[str, Node]:
    """Returns rows by what they name.

    Raises:
        DatasetError: If two name the same, of which nobody can tell which counts.
    """
    named: dict[str, Node] = {}
    for row in rows:
        name = name_of(row)
        if name in named:
            raise row.error(f"names {name!r} as {named[name].place} does; give each name once")
        named[name] = row
    return named


def name_of_row(row: Node, item: ItemKind) -> str:
    """Returns the name of what a row replies to.

    Raises:
        DatasetError: If it has none of the fields `NAMES`.
    """
    fields = row.fields()
    name = next((fields[key] for key in NAMES if key in fields), None)
    if name is None:
        raise row.error(f"names no {item}; give one of the fields {', '.join(NAMES)}")
    return str(int(name) if isinstance(name, float) and name.is_integer() else name)


def list_as_field(reply: Node, name: str) -> Node:
    """Returns a bare list as the object that a row would be, with the list as that field."""
    value: object = reply.value
    return replace(reply, value={name: value}) if isinstance(value, list) else reply


def _named(item: ItemKind) -> Callable[[Node], str]:
    return lambda row: name_of_row(row, item)
