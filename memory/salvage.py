"""Saves from a damaged library what can be read, into a new file in its place."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from foretell.errors import MemoryStoreError
from foretell.memory.database import Database
from foretell.paths import aside

_TABLES = (
    *("meta", "files", "videos", "tracks", "events", "vectors", "thumbnails"),
    *("conversations", "messages", "text_vectors"),
    *("example_banks", "example_sequences", "procedure_banks", "demonstrations"),
)
"""Each behind those that it refers to, and with a first column that rows can be told by."""
_DERIVED = "DELETE FROM meta WHERE key IN ('index', 'embedded_up_to')"
"""What says that something is up to date, which it is not where rows are lost."""


def salvage(file: Path) -> tuple[int, Path]:
    """Puts a whole library in the place of a damaged one, and keeps that beside it.

    Returns:
        How many rows were saved, and where the damaged file is kept.

    Raises:
        MemoryStoreError: If nothing can be read, or the new file cannot be written; the damaged one
            stays as it is.
    """
    whole, kept = file.with_name(f"{file.name}.mended.new"), aside(file)
    try:
        whole.unlink(missing_ok=True)
        Database(whole).close()
        with (
            closing(sqlite3.connect(file)) as damaged,
            closing(sqlite3.connect(whole)) as made,
            made,
        ):
            saved = sum(_save(table, damaged, made) for table in _TABLES)
            made.execute(_DERIVED)
        if not saved:
            raise MemoryStoreError(
                f"nothing can be read of {str(file)!r}; move it away and watch the videos again"
            )
        shutil.copy2(file, kept)
        os.replace(whole, file)
    except (OSError, sqlite3.Error) as error:
        raise MemoryStoreError(
            f"the damaged library {str(file)!r} cannot be replaced ({error}); see that there is "
            "room and that nothing else has it open"
        ) from error
    finally:
        whole.unlink(missing_ok=True)
    return saved, kept


def _save(table: str, damaged: sqlite3.Connection, made: sqlite3.Connection) -> int:
    """Copies the rows of a table that can be read, and gives how many those are."""
    before = made.total_changes
    columns = [name for _, name, *_ in made.execute(f"PRAGMA table_info({table})")]
    with suppress(sqlite3.Error):
        known = {name for _, name, *_ in damaged.execute(f"PRAGMA table_info({table})")}
        columns = [name for name in columns if name in known]
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    for row in _rows(damaged, f"SELECT {names} FROM {table} ORDER BY {columns[0]}"):
        with suppress(sqlite3.IntegrityError):
            made.execute(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})", row)
    return made.total_changes - before


def _rows(damaged: sqlite3.Connection, query: str) -> Iterator[tuple[object, ...]]:
    """Yields the rows before what cannot be read, then those behind it, the last first."""
    for order in ("ASC", "DESC"):
        with suppress(sqlite3.Error):
            yield from damaged.execute(f"{query} {order}")
            return
