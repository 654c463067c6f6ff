"""The vectors of words are kept in the library, number by number."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from foretell.memory.embedding.embedders import HashEmbedder
from foretell.memory.embedding.held_vectors import SHORT
from foretell.memory.embedding.kept_embedder import MOST_KEPT, KeptEmbedder
from foretell.memory.library import Library
from foretell.memory.store import Store

WORDS = ["milk", "a glass of milk", "milk", ""]
LONG = "milk " * SHORT


class CountingEmbedder(HashEmbedder):
    """Notes what it is asked for."""

    def __init__(self, dimension: int = 256) -> None:
        super().__init__(dimension)
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return super().embed(texts)


def test_another_process_finds_what_one_has_embedded(tmp_path: Path) -> None:
    for asked in (["milk", "a glass of milk", "", LONG], [LONG]):
        counting = CountingEmbedder()
        with Store.open(tmp_path) as store:
            vectors = KeptEmbedder(counting, store.database).embed([*WORDS, LONG])
        assert np.array_equal(vectors, HashEmbedder().embed([*WORDS, LONG]))
        assert counting.asked == asked


def test_one_process_asks_the_library_once(tmp_path: Path) -> None:
    counting = CountingEmbedder()
    with Store.open(tmp_path) as store:
        kept = KeptEmbedder(counting, store.database)
        first = kept.embed(WORDS)
        with store.database.write() as connection:
            connection.execute("DELETE FROM text_vectors")
        assert np.array_equal(kept.embed(WORDS), first)
    assert len(counting.asked) == 3


def test_vectors_of_another_embedder_are_not_taken(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        KeptEmbedder(HashEmbedder(), store.database).embed(WORDS)
        other = KeptEmbedder(HashEmbedder(64), store.database)
        assert np.array_equal(other.embed(WORDS), HashEmbedder(64).embed(WORDS))
        assert (other.id, other.dimension) == ("hash-64", 64)


def test_the_oldest_go_where_there_are_too_many(tmp_path: Path) -> None:
    counting = CountingEmbedder(8)
    with Store.open(tmp_path) as store:
        kept = KeptEmbedder(counting, store.database)
        kept.embed(["first"])
        kept.embed([f"word {number}" for number in range(MOST_KEPT)])
        ((count,),) = store.database.read("SELECT count(*) FROM text_vectors")
    assert count == MOST_KEPT
    with Store.open(tmp_path) as store:
        KeptEmbedder(counting, store.database).embed(["first", "word 7"])
    assert counting.asked[-1] == "first"


def test_a_library_keeps_the_words_of_what_it_is_asked(tmp_path: Path) -> None:
    for asked in (["where is the milk"], []):
        counting = CountingEmbedder()
        with Library.open(tmp_path, counting) as library:
            library.text_vector("where is the milk")
        assert counting.asked == asked


def test_a_kept_vector_of_another_length_is_made_again(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        KeptEmbedder(HashEmbedder(), store.database).embed(WORDS)
        with store.database.write() as connection:
            connection.execute("UPDATE text_vectors SET vector = x'00'")
        for asked in (["milk", "a glass of milk", ""], []):
            counting = CountingEmbedder()
            again = KeptEmbedder(counting, store.database).embed(WORDS)
            assert np.array_equal(again, HashEmbedder().embed(WORDS))
            assert counting.asked == asked


def test_vectors_that_cannot_be_kept_are_given(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Store.open(tmp_path) as store:
        with store.database.write() as connection:
            connection.execute(
                "CREATE TRIGGER full BEFORE INSERT ON text_vectors "
                "BEGIN SELECT raise(FAIL, 'full'); END"
            )
        kept = KeptEmbedder(HashEmbedder(), store.database)
        for words in (["milk"], ["bread"]):
            assert np.array_equal(kept.embed(words), HashEmbedder().embed(words))
    assert len(caplog.messages) == 1
