"""The procedure bank: tasks with their steps, written and shown, imported once into the library."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any

from foretell.errors import MemoryStoreError
from foretell.memory.banks.named_banks import Change, NamedBanks, digest_of
from foretell.memory.database import Database
from foretell.plans import Demonstration, Procedures, ProcedureTask
from foretell.types import Interval


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
        self._banks = NamedBanks(
            database, "procedure_banks", "procedure bank", "foretell procedures add"
        )

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
        self._banks.check_name(name)
        if not actions:
            raise MemoryStoreError(f"the procedure bank {name!r} would be empty; give some steps")
        tasks = dump_tasks(procedures.tasks)
        records = [dump_demonstration(one) for one in procedures.demonstrations]
        digest = digest_of([tasks, *records])

        def insert(connection: Connection) -> None:
            bank = connection.execute(
                "INSERT INTO procedure_banks (name, tasks, actions, digest) VALUES (?, ?, ?, ?)",
                (name, tasks, actions, digest),
            ).lastrowid
            connection.executemany(
                "INSERT INTO demonstrations (bank, record) VALUES (?, ?)",
                ((bank, record) for record in records),
            )

        return self._banks.replace(name, digest, insert)

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
        return self._banks.names()

    def find(self, name: str) -> ProcedureBankInfo:
        """Gives what a bank holds.

        Raises:
            MemoryStoreError: If there is none of this name.
        """
        for bank in self.banks():
            if bank.name == name:
                return bank
        raise self._banks.unknown(name)

    def procedures(self, name: str) -> Procedures:
        """Gives the content of a bank, named like it and in the order in which it was added.

        Raises:
            MemoryStoreError: If there is no bank of this name.
        """
        banks = self._database.read("SELECT id, tasks FROM procedure_banks WHERE name = ?", (name,))
        if not banks:
            raise self._banks.unknown(name)
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
        self._banks.remove(name)


def dump_tasks(tasks: Iterable[ProcedureTask]) -> str:
    """Gives tasks as JSON: a list of names, each with its steps."""
    return json.dumps([(task.name, task.steps) for task in tasks])


def load_tasks(record: str) -> tuple[ProcedureTask, ...]:
    """Gives the tasks that `dump_tasks` wrote."""
    return tuple(ProcedureTask(name, tuple(steps)) for name, steps in json.loads(record))


def dump_demonstration(demonstration: Demonstration) -> str:
    """Gives a demonstration as JSON, without what it leaves empty."""
    fields: dict[str, Any] = {
        "video": demonstration.video,
        "task": demonstration.task,
        "steps": demonstration.steps,
        "intervals": [(interval.start, interval.end) for interval in demonstration.intervals],
        "split": demonstration.split,
    }
    return json.dumps({name: value for name, value in fields.items() if value})


def load_demonstration(record: str) -> Demonstration:
    """Gives the demonstration that `dump_demonstration` wrote."""
    fields: dict[str, Any] = json.loads(record)
    return Demonstration(
        video=fields.get("video", ""),
        task=fields.get("task", ""),
        steps=tuple(fields.get("steps", ())),
        intervals=tuple(Interval(start, end) for start, end in fields.get("intervals", ())),
        split=fields.get("split", ""),
    )
