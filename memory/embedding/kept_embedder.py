"""Keeps the vectors of short texts in the library, so that words are embedded once.

A question compares its words with those of many events: the same ones again and again, from one
process to the next.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from foretell.errors import MemoryStoreError
from foretell.memory.database import Database
from foretell.memory.embedding.embedders import Embedder
from foretell.memory.embedding.held_vectors import SHORT, HeldVectors

MOST_KEPT = 20_000
"""Vectors in the library's file, 30 MB at 384 dimensions; the oldest go first."""
_STORED = np.dtype("<f4")
_log = logging.getLogger(__name__)


class KeptEmbedder:
    """Gives the vectors of an embedder, those of short texts from the library where it has them.

    Each is kept number by number as the embedder gave it, under the embedder's id. One of another
    length is made again, and where none can be kept, that is told as a warning, once.

    Args:
        embedder: Turns into vectors what is not known yet.
        database: Of the library.
    """

    def __init__(self, embedder: Embedder, database: Database) -> None:
        self.embedder = embedder
        self._database = database
        self._held = HeldVectors()
        self._can_keep = not database.is_read_only

    @property
    def id(self) -> str:
        """The embedder's."""
        return self.embedder.id

    @property
    def dimension(self) -> int:
        """Length D of each vector."""
        return self.embedder.dimension

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Gives (N, D) vectors of length 1, one a text.

        Raises:
            ModelError: If the embedder fails.
            MemoryStoreError: If the library cannot be read.
        """
        distinct = list(dict.fromkeys(texts))
        vectors = self._held.of(distinct)
        unheld = [text for text in distinct if text not in vectors and len(text) <= SHORT]
        vectors |= self._kept(unheld)
        new = [text for text in distinct if text not in vectors]
        made = dict(zip(new, self.embedder.embed(new), strict=True)) if new else {}
        self._keep({text: vector for text, vector in made.items() if len(text) <= SHORT})
        vectors |= made
        self._held.hold({text: vectors[text] for text in unheld})
        rows = [vectors[text] for text in texts]
        return np.array(rows, np.float32).reshape(len(texts), self.dimension)

    def _kept(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        if not texts:
            return {}
        rows = self._database.read(
            "SELECT text, vector FROM text_vectors "
            "WHERE embedder = ? AND text IN (SELECT value FROM json_each(?)) "
            "AND length(vector) = ?",
            (self.id, json.dumps(texts), self.dimension * _STORED.itemsize),
        )
        return {text: np.frombuffer(vector, _STORED).astype(np.float32) for text, vector in rows}

    def _keep(self, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        if not vectors or not self._can_keep:
            return
        try:
            self._write(vectors)
        except MemoryStoreError as error:
            self._can_keep = False
            _log.warning("vectors of words are not kept: %s", error)

    def _write(self, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        rows = [(self.id, text, one.astype(_STORED).tobytes()) for text, one in vectors.items()]
        with self._database.write() as connection:
            connection.executemany("INSERT OR REPLACE INTO text_vectors VALUES (?, ?, ?)", rows)
            connection.execute(
                "DELETE FROM text_vectors WHERE rowid <= (SELECT max(rowid) FROM text_vectors) - ?",
                (MOST_KEPT,),
            )
