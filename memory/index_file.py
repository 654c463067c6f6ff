"""The file of an index, which its library knows by an id drawn when it was written."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import secrets
import sqlite3
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from foretell.errors import MemoryStoreError
from foretell.memory.database import Database
from foretell.memory.index import VectorIndex

_KEY = "index"
"""Under which the library keeps the id of its index."""
_UNFINISHED = ".new"
"""Ends the name of a file that is being written."""
_log = logging.getLogger(__name__)


class IndexState(BaseModel):
    """What a saved index was made from.

    Attributes:
        id: Drawn when it was written. The library that it belongs to names it, and neither another
            library in the same folder nor an older copy of that one does.
        embedder: Id of the embedder that gave the vectors.
        dimension: Length of each vector.
        changes: The library's count of added and removed vectors at that time.
        count: How many vectors it holds.
        sha256: Of the index file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    embedder: str
    dimension: int
    changes: int
    count: int
    sha256: str


class IndexFile:
    """An index on disk and, beside it, what it was made from.

    Both are written while the library is locked for writing, and count from the commit on: one
    that was written by halves, by a process that was killed, is not the one that the library names.

    Args:
        path: Where it is; `.json` is added for what it was made from.
        database: The library that it belongs to.
    """

    def __init__(self, path: Path, database: Database) -> None:
        self._path = path
        self._beside = path.with_name(path.name + ".json")
        self._database = database
        self._remove_unfinished()

    def save(self, index: VectorIndex, embedder: str, changes: int) -> None:
        """Writes an index in place of the one that was there, or leaves that one.

        Raises:
            MemoryStoreError: If it cannot be written.
        """
        try:
            with self._database.write() as connection:
                self._write(index, embedder, changes, connection)
        except (OSError, RuntimeError) as error:  # FAISS raises the latter where a disk is full
            reason = (
                error.strerror if isinstance(error, OSError) else None
            ) or "it was not written"
            raise MemoryStoreError(
                f"cannot save the index {str(self._path)!r}: {reason}; see that there is room and "
                "that its folder may be written to"
            ) from error
        finally:
            for file in (self._path, self._beside):
                with contextlib.suppress(OSError):
                    _unfinished(file).unlink(missing_ok=True)

    def _write(
        self, index: VectorIndex, embedder: str, changes: int, connection: sqlite3.Connection
    ) -> None:
        written = _unfinished(self._path)
        index.write(str(written))
        state = IndexState(
            id=secrets.token_hex(),
            embedder=embedder,
            dimension=index.dimension,
            changes=changes,
            count=len(index),
            sha256=_sha256(written),
        )
        _unfinished(self._beside).write_text(state.model_dump_json())
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_KEY, state.id))
        for file in (self._path, self._beside):
            os.replace(_unfinished(file), file)

    def load(self, embedder: str, dimension: int) -> tuple[VectorIndex, IndexState] | None:
        """Gives the saved index and what it was made from.

        FAISS reads many a damaged file without an error, so the checksum is compared first. Gives
        None, so that the index is made again, where a file is missing, damaged or not the one that
        the library names, or the vectors are another embedder's.
        """
        try:
            state = IndexState.model_validate_json(self._beside.read_bytes())
            ours = (state.id, state.embedder, state.dimension) == (self._id(), embedder, dimension)
            if not ours or _sha256(self._path) != state.sha256:
                _log.info("the index %s is damaged or another's, and is made again", self._path)
                return None
            return VectorIndex.read(str(self._path)), state
        except (OSError, ValidationError, RuntimeError) as error:
            _log.info("no index to read at %s (%s)", self._path, type(error).__name__)
            return None

    def _id(self) -> str | None:
        rows = self._database.read("SELECT value FROM meta WHERE key = ?", (_KEY,))
        return rows[0][0] if rows else None

    def _remove_unfinished(self) -> None:
        """Removes what killed processes left: nobody else writes while the library is locked."""
        if not self._left():
            return
        with contextlib.suppress(OSError, MemoryStoreError), self._database.write():
            for file in self._left():
                file.unlink(missing_ok=True)

    def _left(self) -> list[Path]:
        beside = self._path.parent.glob(f"{self._path.name}.*")
        return [file for file in beside if file != self._beside]


def _unfinished(file: Path) -> Path:
    return file.with_name(file.name + _UNFINISHED)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
