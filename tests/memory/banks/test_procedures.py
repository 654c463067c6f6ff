from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foretell.errors import MemoryStoreError
from foretell.memory.banks.examples import ExampleBank
from foretell.memory.banks.procedures import ProcedureBank, ProcedureBankInfo
from foretell.memory.embedding.embedders import HashEmbedder
from foretell.memory.library import Library
from foretell.memory.schema import APPLICATION_ID, EXAMPLES, SCHEMA_VERSION, TIMELINES
from foretell.memory.store import FILE_NAME, Store
from foretell.plans import Demonstration, Procedures, ProcedureTask
from foretell.types import Interval

TASK = ProcedureTask("make tea", ("boil water", "add tea"))
SHOWN = Demonstration("a.mp4", "make tea", ("add tea", "stir"), (Interval(0.0, 1.0),) * 2, "train")
WRITTEN = Procedures("kitchen", (TASK,))
BOTH = Procedures("kitchen", (TASK, ProcedureTask("wait")), (SHOWN, SHOWN))

names = st.text(st.characters(codec="utf-8"), max_size=8)
steps = st.lists(names, max_size=4).map(tuple)
times = st.tuples(st.floats(0.0, 9.0), st.floats(0.0, 9.0)).map(sorted)
demonstrations = st.builds(
    Demonstration,
    video=names,
    task=names,
    steps=steps,
    intervals=st.lists(times.map(lambda ends: Interval(*ends)), max_size=4).map(tuple),
    split=names,
)
procedures = st.builds(
    Procedures,
    name=names,
    tasks=st.lists(st.builds(ProcedureTask, names, steps), max_size=3).map(
        lambda tasks: (TASK, *tasks)
    ),
    demonstrations=st.lists(demonstrations, max_size=3).map(tuple),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def bank(store: Store) -> ProcedureBank:
    return ProcedureBank(store.database)


def test_a_bank_is_added_once_and_replaced_by_other_content(bank: ProcedureBank) -> None:
    assert bank.add("mine", WRITTEN) == "added"
    assert bank.add("mine", replace(WRITTEN, name="elsewhere")) == "unchanged"
    assert bank.add("mine", BOTH) == "replaced"
    assert bank.add("also", WRITTEN) == "added"
    assert bank.names() == ("also", "mine")
    assert bank.banks() == (
        ProcedureBankInfo("also", tasks=1, actions=2, demonstrations=0),
        ProcedureBankInfo("mine", tasks=2, actions=3, demonstrations=2),
    )
    assert bank.find("mine").actions == 3
    bank.remove("mine")
    assert bank.names() == ("also",)
    assert bank.procedures("also") == replace(WRITTEN, name="also")


@settings(max_examples=30)
@given(added=procedures)
def test_what_was_added_comes_back_as_it_was(
    added: Procedures, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with Store.open(tmp_path_factory.mktemp("library")) as store:
        bank = ProcedureBank(store.database)
        bank.add("mine", added)
        kept = bank.procedures("mine")
        assert kept == replace(added, name="mine")
        assert bank.add("mine", kept) == "unchanged"
        assert bank.find("mine").actions == len(added.actions())


def test_banks_outlive_the_process_that_added_them(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder()) as library:
        library.procedures.add("mine", BOTH)
        library.procedures.remove("mine")
        library.procedures.add("mine", WRITTEN)
    with Library.open(tmp_path, HashEmbedder()) as library:
        assert library.procedures.procedures("mine") == replace(WRITTEN, name="mine")
        assert library.store.database.read("SELECT count(*) FROM demonstrations") == [(0,)]


def test_many_may_add_the_same_bank_at_once(bank: ProcedureBank) -> None:
    with ThreadPoolExecutor(8) as pool:
        added = [pool.submit(bank.add, "mine", BOTH) for _ in range(8)]
    assert sorted(future.result() for future in added) == ["added", *["unchanged"] * 7]
    assert len(bank.procedures("mine").demonstrations) == 2


def test_a_large_bank_is_read_whole(bank: ProcedureBank) -> None:
    tasks = tuple(ProcedureTask(f"task {n}", (f"step {n}",)) for n in range(180))
    shown = (replace(SHOWN, video=str(n), task=f"task {n % 180}") for n in range(10_000))
    bank.add("large", Procedures("large", tasks, tuple(shown)))
    assert len(bank.procedures("large").demonstrations) == 10_000


def test_a_bank_that_is_not_there(bank: ProcedureBank) -> None:
    advice = r"no procedure bank 'tea'; there are none yet: `foretell procedures add`"
    for ask in (bank.procedures, bank.find, bank.remove):
        with pytest.raises(MemoryStoreError, match=advice):
            ask("tea")
    bank.add("mine", WRITTEN)
    with pytest.raises(MemoryStoreError, match="no procedure bank 'tea'; there are 'mine'"):
        bank.procedures("tea")


@pytest.mark.parametrize("name", ["", " ", "everyday"])
def test_names_that_no_bank_may_have(bank: ProcedureBank, name: str) -> None:
    with pytest.raises(MemoryStoreError, match=f"cannot be called {name!r}; give a name, other"):
        bank.add(name, WRITTEN)


def test_an_empty_bank(bank: ProcedureBank) -> None:
    for empty in (Procedures("none", ()), Procedures("none", (ProcedureTask("wait"),))):
        with pytest.raises(MemoryStoreError, match="'mine' would be empty; give some steps"):
            bank.add("mine", empty)


def test_a_library_of_schema_2_is_upgraded_in_place(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.executescript(
            f"{TIMELINES} {EXAMPLES} PRAGMA application_id = {APPLICATION_ID};"
            "PRAGMA user_version = 2;"
            "INSERT INTO example_banks (name, taxonomy, digest) VALUES ('old', '{}', '');"
        )
    with Store.open(tmp_path) as store:
        assert store.database.read("PRAGMA user_version") == [(SCHEMA_VERSION,)]
        assert ExampleBank(store.database).names() == ("old",)
        assert ProcedureBank(store.database).add("mine", BOTH) == "added"
    with Store.open(tmp_path) as store:
        assert ProcedureBank(store.database).names() == ("mine",)
