"""The index proves whose it is, and can never break an answer."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from foretell.memory.embedding.embedders import HashEmbedder
from foretell.memory.index import VectorIndex
from foretell.memory.library import INDEX_NAME, Library
from tests.memory.records import fill

TEXTS = ["the dog runs", "a cat sleeps", "rain falls", "a man cooks rice"]
LIBRARY = ("library.sqlite", "library.sqlite-wal", "library.sqlite-shm")


def nearest(folder: Path, query: str) -> str:
    """Returns what a search of the whole library finds first."""
    with Library.open(folder, HashEmbedder()) as library:
        return library.search(query, k=1)[0].event.text


def filled(folder: Path, texts: list[str], content_hash: str) -> None:
    with Library.open(folder, HashEmbedder()) as library:
        fill(library.store, texts, content_hash)
        library.embed_pending()


def test_an_index_of_another_library_is_not_believed(tmp_path: Path) -> None:
    filled(tmp_path, TEXTS, "hash-1")
    for name in LIBRARY:
        (tmp_path / name).unlink(missing_ok=True)
    filled(tmp_path, TEXTS[::-1], "hash-2")
    assert nearest(tmp_path, "the dog runs") == "the dog runs"


def test_the_index_of_a_later_state_is_not_believed(tmp_path: Path) -> None:
    """A copy of the library is put back, and goes on otherwise than the one it was made of."""
    filled(tmp_path, TEXTS[:2], "hash-1")
    with closing(sqlite3.connect(tmp_path / "library.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = shutil.copy(tmp_path / "library.sqlite", tmp_path / "copy")
    filled(tmp_path, TEXTS[2:], "hash-2")
    for name in LIBRARY:
        (tmp_path / name).unlink(missing_ok=True)
    Path(copy).rename(tmp_path / "library.sqlite")
    filled(tmp_path, TEXTS[:1:-1], "hash-2")
    for text in TEXTS:
        assert nearest(tmp_path, text) == text


@pytest.mark.parametrize("changed", ["id", "embedder", "dimension", "sha256"])
def test_an_index_that_another_process_wrote_by_halves(tmp_path: Path, changed: str) -> None:
    """Killed between two files, or before the commit: what is named and what is there differ."""
    filled(tmp_path, TEXTS, "hash-1")
    beside = tmp_path / f"{INDEX_NAME}.json"
    beside.write_text(beside.read_text().replace(f'"{changed}":', f'"{changed}":1'))
    assert nearest(tmp_path, "rain falls") == "rain falls"


@pytest.mark.parametrize("failure", [OSError(28, "no space"), RuntimeError("write error")])
def test_an_index_that_cannot_be_written_is_a_note(
    tmp_path: Path,
    failure: Exception,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails(index: VectorIndex, path: str) -> None:
        Path(path).write_bytes(b"a part")
        raise failure

    monkeypatch.setattr(VectorIndex, "write", fails)
    with Library.open(tmp_path, HashEmbedder()) as library:
        fill(library.store, TEXTS)
        assert library.search("a cat sleeps", k=1)[0].event.text == "a cat sleeps"
        fill(library.store, TEXTS, "hash-2")
        assert library.search("a cat sleeps", k=1)[0].event.text == "a cat sleeps"
    (told,) = caplog.messages
    assert told.startswith("cannot save the index ")
    assert not list(tmp_path.glob(f"{INDEX_NAME}*"))


def test_what_a_kill_left_is_removed_on_opening(tmp_path: Path) -> None:
    filled(tmp_path, TEXTS, "hash-1")
    for ending in (".new", ".json.new", ".k1ll3d"):
        (tmp_path / f"{INDEX_NAME}{ending}").write_bytes(b"a part")
    with Library.open(tmp_path, HashEmbedder()):
        left = {path.name for path in tmp_path.glob(f"{INDEX_NAME}*")}
    assert left == {INDEX_NAME, f"{INDEX_NAME}.json"}
