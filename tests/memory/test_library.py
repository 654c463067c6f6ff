from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from foretell.errors import ConfigError, MemoryStoreError, ModelError
from foretell.memory.embedding.embedders import HashEmbedder
from foretell.memory.library import FEW, INDEX_NAME, Library
from foretell.memory.stretches import STRETCH
from foretell.types import Hit, Interval
from tests.memory.records import SOURCE, event, fill

TEXTS = ["cuts an onion", "peels an onion", "boils water", "fries the onion in a pan", "eats"]


class CountingEmbedder(HashEmbedder):
    """Counts the texts it was given, and fails on a text that it is told to."""

    def __init__(self, refused: str = "") -> None:
        super().__init__()
        self.texts: list[str] = []
        self.refused = refused

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.refused in texts:
            raise ModelError(f"refused {self.refused!r}")
        self.texts.extend(texts)
        return super().embed(texts)


class NamesakeEmbedder(HashEmbedder):
    """Has the name of another embedder, and vectors of another length."""

    def __init__(self) -> None:
        super().__init__(dimension=32)
        self.id = "hash-256"


def texts(hits: Sequence[Hit]) -> list[str]:
    return [hit.event.text for hit in hits]


def test_a_search_gives_the_nearest_first(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder()) as library:
        fill(library.store, TEXTS)
        hits = library.search("cuts an onion", k=3)
        assert texts(hits)[:2] == ["cuts an onion", "peels an onion"]
        assert hits[0].score == pytest.approx(1.0, abs=2e-3)
        assert hits[0].score > hits[1].score > hits[2].score > 0.0
        assert hits[0].video == library.store.video("hash-1")
        assert hits[0].event == library.store.events("hash-1")[0]


def test_filters_come_before_the_search(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder()) as library:
        fill(library.store, [f"cuts onion number {number}" for number in range(100)])
        fill(library.store, TEXTS, "hash-2")
        action = library.store.append_event("hash-2", event("sleeps", 9.0, 12.0, "action"))
        assert len(library.search("cuts onion number 1", k=5, exclude_videos=["hash-1"])) == 5
        found = library.search("cuts onion number 1", videos=["hash-2"], k=100)
        assert sorted(texts(found)) == sorted([*TEXTS, "sleeps"])
        assert [hit.event for hit in library.search("onion", kinds=["action"])] == [action]
        late = library.search("onion", within=Interval(98.5, 99.0))
        assert texts(late) == ["cuts onion number 98"]
        assert library.search("onion", kinds=["speech"]) == []
        assert library.search("onion", videos=[]) == []


def test_diversity_gives_hits_unlike_each_other(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder()) as library:
        fill(library.store, ["fries the onion", "fries the onion!", "cuts the onion"])
        query = "cuts and fries the onion"
        nearest = texts(library.search(query, k=2))
        assert sorted(nearest) == ["fries the onion", "fries the onion!"]
        diverse = library.search(query, k=2, diversity=0.5)
        assert texts(diverse) == ["fries the onion", "cuts the onion"]
        alike = library.search(query, k=3, diversity=1.0)
        assert [hit.score for hit in alike] == pytest.approx(
            [hit.score for hit in library.search(query, k=3)], abs=1e-6
        )


def test_diversity_picks_from_no_fewer_than_k(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder()) as library:
        fill(library.store, TEXTS)
        assert len(library.search("onion", k=4, diversity=0.5, fetch_k=1)) == 4


def test_what_is_asked_wrongly_is_said(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder()) as library:
        fill(library.store, TEXTS)
        with pytest.raises(ConfigError, match="the query ' ' is empty; give some words"):
            library.search(" ")
        with pytest.raises(ConfigError, match="k must be 1 or more, got 0"):
            library.search("onion", k=0)
        with pytest.raises(ConfigError, match=r"diversity must be 0 to 1, got 2"):
            library.search("onion", diversity=2)
        with pytest.raises(MemoryStoreError, match="the library has no video 'hash-9'"):
            library.search("onion", videos=["hash-9"])


