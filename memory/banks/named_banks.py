"""The names under which banks of one kind are kept, and how one takes another's place."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from foretell.errors import MemoryStoreError
from foretell.memory.database import Database

SHIPPED = "everyday"
Change = Literal["added", "replaced", "unchanged"]
_SAMPLES = 64
"""Pieces that stand for a large file, spread evenly from its first to its last byte."""
_SAMPLE_BYTES = 1 << 16
"""Bytes of each piece; 4 MB in all, read in a moment from any file."""


@dataclass(frozen=True, slots=True)
class NamedBanks:
    """The banks of one kind in the library's database.

    Attributes:
        database: Of the library.
        table: Has a row for each bank, with its name and the digest of its content.
        kind: As in "the library has no example bank".
        command: Imports one.
    """

    database: Database
    table: str
    kind: str
    command: str

    def check_name(self, name: str) -> None:
        """Sees that a bank may have the name.

        Raises:
            MemoryStoreError: If it is empty, or that of the bank that ships with foretell.
        """
        if not name.strip() or name == SHIPPED:
            raise MemoryStoreError(
                f"the {self.kind} cannot be called {name!r}; give a name, other than that of the "
                f"bank {SHIPPED!r} which ships with foretell"
            )

    def replace(
        self, name: str, digest: str, insert: Callable[[sqlite3.Connection], None]
    ) -> Change:
        """Puts a bank in the place of the one of that name, all of it or nothing.

        Args:
            name: One of the same content is left as it is.
            digest: Of its content.
            insert: Writes it.
        """
        with self.database.write() as connection:
            kept = self.database.read(f"SELECT digest FROM {self.table} WHERE name = ?", (name,))
            if kept == [(digest,)]:
                return "unchanged"
            connection.execute(f"DELETE FROM {self.table} WHERE name = ?", (name,))
            insert(connection)
        return "replaced" if kept else "added"

    def names(self) -> tuple[str, ...]:
        """Gives the banks' names in order."""
        rows = self.database.read(f"SELECT name FROM {self.table} ORDER BY name")
        return tuple(name for (name,) in rows)

    def remove(self, name: str) -> None:
        """Deletes a bank.

        Raises:
            MemoryStoreError: If there is none of this name.
        """
        with self.database.write() as connection:
            removed = connection.execute(f"DELETE FROM {self.table} WHERE name = ?", (name,))
            if removed.rowcount == 0:
                raise self.unknown(name)

    def unknown(self, name: str) -> MemoryStoreError:
        """Gives the error that there is no bank of this name."""
        known = ", ".join(map(repr, self.names()))
        advice = f"there are {known}" if known else f"there are none yet: `{self.command}`"
        return MemoryStoreError(f"the library has no {self.kind} {name!r}; {advice}")


def digest_of(records: Iterable[str]) -> str:
    """Gives the hex SHA-256 digest of records of one line each."""
    digest = hashlib.sha256()
    for record in records:
        digest.update(record.encode() + b"\n")
    return digest.hexdigest()


def digest_of_files(files: Iterable[Path]) -> str:
    """Gives the hex SHA-256 digest of files by name, size and content.

    Of a file of more than 4 MiB, 64 samples count that are spread evenly from its first byte to its
    last: models that were trained differ in all of their weights.

    Raises:
        OSError: If a file cannot be read.
    """
    digest = hashlib.sha256()
    for file in files:
        size = file.stat().st_size
        digest.update(f"{file.name} {size}\n".encode())
        with file.open("rb") as content:
            if size <= _SAMPLES * _SAMPLE_BYTES:
                digest.update(content.read())
                continue
            for sample in range(_SAMPLES):
                content.seek((size - _SAMPLE_BYTES) * sample // (_SAMPLES - 1))
                digest.update(content.read(_SAMPLE_BYTES))
    return digest.hexdigest()
