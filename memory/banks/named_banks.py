"""The names under which banks of one kind are kept, and how one takes another's place."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from foretell.errors import MemoryStoreError
from foretell.memory.database import Database

SHIPPED = "everyday"

Change = Literal["added", "replaced", "unchanged"]


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