def test_an_empty_library_has_no_hits(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    with Library.open(tmp_path, embedder) as library:
        assert library.search("onion") == []
    assert embedder.texts == []


def test_each_event_is_embedded_once(tmp_path: Path) -> None:
    first, second = CountingEmbedder(), CountingEmbedder()
    with Library.open(tmp_path, first) as library:
        fill(library.store, TEXTS)
        library.search("onion")
        library.store.append_event("hash-1", event("washes up"))
        library.search("onion")
    assert first.texts == [*TEXTS, "onion", "washes up"]
    with Library.open(tmp_path, second) as library:
        assert texts(library.search("washes up", k=1)) == ["washes up"]
    assert second.texts == ["washes up"]


def test_embedding_goes_on_where_it_was_interrupted(tmp_path: Path) -> None:
    steps = [f"step {number}" for number in range(600)]
    seen: list[tuple[int, int]] = []
    with Library.open(tmp_path, CountingEmbedder(refused="step 300")) as library:
        fill(library.store, steps)
        with pytest.raises(ModelError, match="refused 'step 300'"):
            library.embed_pending(lambda done, total: seen.append((done, total)))
    embedder = CountingEmbedder()
    with Library.open(tmp_path, embedder) as library:
        assert library.embed_pending(lambda done, total: seen.append((done, total))) == 344
        assert library.embed_pending() == 0
    assert embedder.texts == steps[256:]
    before = [(done, 600) for done in range(STRETCH, 257, STRETCH)]
    after = [(done, 344) for done in range(STRETCH, 344, STRETCH)]
    assert seen == [*before, *after, (344, 344)]


def test_deleted_events_are_not_found(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder()) as library:
        fill(library.store, TEXTS)
        fill(library.store, ["cuts a carrot"], "hash-2")
        library.search("onion")
        library.store.begin_track("hash-1", SOURCE, "other settings")
        assert texts(library.search("onion", k=10)) == ["cuts a carrot"]
        library.store.forget_video("hash-2")
        assert library.search("onion") == []


def test_two_libraries_follow_each_other(tmp_path: Path) -> None:
    with (
        Library.open(tmp_path, HashEmbedder()) as one,
        Library.open(tmp_path, HashEmbedder()) as other,
    ):
        fill(one.store, TEXTS)
        assert texts(one.search("boils water", k=1)) == ["boils water"]
        assert texts(other.search("boils water", k=1)) == ["boils water"]
        fill(other.store, ["washes up"], "hash-2")
        assert texts(other.search("washes up", k=1)) == ["washes up"]
        assert texts(one.search("washes up", k=1)) == ["washes up"]


def test_a_saved_index_is_read_and_not_made_again(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder()) as library:
        fill(library.store, TEXTS)
        library.embed_pending()
    saved = (tmp_path / INDEX_NAME).stat()
    with Library.open(tmp_path, HashEmbedder()) as library:
        library.search("onion")
    assert (tmp_path / INDEX_NAME).stat().st_mtime_ns == saved.st_mtime_ns


@pytest.mark.parametrize("harm", ["missing", "damaged", "stale"])
def test_an_index_is_made_again_from_the_store(tmp_path: Path, harm: str) -> None:
    path = tmp_path / INDEX_NAME
    with Library.open(tmp_path, HashEmbedder()) as library:
        fill(library.store, TEXTS)
        expected = texts(library.search("fries an onion", k=5))
    if harm == "missing":
        path.unlink()
    elif harm == "damaged":
        path.write_bytes(path.read_bytes()[:-100])
    else:
        with Library.open(tmp_path, HashEmbedder()) as library:
            library.store.forget_video("hash-1")
            fill(library.store, TEXTS)
    with Library.open(tmp_path, HashEmbedder()) as library:
        assert texts(library.search("fries an onion", k=5)) == expected


def test_one_new_event_does_not_write_the_whole_index(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder()) as library:
        fill(library.store, [f"step {number}" for number in range(50)])
        library.search("step 1")
        before = (tmp_path / INDEX_NAME).stat().st_mtime_ns
        library.store.append_event("hash-1", event("one more"))
        assert texts(library.search("one more", k=1)) == ["one more"]
        assert (tmp_path / INDEX_NAME).stat().st_mtime_ns == before
    assert (tmp_path / INDEX_NAME).stat().st_mtime_ns > before


def test_another_embedder_is_refused(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder()) as library:
        fill(library.store, TEXTS)
        library.embed_pending()
    with pytest.raises(MemoryStoreError, match="made with the embedder 'hash-256', not 'hash-32'"):
        Library.open(tmp_path, HashEmbedder(32))
    with (
        Library.open(tmp_path, NamesakeEmbedder()) as library,
        pytest.raises(MemoryStoreError, match="vectors of length 256, and 'hash-256' gives 32"),
    ):
        library.search("onion")


def test_similarities_are_those_of_the_search(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder()) as library:
        events = fill(library.store, TEXTS)
        wanted = [events[3], events[0], events[3]]
        cosines = library.similarities(["cuts an onion", "eats"], wanted)
        assert cosines.shape == (2, 3)
        for row, query in enumerate(["cuts an onion", "eats"]):
            scores = {hit.event.id: hit.score for hit in library.search(query, k=5)}
            assert cosines[row] == pytest.approx([scores[one.id] for one in wanted], abs=1e-5)
        assert library.similarities([], events).shape == (0, 5)
        assert library.similarities(["onion"], []).shape == (1, 0)
        with pytest.raises(MemoryStoreError, match=r"event 'elsewhere' \(id None\) is not in"):
            library.similarities(["onion"], [events[0], event("elsewhere")])


def test_threads_share_a_library(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    with Library.open(tmp_path, embedder) as library:
        fill(library.store, [])
        together = threading.Barrier(6)

        def work(worker: int) -> list[str]:
            together.wait()
            found: list[str] = []
            for number in range(10):
                text = f"worker {worker} does thing {number}"
                library.store.append_event("hash-1", event(text))
                found += texts(library.search(text, k=1))
            return found

        with ThreadPoolExecutor(6) as pool:
            found = list(pool.map(work, range(6)))
    for worker in range(6):
        assert found[worker] == [f"worker {worker} does thing {number}" for number in range(10)]
    assert sum(text.startswith("worker") for text in embedder.texts) == 60 + 60


def test_reading_a_timeline_loads_no_model_and_no_index(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder()) as library:
        fill(library.store, TEXTS)
        library.embed_pending()
    script = (
        "import sys\n"
        "from foretell.config import Config\n"
        "from foretell.memory.embedding.embedders import load_embedder\n"
        "from foretell.memory.library import Library\n"
        "with Library.open(sys.argv[1], load_embedder(Config(embedder='hash'))) as library:\n"
        "    print(len(library.store.timeline('hash-1')))\n"
        "print([name for name in ('torch', 'faiss', 'transformers') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:2] == ["5", "[]"]


def test_few_events_are_compared_as_the_index_compares_them(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder()) as library:
        fill(library.store, [f"step {number % 300} of {number % 7}" for number in range(FEW)])
        by_index = library.search("step 7 of 3", k=40)
        assert len(by_index) == 40
        assert library.search("step 7 of 3", k=40, videos=["hash-1"]) == by_index
