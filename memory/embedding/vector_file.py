"""Vectors in a file that can always be made again."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from foretell.errors import MemoryStoreError

_log = logging.getLogger(__name__)


def read_vectors(file: Path) -> NDArray[np.float32] | None:
    """Gives the (N, D) vectors of a file, or None where there is none that can be read."""
    if not file.is_file():
        return None
    try:
        vectors: NDArray[np.float32] = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        _log.info("%s cannot be read (%s), so it is made again", file, error)
        return None
    return vectors if vectors.ndim == 2 else None


def write_vectors(file: Path, vectors: NDArray[np.float32]) -> None:
    """Writes a file that another process never sees half of.

    Raises:
        MemoryStoreError: If the file cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as part:
            np.save(part, vectors)
        Path(part.name).replace(file)
    except OSError as error:
        raise MemoryStoreError(
            f"cannot keep the vectors {str(file)!r}: {error.strerror}; see that there is room and "
            "that its folder may be written to"
        ) from error
