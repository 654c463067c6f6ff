"""The vectors of many texts, made once and kept in a file of their own."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from foretell.errors import MemoryStoreError
from foretell.memory.embedding.embedders import Embedder
from foretell.memory.embedding.progress import tell_embedded
from foretell.memory.embedding.shipped_vectors import shipped_vectors

BATCH = 64
"""Texts between two tellings of how far it is, a second or two."""
_FORM = "float64, on a grid of 2**-24"
"""How the vectors that are kept were made: others are made again."""
Progress = Callable[[int, int], None]
_log = logging.getLogger(__name__)


def text_vectors(
    texts: Sequence[str],
    embedder: Embedder,
    folder: Path | None = None,
    on_progress: Progress | None = None,
) -> NDArray[np.float32]:
    """Gives (N, D) unit vectors, one a text; a text that comes twice is embedded once.

    Those of the texts that ship with foretell ship, too.

    Args:
        texts: What to embed.
        embedder: What turns text into vectors.
        folder: Where the vectors are kept for the next time, under a name made of the texts and
            the embedder; None keeps none. A file that cannot be read is made again, and one that
            cannot be written is told as a warning.
        on_progress: Called after each batch with how many texts are done, and of how many; None
            tells whoever listens by `on_embedding`.

    Raises:
        ModelError: If the embedder fails.
    """
    distinct = list(dict.fromkeys(texts))
    digest = texts_digest(distinct, embedder.id)
    file = None if folder is None else folder / f"{digest}.npy"
    vectors = shipped_vectors(digest)
    if vectors is None and file is not None:
        vectors = read_vectors(file)
    if vectors is None or len(vectors) != len(distinct):
        vectors = _embed(distinct, embedder, on_progress)
        if file is not None:
            _keep(file, vectors)
    row_of = {text: row for row, text in enumerate(distinct)}
    rows = [row_of[text] for text in texts]
    return vectors if rows == list(range(len(distinct))) else vectors[rows]


def _keep(file: Path, vectors: NDArray[np.float32]) -> None:
    try:
        write_vectors(file, vectors)
    except MemoryStoreError as error:
        _log.warning("%s", error)


def _embed(
    texts: Sequence[str], embedder: Embedder, on_progress: Progress | None
) -> NDArray[np.float32]:
    vectors = np.empty((len(texts), embedder.dimension), np.float32)
    for start in range(0, len(texts), BATCH):
        batch = texts[start : start + BATCH]
        vectors[start : start + len(batch)] = embedder.embed(batch)
        (on_progress or tell_embedded)(start + len(batch), len(texts))
    return vectors


def texts_digest(texts: Sequence[str], embedder: str) -> str:
    """Returns a hash of the texts, each once, and of the id of their embedder."""
    digest = hashlib.sha256(f"{embedder}\0{_FORM}".encode())
    for text in texts:
        digest.update(b"\0" + text.encode())
    return digest.hexdigest()[:32]


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
            written = Path(part.name)
            try:
                np.save(part, vectors)
                part.close()
                written.replace(file)
            finally:
                written.unlink(missing_ok=True)
    except OSError as error:
        raise MemoryStoreError(
            f"cannot keep the vectors {str(file)!r}: {error.strerror}; see that there is room and "
            "that its folder may be written to"
        ) from error
