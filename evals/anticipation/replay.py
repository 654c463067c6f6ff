"""Stored completions as an anticipator like any other."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from foretell.actions import ActionWindow, Forecast
from foretell.errors import DatasetError
from foretell.memory.words.taxonomy import Taxonomy
from foretell.thoughts import without_thoughts
from foretell.tools.anticipation.completion import parse_completion
from foretell.types import Usage

Completions = Mapping[str, Sequence[str]]


class _Line(BaseModel):
    key: str
    completions: list[str]


_ROWS = TypeAdapter(list[list[str]])
_BY_KEY = TypeAdapter(dict[str, list[str]])


class ReplayAnticipator:
    """Reads futures out of completions that some model gave earlier.

    Args:
        file: The completions, in a form that `read_completions` reads.
        keys: Keys of every window of the dataset or subset, in its order.
        taxonomy: The words that forecasts are made of.
        horizon: Z, the length of a future.

    Raises:
        DatasetError: If the file cannot be read, or has another number of rows than windows.
    """

    def __init__(
        self, file: Path, keys: Sequence[str], taxonomy: Taxonomy, horizon: int = 20
    ) -> None:
        self._file = file
        self._completions = read_completions(file, keys)
        self._taxonomy = taxonomy
        self._horizon = horizon

    def forecast(self, window: ActionWindow, k: int = 5) -> Forecast:
        """Gives the futures in the first `k` completions of a window.

        Raises:
            DatasetError: If the file has fewer, or none of this window.
        """
        texts = self._completions.get(window.key)
        if texts is None:
            raise DatasetError(
                f"{str(self._file)!r} holds no completions of the window {window.key!r}; give the "
                "file that was made for these windows"
            )
        if len(texts) < k:
            raise DatasetError(
                f"{str(self._file)!r} holds {len(texts)} completions of the window "
                f"{window.key!r}, and {k} are asked for; ask for fewer candidates"
            )
        parsed = [
            parse_completion(
                without_thoughts(text),
                self._taxonomy,
                horizon=self._horizon,
                last=window.past[-1],
            )
            for text in texts[:k]
        ]
        repairs = Counter[str]()
        for one in parsed:
            repairs.update(one.repairs)
        return Forecast(
            window=window,
            candidates=tuple(one.actions for one in parsed),
            repairs=dict(repairs),
            usage=Usage(cost=0.0),
        )


def read_completions(file: Path, keys: Sequence[str]) -> Completions:
    """Gives the completions of each window, by its key.

    Three forms are read: a JSON list with a list of completions for each window, in the order of
    `keys`, as AntGPT stores them; a JSON object from window to completions; and lines of JSON
    objects with "key" and "completions", as a run folder holds them, where the last line of a
    window counts.

    Raises:
        DatasetError: If the file is in none of these forms, or a list has another number of rows
            than there are keys.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"cannot read the completions {str(file)!r}: {error}") from error
    try:
        if file.suffix == ".jsonl":
            lines = [_Line.model_validate_json(line) for line in text.splitlines() if line.strip()]
            return {line.key: line.completions for line in lines}
        return _by_key(file, json.loads(text), keys)
    except ValueError as error:
        raise DatasetError(
            f"{str(file)!r} holds no completions ({_first_problem(error)}); give a JSON list with "
            "a list of texts for each window, a JSON object from window to texts, or a .jsonl "
            "file with 'key' and 'completions'"
        ) from error


def _by_key(file: Path, content: Any, keys: Sequence[str]) -> Completions:
    if isinstance(content, dict):
        return _BY_KEY.validate_python(content)
    rows = _ROWS.validate_python(content)
    if len(rows) != len(keys):
        raise DatasetError(
            f"{str(file)!r} holds completions of {len(rows)} windows, and there are {len(keys)}; "
            "give the file that was made for these windows"
        )
    return dict(zip(keys, rows, strict=True))


def _first_problem(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc'])) or 'the whole'}: {first['msg']}"
