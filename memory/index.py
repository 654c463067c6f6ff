"""Nearest events by the angle of their vectors, with FAISS; derived from SQLite at any time."""

from __future__ import annotations

import math
import os
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.forks import is_fork
from foretell.memory.cosines import ROUNDING, cosines

EXACT_LIMIT = 50_000
"""Vectors up to which all are compared; beyond, lists are faster (docs/design/memory.md)."""
RECALL = 0.98
"""Share of the true nearest that a search through lists has to find."""
MAX_THREADS = 8
"""Threads of a search at most, which leaves the rest of a large machine to others."""
_CHUNK = 65_536
"""Vectors worked on at a time, 100 MB at 384 dimensions."""
_TRAINING_VECTORS_PER_LIST = 40
"""FAISS warns below 39 vectors a centroid."""
_RECALL_QUERIES = 64
"""Searches from which recall is estimated."""
_SHALLOW, _DEEP = 50, 1000
_SPARE = 16
"""How many more than asked for FAISS is asked for, so that its rounding leaves none out."""
_OVER_LISTS = 1
"""FAISS's name for sharing the lists of one query among threads; it shares queries else."""


class VectorIndex:
    """Unit vectors in half precision, each under the id of its event.

    Up to `exact_limit` vectors a search looks at every one. Beyond that `organize` puts them into
    lists around k-means centroids, and a search looks into as many lists as find `RECALL` of the
    nearest, which is measured on a sample.
    """

    def __init__(self, dimension: int, exact_limit: int = EXACT_LIMIT) -> None:
        self.dimension = dimension
        self._exact_limit = exact_limit
        self._index: Any = _exact_index(dimension)
        self._deep_probes: int | None = None

    def __len__(self) -> int:
        count: int = self._index.ntotal
        return count

    @property
    def is_exact(self) -> bool:
        """Whether a search looks at every vector."""
        return not isinstance(self._index, _faiss().IndexIVF)

    @property
    def ids(self) -> NDArray[np.int64]:
        """(N,) ids of the vectors, in no order."""
        return _ids(self._index)

    def add(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Adds (N, D) unit vectors under new ids (N,)."""
        for start in range(0, len(ids), _CHUNK):
            chunk = slice(start, start + _CHUNK)
            self._index.add_with_ids(vectors[chunk], ids[chunk])

    def organize(self) -> None:
        """Makes the lists where there are too many vectors for the ones there are, or for none."""
        if len(self) > self._exact_limit and _list_count(len(self)) > self._list_count:
            self._index = _listed_index(self._index)
            self._deep_probes = None

    def remove(self, ids: NDArray[np.int64]) -> None:
        """Removes the vectors with these ids."""
        # FAISS removes from lists with a direct map by an array only.
        faiss = _faiss()
        selector = faiss.IDSelectorBatch(ids) if self.is_exact else faiss.IDSelectorArray(ids)
        self._index.remove_ids(selector)

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Gives the ids and scores of the up to `k` vectors nearest to a query.

        FAISS finds those that may be, and their cosines are worked out anew, exactly.

        Args:
            query: (D,) unit vector.
            k: How many to give at most.
            allowed: The only ids that count; they are chosen before the search, which then looks
                at every one of them. None for all.

        Returns:
            (n,) ids and (n,) cosines in [-1, 1], the highest first, the lower id among equals;
            n <= k.
        """
        k = min(k, len(self) if allowed is None else len(allowed))
        if k == 0 or len(self) == 0:
            return np.empty(0, np.int64), np.empty(0)
        parameters = self._parameters(k, allowed)
        fetched = k + _SPARE
        while True:
            ids, lowest = self._nearest(query, fetched, parameters)
            ids.sort()
            scores = self._exact(query, ids)
            order = ranking.order(scores, k)
            if len(ids) < fetched or scores[order[-1]] > lowest + ROUNDING:
                return ids[order], np.clip(scores[order], -1.0, 1.0)
            fetched *= 2  # one that was not fetched may be as near as the last

    def _nearest(
        self, query: NDArray[np.float32], count: int, parameters: Any
    ) -> tuple[NDArray[np.int64], float]:
        """Gives the ids of the nearest as FAISS finds them, and the lowest of their scores."""
        reads_many_lists = not self.is_exact and count > _SHALLOW
        with _all_threads() if reads_many_lists else nullcontext():
            scores, ids = self._index.search(query[np.newaxis], count, params=parameters)
        found = ids[0] >= 0
        return ids[0][found], float(scores[0][found].min(initial=np.inf))

    def _exact(self, query: NDArray[np.float32], ids: NDArray[np.int64]) -> NDArray[np.float64]:
        """Gives the cosines of the vectors with these ids."""
        parts = [
            cosines(self.vectors(ids[start : start + _CHUNK]), query)
            for start in range(0, len(ids), _CHUNK)
        ]
        return np.concatenate([np.empty(0), *parts])

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Gives (N, D) the vectors with these ids, which must all be there."""
        found: NDArray[np.float32] = self._index.reconstruct_batch(ids)
        return found

    def write(self, path: str) -> None:
        """Writes the index to a file."""
        _faiss().write_index(self._index, path)

    @classmethod
    def read(cls, path: str, exact_limit: int = EXACT_LIMIT) -> Self:
        """Reads an index that `write` wrote; FAISS does not notice every damage."""
        index = _faiss().read_index(path)
        opened = cls(index.d, exact_limit)
        opened._index = index
        if not opened.is_exact:
            index.parallel_mode = _OVER_LISTS
        return opened

    @property
    def _list_count(self) -> int:
        return 1 if self.is_exact else self._index.nlist

    def _parameters(self, k: int, allowed: NDArray[np.int64] | None) -> Any:
        """Says which vectors and how many lists a search looks at."""
        faiss = _faiss()
        selector = None
        if allowed is not None:
            member = np.zeros(int(allowed.max()) + 1, np.bool_)
            member[allowed] = True
            selector = faiss.IDSelectorBitmap(np.packbits(member, bitorder="little"))
        if self.is_exact:
            return faiss.SearchParameters(sel=selector)
        probes = self._probes(k) if allowed is None else self._list_count
        return faiss.SearchParametersIVF(sel=selector, nprobe=probes)

    def _probes(self, k: int) -> int:
        if k <= _SHALLOW:
            shallow: int = self._index.nprobe
            return shallow
        if k > _DEEP:
            return self._list_count
        if self._deep_probes is None:
            self._deep_probes = _lists_to_probe(self._index, _DEEP)
        return self._deep_probes


def _faiss() -> Any:
    """Imports FAISS and keeps the calling thread to one thread of OpenMP.

    A search that looks at little gains nothing from more, and a second pool beside that of torch
    slows both down.
    """
    import faiss

    faiss.omp_set_num_threads(1)
    return faiss


def _exact_index(dimension: int) -> Any:
    faiss = _faiss()
    return faiss.IndexIDMap2(
        faiss.IndexScalarQuantizer(
            dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
    )


def _listed_index(source: Any) -> Any:
    """Puts the vectors of an index into lists around k-means centroids."""
    ids = _ids(source)
    lists = _list_count(len(ids))
    sample = np.random.default_rng(0).permutation(ids)[: lists * _TRAINING_VECTORS_PER_LIST]
    index = _empty_lists(source.d, lists)
    with _all_threads():
        index.train(source.reconstruct_batch(sample))
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            index.add_with_ids(source.reconstruct_batch(chunk), chunk)
    index.nprobe = _lists_to_probe(index, _SHALLOW)
    return index


def _empty_lists(dimension: int, lists: int) -> Any:
    """Makes lists of half-precision vectors, not of differences to a centroid."""
    faiss = _faiss()
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension),
        dimension,
        lists,
        faiss.ScalarQuantizer.QT_fp16,
        faiss.METRIC_INNER_PRODUCT,
        False,
    )
    index.cp.spherical = True
    index.set_direct_map_type(faiss.DirectMap.Hashtable)
    index.parallel_mode = _OVER_LISTS
    return index


@contextmanager
def _all_threads() -> Generator[None]:
    most = 1 if is_fork() else MAX_THREADS
    _faiss().omp_set_num_threads(min(most, os.cpu_count() or 1))
    try:
        yield
    finally:
        _faiss()


def _list_count(vectors: int) -> int:
    """Gives the power of two next to the square root."""
    return 1 << round(math.log2(vectors) / 2)


def _lists_to_probe(index: Any, depth: int) -> int:
    """Gives the smallest power of two of lists that finds `RECALL` of the `depth` nearest."""
    probing = _faiss().SearchParametersIVF
    queries = _queries_like(index)
    with _all_threads():
        _, nearest = index.search(queries, depth, params=probing(nprobe=index.nlist))
        probes = 1
        while probes < index.nlist:
            _, found = index.search(queries, depth, params=probing(nprobe=probes))
            if _recall(nearest, found) >= RECALL:
                break
            probes *= 2
    return probes


def _queries_like(index: Any) -> NDArray[np.float32]:
    """Gives unit vectors 45 degrees off some in the index, as a question is off its answer."""
    random = np.random.default_rng(0)
    vectors: NDArray[np.float32] = index.reconstruct_batch(
        random.choice(_ids(index), _RECALL_QUERIES)
    )
    noise = random.standard_normal(vectors.shape, np.float32)
    vectors += noise / np.linalg.norm(noise, axis=1, keepdims=True)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def _recall(nearest: NDArray[np.int64], found: NDArray[np.int64]) -> float:
    shared = [len(np.intersect1d(a, b)) for a, b in zip(nearest, found, strict=True)]
    return sum(shared) / nearest.size


def _ids(index: Any) -> NDArray[np.int64]:
    faiss = _faiss()
    if isinstance(index, faiss.IndexIDMap2):
        held: NDArray[np.int64] = faiss.vector_to_array(index.id_map)
        return held
    sizes = [index.invlists.list_size(number) for number in range(index.nlist)]
    parts = [
        faiss.rev_swig_ptr(index.invlists.get_ids(number), size).copy()
        for number, size in enumerate(sizes)
        if size
    ]
    return np.concatenate([np.empty(0, np.int64), *parts])
