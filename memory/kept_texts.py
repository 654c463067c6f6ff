"""Texts that are kept to save work: a file of them proves itself, and can never break an answer."""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from foretell.paths import aside

_BUSY_SECONDS = 30.0
"""Seconds to wait for another process's write, as the library does."""
_NOT_OURS = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR)
"""What SQLite says of a file that is damaged or has other tables; all else may pass."""
_Result = TypeVar("_Result")
_log = logging.getLogger(__name__)


class KeptTexts:
    """An SQLite file of texts by key, shared by threads and processes; made when missing.

    Each text is kept with the digest of its key and itself, and one that does not fit it is
    unknown. A file that is damaged or another program's is renamed and begun anew. Whatever fails
    is told as a warning, once, and costs no more than what would have been kept.

    Args:
        file: Where they are kept.
        table: Name of the table in it, which says what the texts are.
        column: Name of the column that holds a text.
    """

    def __init__(self, file: Path, table: str, column: str) -> None:
        self._file = file
        self._table = table
        self._column = column
        self._told = False

    def read(self, keys: Sequence[str]) -> dict[str, str]:
        """Returns the texts of those keys that have one."""
        marks = ",".join("?" * len(keys))
        query = f"SELECT key, {self._column} FROM {self._table} WHERE key IN ({marks})"
        rows = self._use(lambda connection: connection.execute(query, keys).fetchall()) or []
        return {key: text for key, kept in rows if (text := _proved(key, kept)) is not None}

    def keep(self, texts: Mapping[str, str]) -> None:
        """Keeps texts under their keys, all or none, in place of earlier ones."""
        rows = [(key, f"{_proof(key, text)} {text}") for key, text in texts.items()]
        insert = f"INSERT OR REPLACE INTO {self._table} (key, {self._column}) VALUES (?, ?)"
        self._use(lambda connection: connection.executemany(insert, rows))

    def _use(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result | None:
        """Returns what comes of some work on the file, which is one transaction; None if it fails.

        A file that is not ours is set aside; any failure is told.
        """
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            opened = sqlite3.connect(self._file, timeout=_BUSY_SECONDS)
            with closing(opened) as connection, connection:
                self._prepare(connection)
                return work(connection)
        except (OSError, sqlite3.Error) as error:
            code = getattr(error, "sqlite_errorcode", None)
            if code is not None and code & 0xFF in _NOT_OURS:
                self._set_aside(error)
            else:
                self._tell(f"kept {self._table} are not used: {str(self._file)!r}: {error}")
            return None

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Makes the table in a new file.

        Raises:
            sqlite3.Error: If the file cannot be read, or holds other tables.
        """
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        names = [name for (name,) in tables]
        if not names:
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS {self._table} "
                f"(key TEXT PRIMARY KEY, {self._column} TEXT NOT NULL)"
            )
        connection.execute(f"SELECT key, {self._column} FROM {self._table} LIMIT 0")

    def _set_aside(self, error: Exception) -> None:
        """Renames the file, so that the next use begins a new one."""
        kept = aside(self._file)
        try:
            os.replace(self._file, kept)
        except OSError:
            self._tell(f"kept {self._table} are not used: {str(self._file)!r}: {error}")
            return
        self._tell(
            f"{str(self._file)!r} holds no {self._table} of foretell that can be read ({error}); "
            f"it is set aside as {kept.name!r}, and a new one is begun"
        )

    def _tell(self, note: str) -> None:
        if not self._told:
            self._told = True
            _log.warning("%s", note)


def _proof(key: str, text: str) -> str:
    return hashlib.sha256(f"{key}\0{text}".encode()).hexdigest()


def _proved(key: str, kept: object) -> str | None:
    """Returns the text of a row, or None where it is not what was kept under the key."""
    proof, _, text = kept.partition(" ") if isinstance(kept, str) else ("", "", "")
    return text if proof == _proof(key, text) else None
