"""Reads JSON, JSON lines and CSV into nodes that know where in the file they stand."""

from __future__ import annotations

import reprlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TypeVar, cast

from pydantic import BaseModel, ValidationError

from foretell.errors import DatasetError
from foretell.json_values import NoJson, parse_json
from foretell.tables import TableError, TableRow, read_table
from foretell.tools.texts.text_file import read_text
from foretell.types import VideoInfo

Model = TypeVar("Model", bound=BaseModel)
Part = TypeVar("Part")

VIDEO_FIELDS = ("video_id", "video_uid", "video", "vid", "video_name", "video_path", "file_name")
_MOST_NAMED = 5
"""Names that an error lists before it counts the rest."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value in an annotation file, with the place that an error about it names.

    Attributes:
        path: The file.
        value: What stands there: dict, list, str, number, bool or None.
        place: Such as "line 3" or "'P01_11', item 2"; "" for the whole file.
        lines: For the rows of a table, the line on which each ends; else empty.
    """

    path: Path
    value: object
    place: str = ""
    lines: tuple[int, ...] = ()

    def error(self, complaint: str) -> DatasetError:
        """Gives an error that names the file and the place."""
        where = f"{self.path}, {self.place}" if self.place else f"{self.path}"
        return DatasetError(f"{where}: {complaint}")

    def fields(self) -> dict[str, object]:
        """Gives the fields of a JSON object or of a row, none for any other value."""
        value = self.value
        return cast(dict[str, object], value) if isinstance(value, dict) else {}

    def items(self) -> list[Node]:
        """Gives the elements of a list or the rows of a table, none for any other value."""
        value = self.value
        values = cast(list[object], value) if isinstance(value, list) else []
        places = [f"line {line}" for line in self.lines]
        places = places or [f"item {number}" for number in range(1, len(values) + 1)]
        return [self._below(value, place) for value, place in zip(values, places, strict=True)]

    def entries(self) -> dict[str, Node]:
        """Gives the values of a JSON object by key, none for any other value."""
        return {key: self._below(value, repr(key)) for key, value in self.fields().items()}

    def parse(self, model: type[Model]) -> Model:
        """Gives the fields as a `model`.

        Raises:
            DatasetError: If it is no object, or a field is missing or wrong; names file, place
                and field.
        """
        if not isinstance(self.value, dict):
            raise self.error(f"is {reprlib.repr(self.value)}; give an object with fields")
        fields = self.fields()
        try:
            return model.model_validate(fields)
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(map(str, first["loc"]))
            if first["type"] == "missing":
                found = ", ".join(map(repr, fields))
                raise self.error(f"field {name!r} is missing; found {found}") from error
            reason = first.get("ctx", {}).get("error", first["msg"])
            given = f"field {name!r} is {reprlib.repr(first['input'])}; " if name else ""
            raise self.error(f"{given}{reason}") from error

    def _below(self, value: object, place: str) -> Node:
        return Node(self.path, value, f"{self.place}, {place}" if self.place else place)


def read_annotations(path: Path) -> Node:
    """Gives what a file holds; its content decides between JSON, JSON lines and CSV.

    A table, that is JSON lines or CSV, is a list of rows.

    Raises:
        DatasetError: If it cannot be read, is empty or is in none of these forms.
    """
    text = read_text(path)
    is_json = text.lstrip().startswith(("{", "["))
    node = _read_json(path, text) if is_json else _read_csv(path, text)
    if not node.value:
        raise DatasetError(f"{path} is empty; see docs/importing.md for what it may hold")
    return node


def _read_json(path: Path, text: str) -> Node:
    try:
        return Node(path, parse_json(text))
    except NoJson as error:
        if not error.goes_on:
            raise _refused(path, error.line, error.reason) from error
    return _read_json_lines(path, text)


def _refused(path: Path, line: int, reason: str) -> DatasetError:
    return DatasetError(f"{path}, line {line}: {reason}; see docs/importing.md")


