"""The library outlives us: it is upgraded with a copy kept, can be asked where it may only be read,
and is checked and mended."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from foretell.cli import app
from foretell.errors import MemoryStoreError
from foretell.memory import schema
from foretell.memory.check_up import check_up
from foretell.memory.database import Database
from foretell.memory.embedding.embedders import HashEmbedder
from foretell.memory.library import INDEX_NAME, Library
from foretell.memory.read_only import connect_to_read
from foretell.memory.store import FILE_NAME, Store
from tests.memory.records import SOURCE, event, fill, video_info

TEXTS = ["the dog runs", "a cat sleeps", "rain falls", "a man cooks rice"]
ORPHAN = "INSERT INTO events (track, kind, start, end, text) VALUES (99, 'caption', 0, 1, 'x')"
SAID = ("file", "rows", "vectors", "index", "kept texts")


def of_schema(folder: Path, version: int) -> Path:
    """Makes a library as an earlier foretell did, with one video of one event."""
    folder.mkdir(exist_ok=True)
    file = folder / FILE_NAME
    with Store.open(folder / "now") as now:
        fill(now, ["rain falls"])
        info = now.database.read("SELECT info FROM videos")[0][0]
    shutil.rmtree(folder / "now")
    with closing(sqlite3.connect(file)) as made:
        for script in schema.SCHEMA[:version]:
            made.executescript(script)
        made.execute("INSERT INTO videos (content_hash, info) VALUES ('hash-1', ?)", (info,))
        made.execute(
            "INSERT INTO tracks (video, source, settings, done) VALUES (1, ?, '', 1)", (SOURCE,)
        )
        made.execute(
            "INSERT INTO events (track, kind, start, end, text) "
            "VALUES (1, 'caption', 0, 1, 'rain falls')"
        )
        made.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        made.execute(f"PRAGMA user_version = {version}")
        made.commit()
    return file


def version_of(file: Path) -> int:
    with closing(sqlite3.connect(file)) as opened:
        ((version,),) = opened.execute("PRAGMA user_version")
    return int(version)


@pytest.mark.parametrize("version", range(1, schema.SCHEMA_VERSION))
def test_each_schema_is_upgraded_and_a_copy_is_kept(tmp_path: Path, version: int) -> None:
    file = of_schema(tmp_path, version)
    for _ in range(2):
        with Store.open(tmp_path) as store:
            assert [held.text for held in store.events("hash-1")] == ["rain falls"]
            assert store.tracks("hash-1")[0].done
    assert version_of(file) == schema.SCHEMA_VERSION
    copies = sorted(path.name for path in tmp_path.glob(f"{FILE_NAME}.*"))
    assert copies == [f"{FILE_NAME}.schema-{version}"]
    assert version_of(tmp_path / copies[0]) == version


def test_an_upgrade_goes_on_where_it_was_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = of_schema(tmp_path, 2)
    scripts = (*schema.SCHEMA[:4], "NO SUCH STATEMENT;", *schema.SCHEMA[5:])
    monkeypatch.setattr("foretell.memory.database.SCHEMA", scripts)
    with pytest.raises(MemoryStoreError):
        Store.open(tmp_path)
    assert version_of(file) == 4
    monkeypatch.undo()
    with Store.open(tmp_path) as store:
        assert len(store.events("hash-1")) == 1
    assert version_of(tmp_path / f"{FILE_NAME}.schema-2") == 2


def test_without_room_for_the_copy_it_stays_as_it_was(tmp_path: Path) -> None:
    file = of_schema(tmp_path, 1)
    (tmp_path / f"{FILE_NAME}.schema-1").mkdir()
    with pytest.raises(MemoryStoreError, match=r"cannot keep a copy .* it stays as it was"):
        Store.open(tmp_path)
    assert version_of(file) == 1


ASKS = """
import os
import sys
import faiss
import filelock
from foretell.errors import ForetellError
from foretell.memory.conversations import Message
from foretell.memory.embedding.embedders import HashEmbedder
from foretell.memory.library import Library
from foretell.types import Thumbnail

if os.getuid() == 0:  # what is imported lies where nobody else may look, perhaps
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
with Library.open(sys.argv[1], HashEmbedder()) as library:
    for _ in range(2):
        for videos in (None, ["hash-1"]):
            print(library.search("rain falls", k=1, videos=videos)[0].event.text)
    library.store.remember_file(sys.argv[1], "hash-1")
    library.store.note_path("hash-1", "/elsewhere.mp4")
    for said in ("who runs?", "who sleeps?"):
        talk = library.conversations.begin().id
        for role in ("user", "assistant"):
            library.conversations.append(talk, Message(role, said))
        print(*(message.content for message in library.conversations.messages(talk)))
    print(len({one.id for one in library.conversations.latest()}))
    for keep in (
        lambda: library.store.begin_track("hash-1", "other", ""),
        lambda: library.store.forget_video("hash-1"),
        lambda: library.store.put_thumbnail("hash-1", Thumbnail(0.0, b"")),
    ):
        try:
            keep()
        except ForetellError as error:
            print(str(error).partition(" may only be read")[1])
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that a process without rights can reach."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o755)
        yield folder / "library"


