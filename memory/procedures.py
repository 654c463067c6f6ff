"""The procedure bank: tasks with their steps, written and shown, imported once into the library."""

from __future__ import annotations

from dataclasses import dataclass

from foretell.errors import MemoryStoreError
from foretell.memory.database import Database
from foretell.memory.digest import digest_of
from foretell.memory.examples import SHIPPED, Change
from foretell.memory.procedure_records import (
    dump_demonstration,
    dump_tasks,
    load_demonstration,
    load_tasks,
)
from foretell.plans import Procedures


@dataclass(frozen=True, slots=True)
class ProcedureBankInfo:
    """What a list of banks shows of one.

    Attributes:
        name: What it is called.
        tasks: How many tasks it knows.
        actions: How many different steps these have.
        demonstrations: How many videos show them.
    """

    name: str
    tasks: int
    actions: int
    demonstrations: int


class ProcedureBank:
    """Keeps named banks of procedures in the library's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, procedures: Procedures) -> Change:
        """Imports procedures under a name, all of them or none.

        Args:
            name: What to call the bank. One of the same content is left as it is; any other
                under this name is replaced.
            procedures: What to plan from; their own name is not kept.

        Raises:
            MemoryStoreError: If they have no step, or the name is empty or that of the bank that
                ships with foretell.
        """
        actions = len(procedures.actions())
        _check(name, actions)
        tasks = dump_tasks(procedures.tasks)
        records = [dump_demonstration(one) for one in procedures.demonstrations]
        digest = digest_of([tasks, *records])
        with self._database.write() as connection:
            kept = self._database.read("SELECT digest FROM procedure_banks WHERE name = ?", (name,))
            if kept == [(digest,)]:
                return "unchanged"
            connection.execute("DELETE FROM procedure_banks WHERE name = ?", (name,))
            bank = connection.execute(
                "INSERT INTO procedure_banks (name, tasks, actions, digest) VALUES (?, ?, ?, ?)",
                (name, tasks, actions, digest),
            ).lastrowid
            connection.executemany(
                "INSERT INTO demonstrations (bank, record) VALUES (?, ?)",
                ((bank, record) for record in records),
            )
        return "replaced" if kept else "added"

    def banks(self) -> tuple[ProcedureBankInfo, ...]:
        """Gives what each bank holds, in order of their names."""
        rows = self._database.read(
            "SELECT b.name, json_array_length(b.tasks), b.actions, count(d.id) "
            "FROM procedure_banks b LEFT JOIN demonstrations d ON d.bank = b.id "
            "GROUP BY b.id ORDER BY b.name"
        )
        return tuple(ProcedureBankInfo(*row) for row in rows)

    def names(self) -> tuple[str, ...]:
        """Gives the banks' names in order."""
        rows = self._database.read("SELECT name FROM procedure_banks ORDER BY name")
        return tuple(name for (name,) in rows)

    def find(self, name: str) -> ProcedureBankInfo:
        """Gives what a bank holds.

        Raises:
            MemoryStoreError: If there is none of this name.
        """
        for bank in self.banks():
            if bank.name == name:
                return bank
        raise self._unknown(name)

    def procedures(self, name: str) -> Procedures:
        """Gives the content of a bank, named like it and in the order in which it was added.

        Raises:
            MemoryStoreError: If there is no bank of this name.
        """
        banks = self._database.read("SELECT id, tasks FROM procedure_banks WHERE name = ?", (name,))
        if not banks:
            raise self._unknown(name)
        ((bank, tasks),) = banks
        rows = self._database.read(
            "SELECT record FROM demonstrations WHERE bank = ? ORDER BY id", (bank,)
        )
        demonstrations = tuple(load_demonstration(record) for (record,) in rows)
        return Procedures(name, load_tasks(tasks), demonstrations)

    def remove(self, name: str) -> None:
        """Deletes a bank.

        Raises:
            MemoryStoreError: If there is none of this name.
        """
        with self._database.write() as connection:
            removed = connection.execute("DELETE FROM procedure_banks WHERE name = ?", (name,))
            if removed.rowcount == 0:
                raise self._unknown(name)

    def _unknown(self, name: str) -> MemoryStoreError:
        known = ", ".join(map(repr, self.names()))
        advice = f"there are {known}" if known else "there are none yet: `foretell procedures add`"
        return MemoryStoreError(f"the library has no procedure bank {name!r}; {advice}")


def _check(name: str, actions: int) -> None:
    if not name.strip() or name == SHIPPED:
        raise MemoryStoreError(
            f"a procedure bank cannot be called {name!r}; give a name, other than that of the "
            f"bank {SHIPPED!r} which ships with foretell"
        )
    if not actions:
        raise MemoryStoreError(f"the procedure bank {name!r} would be empty; give some steps")
