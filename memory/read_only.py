"""A library that may only be read: how its file is opened, and where what questions make goes."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from foretell.memory.schema import statements

_NO_LOCKS = "win32-none" if os.name == "nt" else "unix-none"
"""SQLite's way to files that takes no locks, and so needs no file for them."""
_OVERLAY = """
CREATE TEMP TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO temp.meta SELECT key, value FROM main.meta;
CREATE TEMP TABLE new_vectors (event INTEGER PRIMARY KEY, vector BLOB NOT NULL) STRICT;
CREATE TEMP VIEW vectors AS
    SELECT event, vector FROM main.vectors UNION ALL SELECT event, vector FROM temp.new_vectors;
CREATE TEMP TRIGGER vector_made INSTEAD OF INSERT ON vectors BEGIN
    INSERT OR IGNORE INTO new_vectors VALUES (NEW.event, NEW.vector);
    UPDATE meta SET value = value + 1 WHERE key = 'vector_changes';
END;
CREATE TEMP TABLE new_conversations (
    number INTEGER PRIMARY KEY, id TEXT, started_seconds REAL, title TEXT
);
CREATE TEMP VIEW conversations AS
    SELECT * FROM main.conversations UNION ALL SELECT * FROM temp.new_conversations;
CREATE TEMP TRIGGER conversation_begun INSTEAD OF INSERT ON conversations BEGIN
    INSERT INTO new_conversations
        SELECT coalesce(max(number), 0) + 1, NEW.id, NEW.started_seconds, ''
        FROM conversations;
END;
CREATE TEMP TABLE new_messages (
    id INTEGER PRIMARY KEY, conversation INTEGER, role TEXT, content TEXT, payload TEXT
);
CREATE TEMP VIEW messages AS
    SELECT * FROM main.messages UNION ALL SELECT * FROM temp.new_messages;
CREATE TEMP TRIGGER message_said INSTEAD OF INSERT ON messages BEGIN
    INSERT INTO new_messages
        SELECT coalesce(max(id), 0) + 1, NEW.conversation, NEW.role, NEW.content, NEW.payload
        FROM messages;
END;
"""
"""Tables of this connection alone, which stand before those of the file under the same names."""


def may_only_be_read(file: Path) -> bool:
    """Whether a file is there that, or whose folder, may not be written to."""
    return file.exists() and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK))


def connect_to_read(file: Path) -> sqlite3.Connection:
    """Opens a database without writing anything, its folder included.

    Where somebody has it open, or was killed, its latest rows stand in a log beside it. With a
    log, SQLite wants a file of locks; where it can make none, nobody can be writing either, and
    the log is read without.

    Raises:
        sqlite3.Error: If it cannot be read.
    """
    if not file.with_name(f"{file.name}-wal").exists():
        return _connect(file, "immutable=1")
    connection = _connect(file, "mode=ro")
    try:
        connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1")
    except sqlite3.OperationalError:
        connection.close()
        connection = _connect(file, f"mode=ro&vfs={_NO_LOCKS}")
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    return connection


def in_memory(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Returns a copy of a database in memory, and closes the database."""
    copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.backup(copy)
    connection.close()
    return copy


def lay_over(connection: sqlite3.Connection) -> None:
    """Lets vectors and talk that questions make be kept until the connection is closed."""
    for statement in statements(_OVERLAY):
        connection.execute(statement)


def _connect(file: Path, how: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{file.resolve().as_uri()}?{how}", uri=True, isolation_level=None, check_same_thread=False
    )
