"""Looks whether a library is sound, and mends what is not: what `foretell doctor` does with one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from foretell.errors import MemoryStoreError
from foretell.memory.database import Database
from foretell.memory.index_file import IndexFile
from foretell.memory.library import FEW, INDEX_NAME
from foretell.memory.read_only import connect_to_read, may_only_be_read
from foretell.memory.salvage import salvage
from foretell.memory.schema import is_known
from foretell.memory.store import FILE_NAME
from foretell.memory.synced_index import SyncedIndex
from foretell.memory.vectors import Vectors
from foretell.paths import aside

SOUND = "no fault"
_JSON = (
    *(("videos", "info"), ("tracks", "kinds"), ("tracks", "remarks"), ("events", "labels")),
    *(("messages", "payload"), ("example_sequences", "record"), ("demonstrations", "record")),
)
"""Columns that hold JSON, by table."""
_BYTES = 2
"""Of each number of a vector."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, and what came of it.

    Attributes:
        part: What was looked at.
        ok: Whether no fault was found.
        told: The faults and what was done about each; "no fault" where there is none.
    """

    part: str
    ok: bool
    told: str


def check_up(folder: Path) -> tuple[Check, ...]:
    """Looks at all of a library, and mends what is not sound, where it may be written to.

    Nothing that can be read is lost: what cannot stays beside the library in a file that is set
    aside.

    Raises:
        MemoryStoreError: If it is another program's or of a newer schema, nothing of it can be
            read, or it cannot be written.
    """
    file = folder / FILE_NAME
    if not file.exists():
        return (Check("file", True, "there is none yet; the first video that is watched makes it"),)
    with file.open("rb") as opened:
        if not is_known(opened.read(100)):
            Database(file).close()  # what is another program's is refused before it is touched
    whole = _check("file", _mend_file(file))
    with closing(Database(file)) as database:
        return (
            whole,
            _check("rows", _mend_rows(database)),
            _check("vectors", _mend_vectors(database)),
            _check("index", _mend_index(folder, database)),
            _check("kept texts", _mend_kept_texts(folder)),
        )


def _check(part: str, faults: Iterator[str]) -> Check:
    told = "; ".join(faults)
    return Check(part, not told, told or SOUND)


def _mend_file(file: Path) -> Iterator[str]:
    """Sees whether SQLite can read all of the file; yields what it cannot, and what was done."""
    if not (faults := _faults_of(file)):
        return
    if may_only_be_read(file):
        yield f"{faults[0]}; it may only be read, and stays so"
        return
    with closing(sqlite3.connect(file)) as connection, suppress(sqlite3.Error):
        connection.execute("REINDEX")
    if not _faults_of(file):
        yield f"{faults[0]}: its indexes were made anew"
        return
    saved, kept = salvage(file)
    yield f"{faults[0]}: {saved} rows were saved, and the damaged file is kept as {kept.name!r}"


def _faults_of(file: Path) -> list[str]:
    """Returns what SQLite finds wrong in a file."""
    read_only = may_only_be_read(file)
    try:
        with closing(connect_to_read(file) if read_only else sqlite3.connect(file)) as opened:
            rows = opened.execute("PRAGMA integrity_check(10)").fetchall()
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [str(told).splitlines()[-1] for (told,) in rows if told != "ok"]


def _mend_rows(database: Database) -> Iterator[str]:
    """Deletes rows that belong to nothing, and such as cannot be read."""
    lost = [(table, row) for table, row, *_ in database.read("PRAGMA foreign_key_check")]
    if lost:
        yield f"{len(lost)} rows belong to nothing: {_delete(database, lost)}"
    broken = [
        (table, row)
        for table, column in _JSON
        for (row,) in database.read(
            f"SELECT rowid FROM {table} WHERE {column} IS NOT NULL AND NOT json_valid({column})"
        )
    ]
    if broken:
        yield f"{len(broken)} rows cannot be read: {_delete(database, broken)}"


def _delete(database: Database, rows: list[tuple[str, int]]) -> str:
    if database.is_read_only:
        return "the library may only be read, and they stay"
    with database.write() as connection:
        for table, row in rows:
            connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))
    return "deleted, with all that belonged to them"


def _mend_vectors(database: Database) -> Iterator[str]:
    """Sees that each vector has its length, and that each event has one or is still to get it."""
    length = (Vectors(database).dimension or 0) * _BYTES
    ((wrong,),) = database.read("SELECT count(*) FROM vectors WHERE length(vector) != ?", (length,))
    if wrong:
        yield f"{wrong} are of a wrong length: they are made again when they are needed"
    ((passed_over,),) = database.read(
        "SELECT count(*) FROM events WHERE id <= coalesce("
        "(SELECT value FROM meta WHERE key = 'embedded_up_to'), 0) "
        "AND id NOT IN (SELECT event FROM vectors)"
    )
    if passed_over:
        yield f"{passed_over} events were taken for embedded: they are when they are needed"
    if wrong or passed_over:
        with database.passing() as connection:
            connection.execute("DELETE FROM meta WHERE key = 'embedded_up_to'")
            if wrong and not database.is_read_only:
                connection.execute("DELETE FROM vectors WHERE length(vector) != ?", (length,))


def _mend_index(folder: Path, database: Database) -> Iterator[str]:
    """Sees that the saved index is this library's, and holds the vectors that it says it does."""
    path = folder / INDEX_NAME
    if not path.exists() or _is_sound(path, database):
        return
    if database.is_read_only:
        yield "it is damaged or of another state: it is made again for each question"
        return
    yield "it was damaged or of another state: made anew"
    path.unlink()
    vectors = Vectors(database)
    if len(vectors.ids()) > FEW:
        index = SyncedIndex(path, vectors)
        index.update()
        index.save()


def _is_sound(path: Path, database: Database) -> bool:
    vectors = Vectors(database)
    loaded = IndexFile(path, database).load(vectors.embedder or "", vectors.dimension or 0)
    if loaded is None:
        return False
    index, state = loaded
    if state.changes != vectors.changes:
        return state.changes < vectors.changes  # it is brought up to date by the next search
    return bool(np.array_equal(np.sort(index.ids), vectors.ids()))


def _mend_kept_texts(folder: Path) -> Iterator[str]:
    """Sets aside files of replies and captions that are damaged; they are begun anew."""
    for file in sorted(folder.glob("*.sqlite")):
        if file.name == FILE_NAME or not _faults_of(file):
            continue
        kept = aside(file)
        try:
            file.replace(kept)
        except OSError as error:
            raise MemoryStoreError(
                f"cannot set the damaged {str(file)!r} aside: {error.strerror}; see that its "
                "folder may be written to"
            ) from error
        yield f"{file.name!r} is damaged: it is kept as {kept.name!r}, and begun anew"
