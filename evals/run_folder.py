"""The folder of a run: its settings, and each result as soon as it is there."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from foretell.config import EMBEDDED
from foretell.errors import ConfigError, DatasetError, argument
from foretell.types import Usage

Record = dict[str, Any]
SETTINGS = "run.json"
_SYNC_SECONDS = 5.0
REPLAY = "replay:"


class JsonLines:
    """A file with one JSON object a line, to which a line is added at a time.

    Opening it takes off a last line that a killed run left unfinished.

    Raises:
        DatasetError: If another line is no JSON object.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        text = path.read_bytes() if path.exists() else b""
        whole = text[: text.rfind(b"\n") + 1]
        self.records = [
            self._read(number, line) for number, line in enumerate(whole.splitlines(), 1)
        ]
        self._file = path.open("r+b" if path.exists() else "wb")
        self._file.truncate(len(whole))
        self._file.seek(len(whole))
        self._synced = time.monotonic()

    def _read(self, number: int, line: bytes) -> Record:
        try:
            record: object = json.loads(line)
        except ValueError as error:
            record = error
        if not isinstance(record, dict):
            raise DatasetError(
                f"line {number} of {self.path} is no JSON object; "
                "take the line out, or start again in another folder"
            )
        return cast(Record, record)

    def append(self, record: Record) -> None:
        """Adds a record, which a crash of this program no longer takes away."""
        self._file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
        self._file.flush()
        if time.monotonic() - self._synced > _SYNC_SECONDS:
            os.fsync(self._file.fileno())
            self._synced = time.monotonic()

    def close(self) -> None:
        """Ends writing."""
        self._file.close()


class RunFolder:
    """A folder that one run fills, and that a run with the same settings may go on with."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._files: dict[str, JsonLines] = {}

    @classmethod
    def open(cls, path: Path, settings: Mapping[str, Any], *, resume: bool = False) -> Self:
        """Opens a folder for a run, making it where it is not there.

        A run that ended before its first result leaves nothing to go on with, and is forgotten.

        Args:
            path: The folder.
            settings: What decides the results, as JSON can hold it.
            resume: Whether to go on with the run that the folder holds, if any.

        Raises:
            ConfigError: If the folder holds a run and is not to be resumed, or one with other
                settings; or if `path` is a file.
        """
        if path.exists() and not path.is_dir():
            raise ConfigError(f"{path} is a file; give {argument('out')} a folder")
        path.mkdir(parents=True, exist_ok=True)
        file = path / SETTINGS
        if file.exists() and any(lines.stat().st_size for lines in path.glob("*.jsonl")):
            _check_settings(file, settings, resume=resume)
        else:
            half = file.with_suffix(".part")
            half.write_text(json.dumps(settings, indent=2, ensure_ascii=False), encoding="utf-8")
            half.replace(file)
        return cls(path)

    def lines(self, name: str) -> JsonLines:
        """Returns the file NAME.jsonl, opened for adding."""
        if name not in self._files:
            self._files[name] = JsonLines(self.path / f"{name}.jsonl")
        return self._files[name]

    def write(self, name: str, text: str) -> Path:
        """Writes a whole file, and gives its path."""
        file = self.path / name
        file.write_text(text, encoding="utf-8")
        return file

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for lines in self._files.values():
            lines.close()


@contextmanager
def open_run(
    path: Path | None, settings: Mapping[str, Any], *, resume: bool = False
) -> Generator[RunFolder | None]:
    """Opens the folder that `--out` names, or gives None where it names none.

    Raises:
        ConfigError: If there is no folder to resume, or as `RunFolder.open` does.
    """
    if path is None:
        if resume:
            raise ConfigError(
                f"{argument('resume')} needs the folder of the run; give it with {argument('out')}"
            )
        yield None
    else:
        with RunFolder.open(path, settings, resume=resume) as folder:
            yield folder


def _check_settings(file: Path, settings: Mapping[str, Any], *, resume: bool) -> None:
    if not resume:
        raise ConfigError(
            f"{file.parent} holds a run already; "
            f"give {argument('resume')} to go on with it, or another folder to {argument('out')}"
        )
    try:
        kept: Record = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ConfigError(f"{file} is not valid JSON: {error}; start in another folder") from error
    given: Record = json.loads(json.dumps(settings))
    differing = [
        f"{name} was {kept.get(name)!r} and is {given.get(name)!r}"
        for name in sorted(kept.keys() | given.keys())
        if kept.get(name) != given.get(name)
    ]
    if differing:
        raise ConfigError(
            f"{file.parent} holds a run with other settings: {'; '.join(differing)}; "
            f"give the same settings, or another folder to {argument('out')}"
        )


def is_chat_model(model: str) -> bool:
    """Whether a model is asked in words, and is neither "embedded" nor a replay."""
    return model != EMBEDDED and not model.startswith(REPLAY)


def replay_file(model: str) -> Path | None:
    """Returns the file of "replay:FILE", or None for any other model."""
    return Path(model.removeprefix(REPLAY)) if model.startswith(REPLAY) else None


def display_name(model: str) -> str:
    """Returns a model's name for people, without the folders of a file that is replayed."""
    file = replay_file(model)
    return model if file is None else REPLAY + file.name


def usage_of(records: Iterable[Record]) -> Usage:
    """Returns the tokens of all records, and their cost where any is known."""
    usages = [Usage(**record["usage"]) for record in records]
    costs = [usage.cost for usage in usages if usage.cost is not None]
    return Usage(
        sum(usage.input_tokens for usage in usages),
        sum(usage.output_tokens for usage in usages),
        sum(costs) if costs else None,
    )
