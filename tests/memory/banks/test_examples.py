from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.actions import Action, ActionSequence, ActionWindow
from foretell.errors import DatasetError, MemoryStoreError
from foretell.memory.banks.examples import BankInfo, ExampleBank
from foretell.memory.embedding.embedders import HashEmbedder
from foretell.memory.library import Library
from foretell.memory.schema import APPLICATION_ID, SCHEMA_VERSION, TIMELINES
from foretell.memory.store import FILE_NAME, Store
from foretell.memory.words.taxonomy import Taxonomy, Vocabulary
from tests.memory.records import fill, video_info

TAKE, WASH = Action("take", "cup"), Action("wash", "cup")
KITCHEN = Taxonomy(
    "kitchen",
    Vocabulary(["take", "wash"], {"grab": 0}),
    Vocabulary(["cup", "ball", "ball"], {"ball": 2}),
)
TEA = ActionSequence("tea", "kitchen", (TAKE, WASH, TAKE))

names = st.text(st.characters(codec="utf-8"), max_size=8)
actions = st.lists(st.builds(Action, names, names), max_size=4).map(tuple)
sequences = st.builds(
    ActionSequence,
    name=names,
    video=names,
    actions=actions,
    recognised=actions,
    captions=st.lists(names, max_size=4).map(tuple),
    goal=names,
    excluded=st.frozensets(names, max_size=3),
    first=st.integers(0, 9),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def bank(store: Store) -> ExampleBank:
    return ExampleBank(store.database)


def test_a_bank_is_added_once_and_replaced_by_other_content(bank: ExampleBank) -> None:
    other = ActionSequence("tea", "garden", (WASH,))
    assert bank.add("mine", [TEA], KITCHEN) == "added"
    assert bank.add("mine", [TEA], KITCHEN) == "unchanged"
    assert bank.add("mine", [TEA]) == "replaced"
    assert bank.add("mine", [TEA, other]) == "replaced"
    assert bank.add("also", [other], KITCHEN) == "added"
    assert bank.names() == ("also", "mine")
    assert bank.banks() == (
        BankInfo("also", "kitchen", sequences=1, videos=1, actions=1),
        BankInfo("mine", "mine", sequences=2, videos=2, actions=4),
    )
    assert bank.find("mine").actions == 4
    bank.remove("mine")
    assert bank.names() == ("also",)
    assert bank.sequences("also") == (other,)


@given(given_sequences=st.lists(sequences, min_size=1, max_size=3))
def test_what_was_added_comes_back_as_it_was(
    given_sequences: list[ActionSequence], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with Store.open(tmp_path_factory.mktemp("library")) as store:
        bank = ExampleBank(store.database)
        bank.add("mine", given_sequences, KITCHEN)
        assert bank.sequences("mine") == tuple(given_sequences)
        again = bank.add("mine", bank.sequences("mine"), bank.taxonomy("mine"))
        assert again == "unchanged"


def test_a_bank_keeps_the_taxonomy_of_its_words(bank: ExampleBank) -> None:
    bank.add("mine", [TEA], KITCHEN)
    bank.add("own", [TEA])
    kept = bank.taxonomy("mine")
    assert (kept.name, kept.nouns.labels) == ("kitchen", ("cup", "ball", "ball"))
    found = kept.verbs.find("grab"), kept.nouns.find("ball")
    assert [match and match.index for match in found] == [0, 2]
    own = bank.taxonomy("own")
    assert (own.name, own.verbs.labels, own.nouns.labels) == ("own", ("take", "wash"), ("cup",))
    with pytest.raises(DatasetError, match="each label must be unlike the others"):
        bank.add(
            "torn", [ActionSequence("a", "a", (Action("turn on", "x"), Action("turn-on", "x")))]
        )


def test_banks_outlive_the_process_that_added_them(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder()) as library:
        library.examples.add("mine", [TEA])
    with Library.open(tmp_path, HashEmbedder()) as library:
        assert library.examples.sequences("mine") == (TEA,)


def failing() -> Iterator[ActionSequence]:
    yield TEA
    raise KeyError("the file ended early")


def test_a_failed_import_changes_nothing(bank: ExampleBank) -> None:
    bank.add("mine", [TEA])
    with pytest.raises(KeyError):
        bank.add("mine", failing())
    assert bank.sequences("mine") == (TEA,)


def test_many_may_add_the_same_bank_at_once(store: Store) -> None:
    bank = ExampleBank(store.database)
    with ThreadPoolExecutor(8) as pool:
        added = [pool.submit(bank.add, "mine", [TEA] * 50) for _ in range(8)]
    changes = [future.result() for future in added]
    assert sorted(changes) == ["added", *["unchanged"] * 7]
    assert len(bank.sequences("mine")) == 50


def test_a_large_bank_is_read_whole(bank: ExampleBank) -> None:
    clip = [Action(f"verb {number % 97}", f"noun {number % 300}") for number in range(130)]
    bank.add("large", [ActionSequence(f"{n}", f"{n}", tuple(clip)) for n in range(500)])
    assert len(bank.sequences("large")) == 500


@pytest.mark.parametrize(
    "own",
    ["hash-1", "kitchen", "kitchen.mp4", "/videos/kitchen.mp4", "other\\kitchen.mkv", "sister"],
)
def test_no_example_is_of_the_querys_own_video(bank: ExampleBank, own: str) -> None:
    stranger = ActionSequence("far", "garden", (TAKE,))
    bank.add("mine", [ActionSequence("near", own, (TAKE,)), stranger])
    query = ActionWindow("q_7", "hash-1", (TAKE,), excluded=frozenset({"sister"}))
    assert bank.sequences_for("mine", query, video_info()) == (stranger,)


@pytest.mark.parametrize("own", ["P01_01", "P01_01.MP4", "P01/P01_01"])
def test_a_querys_video_is_known_by_any_spelling(bank: ExampleBank, own: str) -> None:
    bank.add("mine", [ActionSequence("near", own, (TAKE,)), TEA])
    assert bank.sequences_for("mine", ActionWindow("q_7", "videos/P01_01.mp4", ())) == (TEA,)


def test_a_bank_that_is_not_there(bank: ExampleBank) -> None:
    advice = r"no example bank 'tea'; there are none yet: `foretell examples add`"
    for ask in (bank.sequences, bank.find, bank.taxonomy, bank.remove):
        with pytest.raises(MemoryStoreError, match=advice):
            ask("tea")
    bank.add("mine", [TEA])
    with pytest.raises(MemoryStoreError, match="no example bank 'tea'; there are 'mine'"):
        bank.sequences("tea")


@pytest.mark.parametrize("name", ["", " ", "everyday"])
def test_names_that_no_bank_may_have(bank: ExampleBank, name: str) -> None:
    with pytest.raises(MemoryStoreError, match=f"cannot be called {name!r}; give a name, other"):
        bank.add(name, [TEA])


def test_an_empty_bank(bank: ExampleBank) -> None:
    with pytest.raises(MemoryStoreError, match="'mine' would be empty; give some sequences"):
        bank.add("mine", [])


def library_of_schema_1(folder: Path) -> None:
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        connection.executescript(
            f"{TIMELINES} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 1;"
        )


def test_a_library_of_schema_1_is_upgraded_in_place(tmp_path: Path) -> None:
    library_of_schema_1(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute("INSERT INTO videos (content_hash, info) VALUES ('hash-9', '{}')")
    with Store.open(tmp_path) as store:
        assert store.database.read("SELECT content_hash FROM videos") == [("hash-9",)]
        assert store.database.read("PRAGMA user_version") == [(SCHEMA_VERSION,)]
        assert ExampleBank(store.database).add("mine", [TEA]) == "added"
        fill(store, ["cuts an onion"])
    with Store.open(tmp_path) as store:
        assert len(store.events("hash-1")) == 1
        assert ExampleBank(store.database).sequences("mine") == (TEA,)


def test_many_may_upgrade_the_same_library_at_once(tmp_path: Path) -> None:
    library_of_schema_1(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(Store.open, [tmp_path] * 8))
    for store in stores:
        assert ExampleBank(store.database).names() == ()
        store.close()


def test_a_failed_upgrade_changes_nothing(tmp_path: Path) -> None:
    library_of_schema_1(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute("CREATE TABLE example_sequences (in_the_way INTEGER)")
        with pytest.raises(MemoryStoreError, match=r"library\.sqlite' failed with"):
            Store.open(tmp_path)
        assert connection.execute("PRAGMA user_version").fetchall() == [(1,)]
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema")]
        assert "example_banks" not in tables