def without_rights(code: str, folder: Path) -> str:
    """Runs a script as somebody who may write nowhere, and gives what it prints."""
    command = [sys.executable, "-W", "error", "-c", code, str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    assert ran.returncode == 0
    return ran.stdout


def embedded(folder: Path) -> None:
    with Library.open(folder, HashEmbedder()) as library:
        fill(library.store, TEXTS)
        library.embed_pending()


def pending(folder: Path) -> None:
    with Library.open(folder, HashEmbedder()) as library:
        fill(library.store, TEXTS)


def left_by_a_kill(folder: Path) -> None:
    """The latest rows stand in the log beside the file."""
    code = (
        "import os, sys; from pathlib import Path; "
        "from tests.reliability.test_library_outlives import pending; "
        "from foretell.memory.store import Store; from tests.memory.records import fill; "
        "fill(Store.open(sys.argv[1]), ['a cat sleeps', 'rain falls']); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(folder)], check=False)
    assert (folder / f"{FILE_NAME}-wal").stat().st_size
    (folder / f"{FILE_NAME}-shm").unlink()


def of_an_old_schema(folder: Path) -> None:
    of_schema(folder, 2)


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file() and not path.name.endswith("-shm")]


@pytest.mark.skipif(os.name == "nt", reason="rights are those of POSIX")
@pytest.mark.parametrize(
    ("made", "only"),
    [
        (embedded, "folder"),
        (pending, "file"),
        (left_by_a_kill, "folder"),
        (of_an_old_schema, "file"),
    ],
)
def test_a_library_that_may_only_be_read_can_be_asked(
    open_folder: Path, made: Callable[[Path], object], only: str
) -> None:
    made(open_folder)
    for path in files_of(open_folder):
        path.chmod(0o444)
    open_folder.chmod(0o555 if only == "folder" else 0o777)
    before = {path: path.read_bytes() for path in files_of(open_folder)}
    told = without_rights(ASKS, open_folder).splitlines()
    talk = ["who runs? who runs?", "who sleeps? who sleeps?", "2"]
    assert told == ["rain falls"] * 4 + talk + [" may only be read"] * 3
    assert {path: path.read_bytes() for path in files_of(open_folder)} == before
    open_folder.chmod(0o755)


def test_rows_in_the_log_are_read_while_somebody_has_it_open(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        fill(store, ["rain falls"])
        with closing(connect_to_read(tmp_path / FILE_NAME)) as reading:
            assert reading.execute("SELECT text FROM events").fetchall() == [("rain falls",)]


def broken_faults(folder: Path) -> dict[str, str]:
    """Checks a library, and gives what was told of each part that was not sound."""
    checks = check_up(folder)
    assert tuple(check.part for check in checks) == SAID
    assert all(check.ok == (check.told == "no fault") for check in checks)
    return {check.part: check.told for check in checks if not check.ok}


def nearest(folder: Path, query: str) -> str:
    with Library.open(folder, HashEmbedder()) as library:
        return library.search(query, k=1)[0].event.text


def many(folder: Path) -> None:
    """So many events that they are searched by the index."""
    texts = [f"thing {number}" for number in range(1100)]
    with Library.open(folder, HashEmbedder()) as library:
        library.store.put_video(video_info())
        library.store.begin_track("hash-1", SOURCE, "settings")
        told = [event(text, float(at), at + 1.0) for at, text in enumerate(texts)]
        library.store.append_events("hash-1", SOURCE, told)
        library.search("thing 7", k=1)


def test_a_sound_library_has_no_fault(tmp_path: Path) -> None:
    assert [check.told for check in check_up(tmp_path)] == [
        "there is none yet; the first video that is watched makes it"
    ]
    assert not list(tmp_path.iterdir())
    many(tmp_path)
    assert broken_faults(tmp_path) == {}
    with Library.open(tmp_path, HashEmbedder()) as library:
        library.store.append_event("hash-1", event("rain falls", 2000.0, 2001.0))
    assert broken_faults(tmp_path) == {}


def changed(folder: Path, *statements: str) -> None:
    """Changes a library behind its back."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    ("statement", "part", "told"),
    [
        (ORPHAN, "rows", "1 rows belong to nothing: deleted"),
        ("DELETE FROM videos", "rows", "rows belong to nothing: deleted"),
        ("UPDATE videos SET info = '{\"path\"'", "rows", "1 rows cannot be read: deleted"),
        ("UPDATE tracks SET remarks = 'x'", "rows", "1 rows cannot be read: deleted"),
        ("UPDATE vectors SET vector = x'00' WHERE event = 2", "vectors", "1 are of a wrong length"),
        ("DELETE FROM vectors WHERE event = 3", "vectors", "1 events were taken for embedded"),
    ],
)
def test_what_is_wrong_in_rows_is_mended(
    tmp_path: Path, statement: str, part: str, told: str
) -> None:
    embedded(tmp_path)
    changed(tmp_path, statement)
    assert told in broken_faults(tmp_path)[part]
    assert broken_faults(tmp_path) == {}
    with Library.open(tmp_path, HashEmbedder()) as library:
        for video in library.store.videos():
            for text in [held.text for held in library.store.events(video.content_hash)]:
                assert library.search(text, k=1)[0].event.text == text


@pytest.mark.parametrize("damage", [b"\0", b"damaged"])
def test_a_damaged_index_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    many(tmp_path)
    found = nearest(tmp_path, "thing 700")
    (tmp_path / INDEX_NAME).write_bytes(damage * 1000)
    assert broken_faults(tmp_path) == {"index": "it was damaged or of another state: made anew"}
    assert (tmp_path / INDEX_NAME).stat().st_size > 100_000
    assert broken_faults(tmp_path) == {}
    assert nearest(tmp_path, "thing 700") == found


TABLE_LEAF, INDEX_LEAF = 13, 10
"""First bytes of a page, after "B-tree Pages" of SQLite's file format."""


def damage_a_page(file: Path, kind: int) -> bytes:
    """Damages a page of events, or of their index, and gives what the file holds then."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ((size,),) = connection.execute("PRAGMA page_size")
    content = bytearray(file.read_bytes())
    for start in range(0, len(content), size):
        page = content[start : start + size]
        if page[0] == kind and b"thing 500" in page:
            content[start : start + size] = b"\x5a" * size
    file.write_bytes(content)
    return bytes(content)


def test_what_can_be_read_of_a_damaged_file_is_saved(tmp_path: Path) -> None:
    many(tmp_path)
    damaged = damage_a_page(tmp_path / FILE_NAME, TABLE_LEAF)
    told = broken_faults(tmp_path)
    assert f"the damaged file is kept as '{FILE_NAME}.set-aside'" in told["file"]
    assert (tmp_path / f"{FILE_NAME}.set-aside").read_bytes() == damaged
    assert broken_faults(tmp_path) == {}
    with Store.open(tmp_path) as store:
        left = {held.text for held in store.events("hash-1")}
    assert 900 < len(left) < 1100
    assert {"thing 0", "thing 1099"} <= left
    assert nearest(tmp_path, "thing 1099") in left


def test_nothing_is_lost_where_only_an_index_of_sqlite_is_damaged(tmp_path: Path) -> None:
    many(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, '(conversation)', '(role)') "
            "WHERE name = 'messages_of_conversation'"
        )
        connection.commit()
    changed(
        tmp_path,
        "INSERT INTO conversations VALUES (1, 'a', 0, ''), (2, 'b', 0, '')",
        "INSERT INTO messages VALUES (1, 1, 'b', '', '{}'), (2, 2, 'a', '', '{}')",
    )
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, '(role)', '(conversation)') "
            "WHERE name = 'messages_of_conversation'"
        )
        connection.commit()
    assert broken_faults(tmp_path)["file"].endswith("its indexes were made anew")
    assert broken_faults(tmp_path) == {}
    with Store.open(tmp_path) as store:
        assert len(store.events("hash-1")) == 1100


def test_a_file_of_which_nothing_can_be_read_stays(tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    file.write_bytes(b"a film, perhaps" * 1000)
    with pytest.raises(MemoryStoreError, match="move it away and watch the videos again"):
        check_up(tmp_path)
    assert file.read_bytes() == b"a film, perhaps" * 1000
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_the_database_of_another_program_is_not_mended(tmp_path: Path) -> None:
    changed(tmp_path, "CREATE TABLE songs (title TEXT)")
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(MemoryStoreError, match="is a database of another program"):
        check_up(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_damaged_replies_are_set_aside(tmp_path: Path) -> None:
    embedded(tmp_path)
    (tmp_path / "replies.sqlite").write_bytes(b"damaged" * 1000)
    assert "begun anew" in broken_faults(tmp_path)["kept texts"]
    assert (tmp_path / "replies.sqlite.set-aside").exists()
    assert broken_faults(tmp_path) == {}


@pytest.mark.parametrize("named", [True, False])
def test_the_doctor_says_what_it_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    embedded(tmp_path)
    changed(tmp_path, "DELETE FROM videos")
    monkeypatch.setenv("FORETELL_LIBRARY", str(tmp_path if not named else tmp_path / "other"))
    monkeypatch.setenv("FORETELL_EMBEDDER", "hash")
    given = ["doctor", "--library", *([str(tmp_path)] if named else []), "--json"]
    for ok in (False, True):
        ran = CliRunner().invoke(app, given)
        found = {one["part"]: one for one in json.loads(ran.stdout)}
        assert found["library: rows"]["ok"] is ok
        assert ("deleted" in found["library: rows"]["found"]) is not ok
        assert [found[f"library: {part}"]["ok"] for part in ("file", "index")] == [True, True]


def test_a_database_that_may_only_be_read_is_told(tmp_path: Path) -> None:
    embedded(tmp_path)
    with closing(Database(tmp_path / FILE_NAME)) as database:
        assert not database.is_read_only
