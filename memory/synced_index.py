"""The index over a library's vectors, brought up to date before each search."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from foretell.errors import MemoryStoreError
from foretell.memory.index import VectorIndex
from foretell.memory.index_file import IndexFile
from foretell.memory.vectors import Vectors

_CHUNK = 65_536
"""Vectors read from the store at a time, 100 MB at 384 dimensions."""
_UNSAVED_SHARE = 0.1
"""Share of the index that may be new before its file is written again."""
_log = logging.getLogger(__name__)


class SyncedIndex:
    """Loads the saved index at the first search and follows the vectors from then on.

    Only vectors that came or went are added or removed, whichever process did that. The file is
    written when a tenth of the index is not in it yet, so that saving costs little however the
    vectors come, and on closing. One that cannot be written is told as a warning, once.
    """

    def __init__(self, path: Path, vectors: Vectors) -> None:
        self._file = IndexFile(path, vectors.database)
        self._vectors = vectors
        self._lock = threading.Lock()
        self._index: VectorIndex | None = None
        self._changes = 0
        self._unsaved = 0
        self._can_save = not vectors.database.is_read_only

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Gives (n,) ids and (n,) cosines of the up to `k` nearest; see `VectorIndex.search`.

        Raises:
            MemoryStoreError: If the library cannot be read.
        """
        with self._lock:
            return self._current(len(query)).search(query, k, allowed)

    def fetch(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Gives (n,) ids and (n, D) vectors of the up to `k` nearest.

        Raises:
            MemoryStoreError: If the library cannot be read.
        """
        with self._lock:
            index = self._current(len(query))
            ids, _ = index.search(query, k, allowed)
            return ids, index.vectors(ids)

    def update(self) -> None:
        """Brings the index up to date, where there are vectors.

        Raises:
            MemoryStoreError: If the library cannot be read.
        """
        dimension = self._vectors.dimension
        if dimension is not None:
            with self._lock:
                self._current(dimension)

    def save(self) -> None:
        """Writes what is not in the file yet."""
        with self._lock:
            if self._unsaved:
                self._save()

    def _current(self, dimension: int) -> VectorIndex:
        changes = self._vectors.changes
        if self._index is None:
            self._index = self._load(dimension)
        if changes != self._changes:
            self._unsaved += _follow(self._index, self._vectors)
            self._index.organize()
            self._changes = changes
            if self._unsaved > _UNSAVED_SHARE * len(self._index):
                self._save()
        return self._index

    def _load(self, dimension: int) -> VectorIndex:
        loaded = self._file.load(self._vectors.embedder or "", dimension)
        if loaded is None:
            return VectorIndex(dimension)
        index, state = loaded
        self._changes = state.changes
        return index

    def _save(self) -> None:
        assert self._index is not None
        if not self._can_save:
            return
        try:
            self._file.save(self._index, self._vectors.embedder or "", self._changes)
            self._unsaved = 0
        except MemoryStoreError as error:
            self._can_save = False
            _log.warning("%s; until then it is made again each time", error)


def _follow(index: VectorIndex, vectors: Vectors) -> int:
    """Removes and adds what went and came, and gives how many that were."""
    stored, held = vectors.ids(), index.ids
    gone = np.setdiff1d(held, stored, assume_unique=True)
    new = np.setdiff1d(stored, held, assume_unique=True)
    if len(gone):
        index.remove(gone)
    for start in range(0, len(new), _CHUNK):
        index.add(*vectors.of(new[start : start + _CHUNK].tolist()))
    return len(gone) + len(new)
