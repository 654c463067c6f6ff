from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from foretell.errors import MemoryStoreError
from foretell.memory.database import Database
from foretell.memory.store import FILE_NAME, Store
from tests.memory.records import event, fill

APPENDER = """
import sys
from foretell.memory.database import Database
from foretell.memory.store import Store
from foretell.types import Event, Interval
first = int(sys.argv[2])
with Store.open(sys.argv[1]) as store:
    for number in range(first, first + int(sys.argv[3])):
        interval = Interval(float(number), number + 1.0)
        store.append_event("hash-1", Event(interval, "caption", str(number), sys.argv[4]))
        if number == first:
            print("begun", flush=True)
"""


def appender(folder: Path, first: int, count: int, source: str) -> subprocess.Popen[str]:
    """A process that appends events to the first video, one after the other."""
    arguments = [sys.executable, "-c", APPENDER, str(folder), str(first), str(count), source]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def test_a_killed_writer_leaves_a_whole_prefix(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        fill(store, [])
        source = store.tracks("hash-1")[0].source
    chance, kept = random.Random(0), 0
    for _ in range(6):
        with appender(tmp_path, kept, 1_000_000, source) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            time.sleep(chance.uniform(0.0, 0.08))
            process.kill()
        with Store.open(tmp_path) as store:
            assert store.database.read("PRAGMA integrity_check") == [("ok",)]
            texts = [one.text for one in store.events("hash-1")]
        assert texts == [str(number) for number in range(len(texts))]
        assert len(texts) > kept
        kept = len(texts)


def test_two_writers_wait_for_each_other(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        fill(store, [])
        source = store.tracks("hash-1")[0].source
        processes = [appender(tmp_path, first, 200, source) for first in (0, 200)]
        while any(process.poll() is None for process in processes):
            store.events("hash-1")
            time.sleep(0.02)
        for process in processes:
            assert process.communicate()[0] == "begun\n"
            assert process.returncode == 0
        found = {one.text for one in store.events("hash-1")}
    assert found == {str(number) for number in range(400)}


def test_many_may_make_the_same_library_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(Store.open, [tmp_path] * 8))
    fill(stores[0], ["cuts an onion"])
    for store in stores:
        assert len(store.events("hash-1")) == 1
        store.close()


def test_who_opens_a_library_waits_for_who_is_making_it(tmp_path: Path) -> None:
    making = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None, check_same_thread=False)
    making.execute("BEGIN IMMEDIATE")
    ended = threading.Timer(0.3, making.execute, ["COMMIT"])
    ended.start()
    with Store.open(tmp_path) as store:
        ended.join()
        fill(store, ["cuts an onion"])
        assert len(store.events("hash-1")) == 1
    making.close()


def test_a_library_that_is_being_made_for_too_long(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as making:
        making.execute("BEGIN IMMEDIATE")
        with pytest.raises(MemoryStoreError, match="another process is writing to it: try again"):
            Database(tmp_path / FILE_NAME, busy_seconds=0.1)


def delete_and_fail(store: Store) -> None:
    with store.database.write() as connection:
        connection.execute("DELETE FROM events")
        raise KeyError("something else went wrong")


def test_a_failed_write_changes_nothing(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        fill(store, ["cuts an onion"])
        with pytest.raises(KeyError):
            delete_and_fail(store)
        assert len(store.events("hash-1")) == 1
        store.append_event("hash-1", event("and goes on"))


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"a film, perhaps" * 1000)
    with pytest.raises(MemoryStoreError, match=r"failed with .*, move it away and watch the"):
        Store.open(tmp_path)


def test_a_damaged_file(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        fill(store, [f"step {number}" for number in range(400)])
    path = tmp_path / FILE_NAME
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    path.write_bytes(content)
    with (
        pytest.raises(MemoryStoreError, match="it is damaged: `foretell doctor --library"),
        Store.open(tmp_path) as store,
    ):
        store.events("hash-1")


def test_a_database_of_another_program(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    with pytest.raises(MemoryStoreError, match="is a database of another program; choose"):
        Store.open(tmp_path)


def test_a_newer_schema(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, store.database.write() as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(
        MemoryStoreError, match=r"schema 99, and this foretell reads schemas 1 to \d"
    ):
        Store.open(tmp_path)


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(MemoryStoreError, match=r"failed with .*; see that its folder exists"):
        Store.open(tmp_path)


def test_a_closed_store(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    store.close()
    store.close()
    with pytest.raises(MemoryStoreError, match=r"failed with .*that it is still open"):
        store.videos()


def test_a_library_that_another_process_keeps_locked(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        fill(store, [])
        with (
            closing(Database(tmp_path / FILE_NAME, busy_seconds=0.05)) as impatient,
            store.database.write(),
            pytest.raises(MemoryStoreError, match="another process is writing to it: try again"),
            impatient.write(),
        ):
            pytest.fail("both write at once")


def test_a_full_disk(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        fill(store, ["cuts an onion"])
        store.database.read("PRAGMA max_page_count = 1")
        with pytest.raises(MemoryStoreError, match="the disk is full: make room and try again"):
            store.append_event("hash-1", event("boils water " * 20_000))
        assert [one.text for one in store.events("hash-1")] == ["cuts an onion"]
