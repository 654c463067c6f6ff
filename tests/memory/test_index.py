from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from foretell.errors import MemoryStoreError
from foretell.memory.index import VectorIndex
from foretell.memory.index_file import IndexFile
from foretell.memory.store import Store

DIMENSION = 24


def clustered(count: int, seed: int = 0, clusters: int = 40) -> NDArray[np.float32]:
    """(count, DIMENSION) unit vectors around `clusters` centres; exact in half precision."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(99).normal(size=(clusters, DIMENSION))
    rows = centres[random.integers(0, clusters, count)]
    rows = rows + 0.4 * random.normal(size=rows.shape)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float16).astype(np.float32)


def nearest(
    query: NDArray[np.float32], ids: NDArray[np.int64], vectors: NDArray[np.float32], k: int
) -> list[int]:
    order = np.argsort(-(vectors @ query), kind="stable")[:k]
    return [int(number) for number in ids[order]]


def filled(count: int, exact_limit: int = 200_000) -> tuple[VectorIndex, NDArray[np.int64]]:
    ids = np.arange(count, dtype=np.int64) * 3 + 5
    index = VectorIndex(DIMENSION, exact_limit)
    index.add(ids, clustered(count))
    index.organize()
    return index, ids


@pytest.fixture(scope="module")
def listed() -> VectorIndex:
    index, _ = filled(6000, exact_limit=1000)
    return index


def test_an_exact_search_finds_the_nearest() -> None:
    index, ids = filled(500)
    vectors = clustered(500)
    for query in clustered(20, seed=1):
        found, scores = index.search(query, 10)
        assert sorted(found.tolist()) == sorted(nearest(query, ids, vectors, 10))
        assert scores == pytest.approx(np.sort(vectors @ query)[::-1][:10], abs=1e-5)
        assert (np.diff(scores) <= 0).all()
    assert index.is_exact


@settings(deadline=None, max_examples=40)
@given(chosen=st.sets(st.integers(0, 199)), k=st.integers(1, 30), seed=st.integers(0, 99))
def test_only_allowed_vectors_are_found(chosen: set[int], k: int, seed: int) -> None:
    index, ids = filled(200)
    allowed = ids[sorted(chosen)]
    query = clustered(1, seed=seed)[0]
    found, _ = index.search(query, k, allowed)
    expected = nearest(query, allowed, index.vectors(allowed), k) if chosen else []
    assert len(found) == min(k, len(chosen))
    assert sorted(found.tolist()) == sorted(expected)


def test_lists_find_nearly_all_of_the_nearest(listed: VectorIndex) -> None:
    assert not listed.is_exact
    vectors, ids = clustered(6000), np.arange(6000, dtype=np.int64) * 3 + 5
    shared = 0
    for query in clustered(40, seed=2):
        found, _ = listed.search(query, 50)
        shared += len(set(found.tolist()) & set(nearest(query, ids, vectors, 50)))
    assert shared / (40 * 50) >= 0.97


@pytest.mark.parametrize(("k", "share"), [(300, 0.97), (1500, 1.0)])
def test_more_lists_are_searched_for_more(listed: VectorIndex, k: int, share: float) -> None:
    vectors, ids = clustered(6000), np.arange(6000, dtype=np.int64) * 3 + 5
    shared = 0
    for query in clustered(5, seed=4):
        found, scores = listed.search(query, k)
        assert len(found) == k
        assert scores[-1] >= np.sort(vectors @ query)[-k] - 0.05
        shared += len(set(found.tolist()) & set(nearest(query, ids, vectors, k)))
    assert shared / (5 * k) >= share


def test_every_list_is_searched_for_what_is_allowed(listed: VectorIndex) -> None:
    allowed = np.asarray([5, 3005, 18002], np.int64)
    for query in clustered(10, seed=3):
        found, _ = listed.search(query, 10, allowed)
        assert sorted(found.tolist()) == [5, 3005, 18002]


def test_vectors_come_back(listed: VectorIndex) -> None:
    ids = np.asarray([8, 5, 17], np.int64)
    assert np.array_equal(listed.vectors(ids), clustered(6000)[[1, 0, 4]])


@pytest.mark.parametrize("exact_limit", [200_000, 1000])
def test_removed_vectors_are_gone(exact_limit: int) -> None:
    index, ids = filled(2000, exact_limit)
    index.remove(ids[::2])
    assert sorted(index.ids.tolist()) == ids[1::2].tolist()
    query = clustered(2000)[0]
    found, _ = index.search(query, 50)
    assert set(found.tolist()) <= set(ids[1::2].tolist())
    assert np.array_equal(index.vectors(ids[1:2]), clustered(2000)[1:2])


def test_lists_are_made_again_when_there_are_too_few() -> None:
    index, _ = filled(1100, exact_limit=1000)
    more = np.arange(20_000, 26_000, dtype=np.int64)
    index.add(more, clustered(6000, seed=5))
    index.organize()
    assert len(index) == 7100
    query = clustered(6000, seed=5)[10]
    assert index.search(query, 1)[0].tolist() == [20_010]


def test_an_empty_index_finds_nothing() -> None:
    ids, scores = VectorIndex(DIMENSION).search(clustered(1)[0], 5)
    assert (len(ids), len(scores)) == (0, 0)


@pytest.mark.parametrize("exact_limit", [200_000, 1000])
def test_a_saved_index_is_the_same(tmp_path: Path, exact_limit: int) -> None:
    index, ids = filled(1500, exact_limit)
    with Store.open(tmp_path) as store:
        file = IndexFile(tmp_path / "index", store.database)
        file.save(index, "hash-24", changes=7)
        loaded = file.load("hash-24", DIMENSION)
        assert {path.name for path in tmp_path.glob("index*")} == {"index", "index.json"}
    assert loaded is not None
    again, state = loaded
    assert (state.changes, state.count) == (7, 1500)
    assert sorted(again.ids.tolist()) == ids.tolist()
    for query in clustered(5, seed=1):
        assert again.search(query, 10)[0].tolist() == index.search(query, 10)[0].tolist()


def test_a_damaged_or_foreign_index_is_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "index"
    index, _ = filled(100)
    with Store.open(tmp_path) as store:
        file = IndexFile(path, store.database)
        file.save(index, "hash-24", changes=7)
        assert file.load("other", DIMENSION) is None
        assert file.load("hash-24", DIMENSION + 1) is None
        content = path.read_bytes()
        for damaged in (content[:-1], content[:500] + b"\x00" + content[501:], b""):
            assert damaged != content
            path.write_bytes(damaged)
            assert file.load("hash-24", DIMENSION) is None
        path.unlink()
        assert file.load("hash-24", DIMENSION) is None
        path.write_bytes(content)
        assert file.load("hash-24", DIMENSION) is not None
        sidecar = tmp_path / "index.json"
        state = json.loads(sidecar.read_text())
        for broken in ("", "[]", json.dumps({**state, "count": "many"})):
            sidecar.write_text(broken)
            assert file.load("hash-24", DIMENSION) is None


def test_a_file_of_another_faiss_is_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "index"
    with Store.open(tmp_path) as store:
        file = IndexFile(path, store.database)
        file.save(filled(10)[0], "hash-24", changes=7)
        state = json.loads((tmp_path / "index.json").read_text())
        path.write_bytes(b"no FAISS index")
        digest = hashlib.sha256(b"no FAISS index").hexdigest()
        (tmp_path / "index.json").write_text(json.dumps({**state, "sha256": digest}))
        assert file.load("hash-24", DIMENSION) is None


def test_an_index_that_cannot_be_saved(tmp_path: Path) -> None:
    with (
        Store.open(tmp_path) as store,
        pytest.raises(MemoryStoreError, match=r"cannot save the index .*: .*; see that there is"),
    ):
        IndexFile(tmp_path / "missing" / "index", store.database).save(filled(10)[0], "hash-24", 1)
