"""The folder of a run: its settings, and each result as soon as it is there."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import time
from collections.abc import Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import urlsplit

from foretell.config import EMBEDDED
from foretell.errors import ConfigError, DatasetError, argument
from foretell.hidden import without_secrets
from foretell.json_values import NoJson, parse_json
from foretell.types import Usage

Record = dict[str, Any]
SETTINGS = "run.json"
LOCK = "run.lock"
PROOF = "proof"
"""Field of a record that says that it is as it was written, for the settings of its run."""
_PROOF_CHARACTERS = 16
"""Of the digest: 64 bits, so that no two of a billion lines are taken for each other."""
_SYNC_SECONDS = 5.0
"""Between two waits for the disk: what a crash of the machine may take away."""
REPLAY = "replay:"


class JsonLines:
    """A file with one JSON object a line, to which a line is added at a time.

    Each holds the proof that it was written by a run with the same settings, and has not changed
    since. Opening the file takes off a last line that a killed run left unfinished.

    Args:
        path: The file.
        settings_proof: Of the run's settings.

    Attributes:
        path: The file.
        records: What it held when it was opened, without the proofs.

    Raises:
        DatasetError: If another line is no JSON object, or does not prove itself.
        ConfigError: If the file cannot be read or written.
    """

    def __init__(self, path: Path, settings_proof: str) -> None:
        self.path = path
        self._settings_proof = settings_proof
        with _explained(path):
            text = path.read_bytes() if path.exists() else b""
        whole = text[: text.rfind(b"\n") + 1]
        self.records = [
            self._read(number, line) for number, line in enumerate(whole.split(b"\n")[:-1], 1)
        ]
        with _explained(path):
            self._file = path.open("ab")
            self._file.truncate(len(whole))
        self._synced = time.monotonic()

    def _read(self, number: int, line: bytes) -> Record:
        record = _object(line)
        if record is None:
            raise self._refused(number, "is no JSON object")
        if record.pop(PROOF, None) != _proof(self._settings_proof, record):
            raise self._refused(
                number, "was changed, or written by a run with other settings or an older foretell"
            )
        return record

    def _refused(self, number: int, what: str) -> DatasetError:
        return DatasetError(
            f"line {number} of {self.path} {what}; "
            "take the line out, or start again in another folder"
        )

    def append(self, record: Record) -> None:
        """Adds a record, which a crash of this program no longer takes away.

        Raises:
            ConfigError: If it cannot be written.
        """
        told = _told(record)
        line = _written(told | {PROOF: _proof(self._settings_proof, told)})
        with _explained(self.path):
            self._file.write(line + b"\n")
            self._file.flush()
            if time.monotonic() - self._synced > _SYNC_SECONDS:
                os.fsync(self._file.fileno())
                self._synced = time.monotonic()

    def close(self) -> None:
        """Ends writing."""
        self._file.close()


class RunFolder:
    """A folder that one run fills, and that a run with the same settings may go on with.

    It is locked while it is open, so that no two runs write to it.
    """

    def __init__(self, path: Path, settings_proof: str, held: ExitStack) -> None:
        self.path = path
        self._settings_proof = settings_proof
        self._held = held
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
                settings, or results and no settings that they prove; if another run writes to it;
                or if `path` is a file or cannot be written to.
        """
        if path.exists() and not path.is_dir():
            raise ConfigError(f"{path} is a file; give {argument('out')} a folder")
        given = _told({name: _shown(name, value) for name, value in settings.items()})
        proof = _proof("", given)
        with ExitStack() as stack:
            with _explained(path):
                path.mkdir(parents=True, exist_ok=True)
                stack.enter_context(_locked(path))
            if not _goes_on(path, given, resume=resume):
                _write(path / SETTINGS, json.dumps(given | {PROOF: proof}, indent=2))
            return cls(path, proof, stack.pop_all())

    def lines(self, name: str) -> JsonLines:
        """Returns the file NAME.jsonl, opened for adding.

        Raises:
            DatasetError: If a line of it is damaged, or another run's.
            ConfigError: If it cannot be read or written.
        """
        if name not in self._files:
            self._files[name] = JsonLines(self.path / f"{name}.jsonl", self._settings_proof)
        return self._files[name]

    def write(self, name: str, text: str) -> Path:
        """Writes a whole file, and gives its path.

        Raises:
            ConfigError: If it cannot be written.
        """
        return _write(self.path / name, text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._held:
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


@contextmanager
def _locked(path: Path) -> Generator[None]:
    """Holds the lock of a run folder; the lock of a process that ends is gone with it.

    Raises:
        ConfigError: If another run holds it.
    """
    import filelock  # takes 80 ms

    try:
        with filelock.FileLock(path / LOCK, timeout=0):
            yield
    except filelock.Timeout:
        raise ConfigError(
            f"another run is writing to {path}; wait until it has ended, or give another folder to "
            f"{argument('out')}"
        ) from None


def _goes_on(path: Path, given: Record, *, resume: bool) -> bool:
    """Whether a folder holds results of a run with these settings.

    Raises:
        ConfigError: If it holds any that may not be gone on with.
    """
    file = path / SETTINGS
    has_results = any(lines.stat().st_size for lines in path.glob("*.jsonl"))
    if not file.exists() and not has_results:
        return False
    elsewhere = f"give another folder to {argument('out')}"
    kept = _object(file.read_bytes()) if file.exists() else None
    if kept is None or kept.pop(PROOF, None) != _proof("", kept):
        what = "is not one that a run wrote, or was changed" if file.exists() else "is not there"
        raise ConfigError(
            f"{file} {what}, so that nobody knows with which settings the results beside it were "
            f"made; {elsewhere}"
        )
    if not has_results:
        return False
    if not resume:
        raise ConfigError(
            f"{path} holds a run already; give {argument('resume')} to go on with it, or another "
            f"folder to {argument('out')}"
        )
    differing = [
        f"{name} was {kept.get(name)!r} and is {given.get(name)!r}"
        for name in sorted(kept.keys() | given.keys())
        if kept.get(name) != given.get(name)
    ]
    if differing:
        raise ConfigError(
            f"{path} holds a run with other settings: {'; '.join(differing)}; "
            f"give the same settings, or another folder to {argument('out')}"
        )
    return True


def _shown(name: str, value: object) -> object:
    """Returns a setting as it is kept: an address without what may be a key behind it."""
    if name != "base_url" or not isinstance(value, str):
        return value
    return urlsplit(value)._replace(query="", fragment="").geturl()


def _told(record: Mapping[str, Any]) -> Record:
    """Returns a record as JSON holds it, without secrets."""
    return cast(Record, json.loads(without_secrets(json.dumps(record))))


def _written(record: Record) -> bytes:
    """Returns a record in UTF-8; half a character, which UTF-8 cannot hold, is escaped."""
    return json.dumps(record, ensure_ascii=False).encode(errors="backslashreplace")


def _proof(settings_proof: str, record: Record) -> str:
    """Returns what proves that a record is as it was written, and for which settings."""
    content = settings_proof.encode() + _written(record)
    return hashlib.sha256(content).hexdigest()[:_PROOF_CHARACTERS]


def _object(text: bytes) -> Record | None:
    """Returns the JSON object that a text is, or None where it is none."""
    try:
        value = parse_json(text.decode())
    except (NoJson, UnicodeDecodeError):
        return None
    return cast(Record, value) if isinstance(value, dict) else None


def _write(file: Path, text: str) -> Path:
    """Writes a whole file in one step, without secrets.

    Raises:
        ConfigError: If it cannot be written.
    """
    half = file.with_name(f"{file.name}.part")
    with _explained(file):
        half.write_bytes(without_secrets(text).encode(errors="backslashreplace"))
        half.replace(file)
    return file


@contextmanager
def _explained(path: Path) -> Generator[None]:
    """Turns what the system says into an error that says what to do."""
    try:
        yield
    except OSError as error:
        raise ConfigError(
            f"cannot read or write {path}: {error.strerror}; see that there is room and that it "
            f"may be written to, or give another folder to {argument('out')}"
        ) from error


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
    return functools.reduce(with_usage, records, Usage())


def with_usage(usage: Usage, record: Record) -> Usage:
    """Returns a sum of tokens with those of one more record, its cost where any is known."""
    added = Usage(**record["usage"])
    costs = [cost for cost in (usage.cost, added.cost) if cost is not None]
    return Usage(
        usage.input_tokens + added.input_tokens,
        usage.output_tokens + added.output_tokens,
        sum(costs) if costs else None,
    )
