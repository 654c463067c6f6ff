"""The forms in which lists of verbs and nouns are published, each read into vocabularies."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from foretell.errors import DatasetError
from foretell.json_values import NoJson, parse_json, parse_python
from foretell.memory.words.label_grammar import QUALIFIERS, LabelEntry, read_entry, vocabulary_of
from foretell.memory.words.taxonomy import Vocabulary
from foretell.tables import TableError, TableRow, read_table

Model = TypeVar("Model", bound=BaseModel)
_MISTAKEN = {"off", "on", "over", "with"}
"""Small words that AntGPT's dictionaries hold as names of their own."""


class _Entry(BaseModel):
    label: str
    synonyms: list[str] = []


class _Lists(BaseModel):
    """Ego4D's lists, or a user's."""

    verbs: list[str | _Entry] = Field(min_length=1)
    nouns: list[str | _Entry] = Field(min_length=1)


class _Dictionaries(BaseModel):
    """AntGPT's words by number, and the number of each word and synonym."""

    i2v: dict[int, str] = Field(min_length=1)
    i2n: dict[int, str] = Field(min_length=1)
    v2i: dict[str, int]
    n2i: dict[str, int]


def _split_names(text: str) -> list[str]:
    return [name.strip() for name in text.split(";") if name.strip()]


class _Row(BaseModel):
    label: str = Field(min_length=1)
    synonyms: Annotated[list[str], BeforeValidator(_split_names)] = []


class _SlotRow(_Row):
    slot: Literal["verb", "noun"]


class _EpicRow(BaseModel):
    """A class of EPIC-KITCHENS; the list of its words is a Python literal."""

    id: int
    key: str
    words: Annotated[list[str], BeforeValidator(parse_python)]


def read_json(path: Path) -> tuple[Vocabulary, Vocabulary]:
    """Reads verbs and nouns from Ego4D's lists, AntGPT's dictionaries or a user's own lists.

    Raises:
        DatasetError: If the file is in none of these forms, or repeats a label.
    """
    try:
        content = parse_json(_text(path))
    except NoJson as error:
        raise DatasetError(f"{path}, {error}") from error
    if _holds(content, "i2v"):
        words = _parse(_Dictionaries, content, str(path))
        return (
            _numbered_words(words.i2v, words.v2i, f"{path}, 'i2v'"),
            _numbered_words(words.i2n, words.n2i, f"{path}, 'i2n'"),
        )
    lists = _parse(_Lists, content, str(path))
    return (
        _vocabulary(map(_entry, lists.verbs), f"{path}, 'verbs'"),
        _vocabulary(map(_entry, lists.nouns), f"{path}, 'nouns'"),
    )


def read_slot_table(path: Path) -> tuple[Vocabulary, Vocabulary]:
    """Reads verbs and nouns from CSV with the columns slot, label and synonyms.

    Raises:
        DatasetError: If a column or a slot is missing, or a label is repeated.
    """
    rows = _table(path, _SlotRow)
    verbs, nouns = (
        _vocabulary((_row_entry(row) for row in rows if row.slot == slot), f"{path}, slot {slot!r}")
        for slot in ("verb", "noun")
    )
    return verbs, nouns


def read_label_table(path: Path) -> Vocabulary:
    """Reads one slot from CSV with the columns label and synonyms.

    Raises:
        DatasetError: If a column is missing, or a label is repeated.
    """
    return _vocabulary(map(_row_entry, _table(path, _Row)), str(path))


def read_epic_classes(path: Path) -> Vocabulary:
    """Reads one slot from a class table of EPIC-KITCHENS-55 or -100.

    A key such as "pan:sauce" is read as "sauce pan", and "turn-on" as "turn on".

    Raises:
        DatasetError: If a column is missing, or the numbers do not run from 0.
    """
    columns = {
        "verb_id": "id", "noun_id": "id", "class_key": "key",
        "verbs": "words", "nouns": "words", "instances": "words",
    }  # fmt: skip
    rows = _table(path, _EpicRow, columns)
    if [row.id for row in rows] != list(range(len(rows))):
        raise DatasetError(f"{path}: the classes must be numbered 0 to {len(rows) - 1}, in order")
    entries = (LabelEntry(_epic_name(row.key), tuple(map(_epic_name, row.words))) for row in rows)
    return _vocabulary(entries, str(path))


def _epic_name(key: str) -> str:
    head, *qualifiers = key.lower().replace("-", " ").split(":")
    return " ".join([*qualifiers, head])


def _numbered_words(words: dict[int, str], numbers: dict[str, int], place: str) -> Vocabulary:
    """Makes a vocabulary of AntGPT's words, less what it took from brackets by mistake.

    AntGPT keeps the first word of each label, so that "turn", "turn off" and "turn on" are all
    shown as "turn", and its number of a repeated word is the one that `numbers` gives.
    """
    if sorted(words) != list(range(len(words))):
        raise DatasetError(f"{place}: the words must be numbered 0 to {len(words) - 1}")
    labels = [words[number] for number in range(len(words))]
    mistaken = (QUALIFIERS | _MISTAKEN).difference(labels)
    names = {name: number for name, number in numbers.items() if name not in mistaken}
    try:
        return Vocabulary(labels, names)
    except DatasetError as error:
        raise DatasetError(f"{place}: {error}") from error


def _vocabulary(entries: Iterable[LabelEntry], place: str) -> Vocabulary:
    try:
        return vocabulary_of(list(entries))
    except DatasetError as error:
        raise DatasetError(f"{place}: {error}") from error


def _entry(entry: str | _Entry) -> LabelEntry:
    return read_entry(entry) if isinstance(entry, str) else _row_entry(entry)


def _row_entry(row: _Entry | _Row) -> LabelEntry:
    return LabelEntry(row.label, tuple(row.synonyms))


def _holds(content: object, key: str) -> bool:
    return isinstance(content, dict) and key in content


def _parse(model: type[Model], value: object, place: str) -> Model:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        given = f"field {field!r} is {reprlib.repr(first['input'])}: " if field else ""
        reason = first.get("ctx", {}).get("error", first["msg"])
        raise DatasetError(f"{place}: {given}{reason}") from error


def _table(path: Path, model: type[Model], names: Mapping[str, str] | None = None) -> list[Model]:
    """Reads the rows of a CSV file, whose columns are called by `names` where given."""
    try:
        header, *rows = read_table(_text(path), ",") or [TableRow(1, ())]
    except TableError as error:
        raise DatasetError(f"{path}, line {error.line}: not CSV: {error}") from error
    columns = [(names or {}).get(name, name) for name in header.cells]
    needed = [name for name, field in model.model_fields.items() if field.is_required()]
    missing = [name for name in needed if name not in columns]
    if missing:
        raise DatasetError(
            f"{path} has no column {missing[0]!r}; found {', '.join(map(repr, columns))}"
        )
    return [
        _parse(
            model, dict(zip_longest(columns, row.cells, fillvalue="")), f"{path}, line {row.line}"
        )
        for row in rows
    ]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DatasetError(
            f"cannot read {str(path)!r}: {error.strerror}; give the path of a file"
        ) from error
    except UnicodeDecodeError as error:
        raise DatasetError(
            f"{path} is not UTF-8 text: byte {error.start} cannot be read"
        ) from error
