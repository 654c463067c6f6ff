"""A saved index, with a sidecar that says what it was made from and whether it is whole."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from foretell.errors import MemoryStoreError
from foretell.memory.index import VectorIndex

_log = logging.getLogger(__name__)


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
