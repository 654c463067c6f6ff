"""The SQLite file of a library: opened safely, written one transaction at a time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from foretell.errors import MemoryStoreError

APPLICATION_ID = 0x666F7265
""""fore" in ASCII, by which a file of ours is told from another SQLite database."""
BUSY_SECONDS = 30.0
"""Seconds to wait for another process's write before giving up."""

TIMELINES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    content_hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE videos (
    id INTEGER PRIMARY KEY, content_hash TEXT NOT NULL UNIQUE, info TEXT NOT NULL
) STRICT;
CREATE TABLE tracks (
    id INTEGER PRIMARY KEY, video INTEGER NOT NULL REFERENCES videos ON DELETE CASCADE,
    source TEXT NOT NULL, settings TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '',
    UNIQUE (video, source)
) STRICT;
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    track INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE,
    kind TEXT NOT NULL, start REAL NOT NULL, end REAL NOT NULL, text TEXT NOT NULL,
    confidence REAL,
    UNIQUE (track, kind, start, end, text)
) STRICT;
CREATE TABLE vectors (
    event INTEGER PRIMARY KEY REFERENCES events ON DELETE CASCADE, vector BLOB NOT NULL
) STRICT;
CREATE TABLE thumbnails (
    video INTEGER NOT NULL REFERENCES videos ON DELETE CASCADE,
    pts_seconds REAL NOT NULL, jpeg BLOB NOT NULL,
    PRIMARY KEY (video, pts_seconds)
) STRICT;
CREATE TABLE conversations (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, started_seconds REAL NOT NULL
) STRICT;
CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
    role TEXT NOT NULL, content TEXT NOT NULL, payload TEXT NOT NULL
) STRICT;
CREATE INDEX messages_of_conversation ON messages (conversation);
INSERT INTO meta VALUES ('vector_changes', 0);
CREATE TRIGGER vector_added AFTER INSERT ON vectors BEGIN
    UPDATE meta SET value = value + 1 WHERE key = 'vector_changes';
END;
CREATE TRIGGER vector_removed AFTER DELETE ON vectors BEGIN
    UPDATE meta SET value = value + 1 WHERE key = 'vector_changes';
END;
"""
EXAMPLES = """
CREATE TABLE example_banks (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, taxonomy TEXT NOT NULL,
    digest TEXT NOT NULL
) STRICT;
CREATE TABLE example_sequences (
    id INTEGER PRIMARY KEY, bank INTEGER NOT NULL REFERENCES example_banks ON DELETE CASCADE,
    video TEXT NOT NULL, actions INTEGER NOT NULL, record TEXT NOT NULL
) STRICT;
CREATE INDEX sequences_of_bank ON example_sequences (bank);
"""
PROCEDURES = """
CREATE TABLE procedure_banks (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, tasks TEXT NOT NULL,
    actions INTEGER NOT NULL, digest TEXT NOT NULL
) STRICT;
CREATE TABLE demonstrations (
    id INTEGER PRIMARY KEY, bank INTEGER NOT NULL REFERENCES procedure_banks ON DELETE CASCADE,
    record TEXT NOT NULL
) STRICT;
CREATE INDEX demonstrations_of_bank ON demonstrations (bank);
"""
LABELS = """
ALTER TABLE events ADD COLUMN labels TEXT;
"""
COVERAGE = """
ALTER TABLE tracks ADD COLUMN kinds TEXT NOT NULL DEFAULT '[]';
UPDATE tracks SET kinds = coalesce(
    (SELECT json_group_array(DISTINCT kind) FROM events WHERE track = tracks.id), '[]');
UPDATE tracks SET kinds = '["screen_text"]' WHERE source = 'screen_text';
UPDATE tracks SET kinds = '["scene"]' WHERE source IN ('scenes', 'motion');
UPDATE tracks SET kinds = '["speech"]' WHERE source LIKE 'transcriber:%';
"""
TEXT_VECTORS = """
CREATE TABLE text_vectors (
    embedder TEXT NOT NULL, text TEXT NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (embedder, text)
) STRICT;
"""
REMARKS = """
ALTER TABLE tracks ADD COLUMN remarks TEXT NOT NULL DEFAULT '[]';
"""
# The n-th script makes schema n out of the one before.
SCHEMA = (TIMELINES, EXAMPLES, PROCEDURES, LABELS, COVERAGE, TEXT_VECTORS, REMARKS)
SCHEMA_VERSION = len(SCHEMA)


class Database:
    """One connection to the file, shared by threads behind a lock.

    Other processes may read while one writes; two writers wait for each other.
    """

    def __init__(self, path: Path, busy_seconds: float = BUSY_SECONDS) -> None:
        """Opens the file, or makes it where there is none; one of an older schema is upgraded.

        Args:
            path: The file.
            busy_seconds: How long to wait for another process that writes.

        Raises:
            MemoryStoreError: If the file is damaged, is not a library, or was made by a foretell
                with a newer schema.
        """
        self.path = path
        self._lock = threading.RLock()
        with self._explained():
            self._connection = sqlite3.connect(
                path, timeout=busy_seconds, isolation_level=None, check_same_thread=False
            )
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def read(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Gives every row that a query finds.

        Raises:
            MemoryStoreError: If the file is damaged, locked for too long or closed.
        """
        with self._lock, self._explained():
            return self._connection.execute(sql, parameters).fetchall()

    @contextmanager
    def write(self) -> Generator[sqlite3.Connection]:
        """Gives a connection whose changes are committed together, or not at all on an error.

        Raises:
            MemoryStoreError: If the file is damaged, locked for too long, full or closed.
        """
        with self._lock, self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Closes the file; closing twice is fine."""
        with self._lock:
            self._connection.close()

    def _prepare(self) -> None:
        self._version()  # a file that is refused stays as it is, byte for byte
        with self._explained():
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute("PRAGMA foreign_keys = ON")
        with self.write() as connection:
            version = self._version()
            for script in SCHEMA[version:]:
                for statement in _statements(script):
                    connection.execute(statement)
            if version < SCHEMA_VERSION:
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

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
            code = getattr(error, "sqlite_errorcode", None)
            raise MemoryStoreError(
                f"the library {str(self.path)!r} failed with {str(error)!r}; {_advice(code)}"
            ) from error


def _statements(script: str) -> Iterator[str]:
    """Splits a script, since `executescript` would commit the open transaction."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _advice(code: int | None) -> str:
    primary = None if code is None else code & 0xFF
    if primary in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return "it is damaged: move it away and watch the videos again"
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "another process is writing to it: try again when that is done"
    if primary == sqlite3.SQLITE_FULL:
        return "the disk is full: make room and try again"
    return "see that its folder exists and may be written to, and that it is still open"