def _read_json_lines(path: Path, text: str) -> Node:
    numbered = [(n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
    rows: list[object] = []
    for number, line in numbered:
        try:
            rows.append(parse_json(line))
        except NoJson as error:
            raise _refused(path, number, error.reason) from error
    return Node(path, rows, lines=tuple(number for number, _ in numbered))


def _read_csv(path: Path, text: str) -> Node:
    first = text.strip().splitlines()[0]
    delimiter = max(",\t;", key=first.count)
    if delimiter not in first:
        raise DatasetError(
            f"{path} is neither JSON, JSON lines nor CSV with a header: it begins with "
            f"{first[:40]!r}; see docs/importing.md"
        )
    header, *rows = table_rows(path, text, delimiter) or [TableRow(1, ())]
    names = [name.strip().strip('"').lower() for name in header.cells]
    _check_columns(path, header.line, names)
    for row in rows:
        if len(row.cells) != len(names):
            raise DatasetError(
                f"{path}, line {row.line}: has {len(row.cells)} fields, the header has "
                f"{len(names)}; quote a text that holds {delimiter!r}"
            )
    return named_rows(path, names, rows)


def table_rows(path: Path, text: str, delimiter: str) -> list[TableRow]:
    """Gives the rows of a table, as `foretell.tables.read_table` does.

    Raises:
        DatasetError: If it cannot be read; names the line.
    """
    try:
        return read_table(text, delimiter)
    except TableError as error:
        raise DatasetError(f"{path}, line {error.line}: not CSV: {error}") from error


def named_rows(path: Path, names: Sequence[str], rows: Sequence[TableRow]) -> Node:
    """Gives the rows of a table as objects; cells past the last name are left out."""
    values: list[object] = [dict(zip(names, row.cells, strict=False)) for row in rows]
    return Node(path, values, lines=tuple(row.line for row in rows))


def _check_columns(path: Path, line: int, names: Sequence[str]) -> None:
    """Refuses a column that is named twice; nobody reads one without a name."""
    repeated = next((name for name, n in Counter(names).items() if name and n > 1), None)
    if repeated is not None:
        raise DatasetError(
            f"{path}, line {line}: the column {repeated!r} stands twice; give each column once"
        )


def for_video(parts: Mapping[str, Part], video: VideoInfo, path: Path) -> Part:
    """Gives the part whose key is the video's file name or its stem, or else the only one.

    A key may be a path, of which the file's name counts.

    Raises:
        DatasetError: If there are several and none is the video's, or two with a path are.
    """
    names = (video.name, PurePosixPath(video.name).stem)
    if exact := next((name for name in names if name in parts), None):
        return parts[exact]
    theirs = [key for key in parts if PurePosixPath(key.replace("\\", "/")).name in names]
    if len(theirs) == 1 or len(parts) == 1:
        return parts[theirs[0]] if theirs else next(iter(parts.values()))
    named = ", ".join(map(repr, list(theirs or parts)[:_MOST_NAMED]))
    if theirs:
        raise DatasetError(
            f"{path} holds {named}, and each may be {video.name!r}; name one like the file"
        )
    more = f" and {len(parts) - _MOST_NAMED} more" if len(parts) > _MOST_NAMED else ""
    raise DatasetError(
        f"{path} holds {len(parts)} videos, {named}{more}, and none is that of {video.name!r}; "
        "name the video's file like its key"
    )


def rows_for_video(rows: list[Node], video: VideoInfo, path: Path) -> list[Node]:
    """Gives the rows of one video where the rows name their videos, else all of them.

    Raises:
        DatasetError: If some rows name a video and one does not, or they name several and none is
            this one.
    """
    by_video = rows_by_video(rows)
    return for_video(by_video, video, path) if by_video else rows


def rows_by_video(rows: Iterable[Node]) -> dict[str, list[Node]]:
    """Gives the rows of each video that they name; nothing where none names one.

    Raises:
        DatasetError: If some rows name a video and one does not.
    """
    by_video: dict[str, list[Node]] = {}
    for row in rows:
        by_video.setdefault(_video_of(row), []).append(row)
    unnamed = by_video.pop("", [])
    if by_video and unnamed:
        raise unnamed[0].error(
            f"names no video, and other rows do; give each row its {VIDEO_FIELDS[0]!r}"
        )
    return by_video


def _video_of(row: Node) -> str:
    """Gives the name of a row's video, empty where it has none."""
    fields = row.fields()
    named = (fields[field] for field in VIDEO_FIELDS if field in fields)
    name = next((name for name in named if name is not None), "")
    return str(name).strip()


def rows_of_columns(node: Node, columns: Collection[str]) -> Node:
    """Gives a table that is written column by column as rows; any other node as it is.

    Pandas writes such tables, each column as a list or as an object by row; a single value stands
    for every row.

    Args:
        node: What may be such a table.
        columns: Names of which a table has one.

    Raises:
        DatasetError: If the columns are not alike.
    """
    fields = node.fields()
    held = {name: _cells(value) for name, value in fields.items()}
    first = next((name for name in columns if held.get(name) is not None), None)
    if first is None:
        return node
    keys = held[first] or {}
    for name, cells in held.items():
        if cells is not None and cells.keys() != keys.keys():
            raise node.error(
                f"column {name!r} has {len(cells)} values and {first!r} has {len(keys)}; give each "
                "column one for each row"
            )
    rows: list[object] = [
        {name: fields[name] if cells is None else cells[key] for name, cells in held.items()}
        for key in keys
    ]
    return replace(node, value=rows)


def _cells(value: object) -> dict[object, object] | None:
    """Gives the values of a column by row, None for a single value."""
    if isinstance(value, list):
        return dict(enumerate(cast(list[object], value)))
    return cast(dict[object, object], value) if isinstance(value, dict) else None
