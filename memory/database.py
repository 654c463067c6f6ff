"""The SQLite file of a library: opened safely, written one transaction at a time."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from foretell.errors import MemoryStoreError, argument
from foretell.forks import Opener
from foretell.memory import read_only
from foretell.memory.schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION, statements

BUSY_SECONDS = 30.0
"""Seconds to wait for another process's write before giving up."""
_RETRY_SECONDS = 0.01
"""Seconds between two tries where SQLite itself does not wait; a new file is made in less."""


class Database:
    """One connection to the file, shared by threads behind a lock.

    Other processes may read while one writes; two writers wait for each other. Where the file or
    its folder may not be written to, it is read, and nothing is written.

    Attributes:
        path: The file.
        is_read_only: Whether it may only be read.
    """

    def __init__(self, path: Path, busy_seconds: float = BUSY_SECONDS) -> None:
        """Opens the file, or makes it where there is none; one of an older schema is upgraded.

        A copy of it is kept as it was, under its name and the number of its schema. One that may
        only be read is upgraded in memory.

        Args:
            path: The file.
            busy_seconds: How long to wait for another process that writes.

        Raises:
            MemoryStoreError: If the file is damaged, is not a library, or was made by a foretell
                with a newer schema; or if there is no room for the copy.
        """
        self.path = path
        self.is_read_only = read_only.may_only_be_read(path)
        self._lock = threading.RLock()
        self._opener = Opener()
        with self._explained():
            self._connection = (
                read_only.connect_to_read(path)
                if self.is_read_only
                else sqlite3.connect(
                    path, timeout=busy_seconds, isolation_level=None, check_same_thread=False
                )
            )
        try:
            self._prepare(busy_seconds)
        except BaseException:
            self._connection.close()
            raise

    def read(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Gives every row that a query finds.

        Raises:
            MemoryStoreError: If the file is damaged, locked for too long or closed, or was opened
                by the process that this one is a fork of.
        """
        self._check_process()
        with self._lock, self._explained():
            return self._connection.execute(sql, parameters).fetchall()

    @contextmanager
    def write(self) -> Generator[sqlite3.Connection]:
        """Gives a connection whose changes are committed together, or not at all on an error.

        Raises:
            MemoryStoreError: If the file may only be read, or is damaged, locked for too long, full
                or closed.
        """
        if self.is_read_only:
            raise MemoryStoreError(
                f"the library {str(self.path.parent)!r} may only be read, and nothing can be kept "
                f"or deleted in it; choose another with {argument('library', 'DIR')}"
            )
        with self.passing() as connection:
            yield connection

    @contextmanager
    def passing(self) -> Generator[sqlite3.Connection]:
        """Does as `write`, for what questions make: vectors and conversations.

        In a file that may only be read they last as long as the connection.

        Raises:
            MemoryStoreError: As `write`, but for a file that may only be read.
        """
        self._check_process()
        with self._lock, self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Closes the file; closing twice is fine, and a fork leaves it to who opened it."""
        if self._opener.is_here:
            with self._lock:
                self._connection.close()

    def _check_process(self) -> None:
        if not self._opener.is_here:
            raise MemoryStoreError(self._opener.refusal(f"the library {str(self.path.parent)!r}"))

    def _prepare(self, busy_seconds: float) -> None:
        version = self._version()  # a file that is refused stays as it is, byte for byte
        if self.is_read_only:
            self._prepare_reading(version)
            return
        with self._explained():
            self._write_ahead(busy_seconds)
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute("PRAGMA foreign_keys = ON")
        copied = False
        while version < SCHEMA_VERSION:
            with self.write() as connection:
                version = self._version()  # another process may have upgraded it meanwhile
                if version and not copied:
                    self._keep_copy(version)
                    copied = True
                version = _upgrade(connection, version)

    def _write_ahead(self, busy_seconds: float) -> None:
        """Keeps changes in a log beside the file, so that others may read while one writes.

        SQLite waits for no one here, as it does elsewhere: who makes a new file with others at once
        would be refused.
        """
        ends = time.monotonic() + busy_seconds
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if not _is_busy(error.sqlite_errorcode) or time.monotonic() > ends:
                    raise
                time.sleep(_RETRY_SECONDS)
            else:
                return

    def _prepare_reading(self, version: int) -> None:
        with self._explained():
            if version < SCHEMA_VERSION:
                self._connection = read_only.in_memory(self._connection)
            while version < SCHEMA_VERSION:
                version = _upgrade(self._connection, version)
            read_only.lay_over(self._connection)

    def _keep_copy(self, version: int) -> None:
        """Copies the file as it is while it is locked for writing.

        Raises:
            sqlite3.Error: If it cannot be copied.
            MemoryStoreError: If the copy cannot be put where it belongs.
        """
        copy = self.path.with_name(f"{self.path.name}.schema-{version}")
        unfinished = copy.with_name(f"{copy.name}.new")
        try:
            unfinished.unlink(missing_ok=True)
            with (
                closing(sqlite3.connect(self.path)) as source,
                closing(sqlite3.connect(unfinished)) as target,
            ):
                source.backup(target)
            os.replace(unfinished, copy)
        except OSError as error:
            raise MemoryStoreError(
                f"cannot keep a copy of the library as {str(copy)!r}: {error.strerror}; it stays "
                "as it was"
            ) from error

    def _version(self) -> int:
        """Gives the number of the file's schema, 0 for a new file."""
        if not self.read("SELECT 1 FROM sqlite_schema LIMIT 1"):
            return 0
        ((application_id,),) = self.read("PRAGMA application_id")
        if application_id != APPLICATION_ID:
            raise MemoryStoreError(
                f"{str(self.path)!r} is a database of another program; choose another folder "
                "for the library"
            )
        ((version,),) = self.read("PRAGMA user_version")
        if not 1 <= version <= SCHEMA_VERSION:
            raise MemoryStoreError(
                f"{str(self.path)!r} has schema {version}, and this foretell reads schemas 1 to "
                f"{SCHEMA_VERSION}; use the foretell that made it, or choose another folder"
            )
        return int(version)

    @contextmanager
    def _explained(self) -> Generator[None]:
        """Turns what SQLite says into an error that says what to do."""
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
            raise MemoryStoreError(
                f"the library {str(self.path)!r} failed with {str(error)!r}; {_advice(code)}"
            ) from error


def _upgrade(connection: sqlite3.Connection, version: int) -> int:
    """Makes the next schema of a file, or all of them in a new one, and returns its number."""
    made = min(version + 1, SCHEMA_VERSION) if version else SCHEMA_VERSION
    for script in SCHEMA[version:made]:
        for statement in statements(script):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {made}")
    return made


def _is_busy(code: int) -> bool:
    return code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _advice(code: int) -> str:
    if code & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return (
            "it is damaged: `foretell doctor --library DIR` saves what can be read, and where it "
            "cannot, move it away and watch the videos again"
        )
    if _is_busy(code):
        return "another process is writing to it: try again when that is done"
    if code & 0xFF == sqlite3.SQLITE_FULL:
        return "the disk is full: make room and try again"
    return "see that its folder exists and may be written to, and that it is still open"
