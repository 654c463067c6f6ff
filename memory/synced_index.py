"""The index over a library's vectors, brought up to date before each search."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from foretell.errors import MemoryStoreError
from foretell.memory.index import VectorIndex
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
    vectors come, and on closing.
    """

    def __init__(self, path: Path, vectors: Vectors) -> None:
        self._path = path
        self._vectors = vectors
        self._lock = threading.Lock()
        self._index: VectorIndex | None = None
        self._changes = 0
        self._unsaved = 0

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Gives (n,) ids and (n,) cosines of the up to `k` nearest; see `VectorIndex.search`.

        Raises:
            MemoryStoreError: If the library cannot be read or the index not be saved.
        """
        with self._lock:
            return self._current(len(query)).search(query, k, allowed)

    def fetch(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Gives (n,) ids and (n, D) vectors of the up to `k` nearest.

        Raises:
            MemoryStoreError: If the library cannot be read or the index not be saved.
        """
        with self._lock:
            index = self._current(len(query))
            ids, _ = index.search(query, k, allowed)
            return ids, index.vectors(ids)

    def update(self) -> None:
        """Brings the index up to date, where there are vectors.

        Raises:
            MemoryStoreError: If the library cannot be read or the index not be saved.
        """
        dimension = self._vectors.dimension
        if dimension is not None:
            with self._lock:
                self._current(dimension)

    def save(self) -> None:
        """Writes what is not in the file yet.

        Raises:
            MemoryStoreError: If it cannot be written.
        """
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
        loaded = load_index(self._path, self._vectors.embedder or "", dimension)
        if loaded is None:
            return VectorIndex(dimension)
        index, state = loaded
        self._changes = state.changes
        return index

    def _save(self) -> None:
        assert self._index is not None
        save_index(self._index, self._path, self._vectors.embedder or "", self._changes)
        self._unsaved = 0


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


class IndexState(BaseModel):
    """What a saved index was made from.

    Attributes:
        embedder: Id of the embedder that gave the vectors.
        dimension: Length of each vector.
        changes: The library's count of added and removed vectors at that time.
        count: How many vectors it holds.
        sha256: Of the index file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    embedder: str
    dimension: int
    changes: int
    count: int
    sha256: str


def save_index(index: VectorIndex, path: Path, embedder: str, changes: int) -> None:
    """Writes an index and its sidecar, so that a reader never sees half of either.

    Raises:
        MemoryStoreError: If they cannot be written.
    """
    try:
        _save(index, path, embedder, changes)
    except OSError as error:
        raise MemoryStoreError(
            f"cannot save the index {str(path)!r}: {error.strerror}; see that there is room and "
            "that its folder may be written to"
        ) from error


def _save(index: VectorIndex, path: Path, embedder: str, changes: int) -> None:
    _replace(path, lambda temporary: index.write(str(temporary)))
    state = IndexState(
        embedder=embedder,
        dimension=index.dimension,
        changes=changes,
        count=len(index),
        sha256=_sha256(path),
    )
    _replace(_sidecar(path), lambda temporary: temporary.write_text(state.model_dump_json()))


def load_index(path: Path, embedder: str, dimension: int) -> tuple[VectorIndex, IndexState] | None:
    """Gives a saved index and what it was made from.

    FAISS reads many a damaged file without an error, so the checksum is compared first. Gives
    None, so that the index is made again, where a file is missing or damaged or the vectors are
    another embedder's.
    """
    try:
        state = IndexState.model_validate_json(_sidecar(path).read_bytes())
        whole = _sha256(path) == state.sha256
    except (OSError, ValidationError) as error:
        _log.info("no index to read at %s (%s), so it is made again", path, type(error).__name__)
        return None
    if not whole or (state.embedder, state.dimension) != (embedder, dimension):
        _log.info("the index %s is damaged or another embedder's, so it is made again", path)
        return None
    try:
        return VectorIndex.read(str(path)), state
    except RuntimeError as error:
        _log.info("FAISS does not read %s (%s), so it is made again", path, error)
        return None


def _sidecar(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _replace(path: Path, write: Callable[[Path], object]) -> None:
    """Writes beside a file and then puts the new one in its place."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name + ".")
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
