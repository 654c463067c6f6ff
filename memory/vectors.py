"""The embedded events: which are pending, and the vectors of the rest, in SQLite."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from foretell.errors import MemoryStoreError
from foretell.memory.database import Database

_STORED = np.dtype("<f2")


class Vectors:
    """Keeps unit vectors of one embedder in half precision, each with its event.

    Attributes:
        database: The library that they are in.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    @property
    def embedder(self) -> str | None:
        """Id of the embedder that gave the vectors; None before the first."""
        rows = self.database.read("SELECT value FROM meta WHERE key = 'embedder'")
        return rows[0][0] if rows else None

    @property
    def dimension(self) -> int | None:
        """Length of each vector; None before the first."""
        rows = self.database.read("SELECT value FROM meta WHERE key = 'dimension'")
        return rows[0][0] if rows else None

    @property
    def changes(self) -> int:
        """How often a vector was added or removed."""
        ((changes,),) = self.database.read("SELECT value FROM meta WHERE key = 'vector_changes'")
        return int(changes)

    def pending(self, event_ids: Sequence[int] | None = None) -> list[int]:
        """Gives the ids of events that have no vector, ascending.

        Args:
            event_ids: The only events to look at; None for all.
        """
        chosen = "" if event_ids is None else "id IN (SELECT value FROM json_each(?)) AND "
        rows = self.database.read(
            f"SELECT id FROM events WHERE {chosen}id > coalesce("
            "(SELECT value FROM meta WHERE key = 'embedded_up_to'), 0) "
            "AND NOT EXISTS (SELECT 1 FROM vectors WHERE event = events.id) ORDER BY id",
            () if event_ids is None else (json.dumps(list(event_ids)),),
        )
        return [event_id for (event_id,) in rows]

    def pending_texts(self, event_ids: Sequence[int]) -> list[tuple[int, str]]:
        """Gives (id, text) of those of some events that have no vector by now, ascending."""
        return self.database.read(
            "SELECT id, text FROM events WHERE id IN (SELECT value FROM json_each(?)) "
            "AND NOT EXISTS (SELECT 1 FROM vectors WHERE event = events.id) ORDER BY id",
            (json.dumps(list(event_ids)),),
        )

    def mark_embedded(self, up_to: int) -> None:
        """Notes that each event up to an id has a vector, so that none is looked at for it again.

        Ids only grow, and are never used again.
        """
        with self.database.passing() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('embedded_up_to', ?)", (up_to,))

    def put(self, event_ids: Sequence[int], vectors: NDArray[np.float32], embedder: str) -> None:
        """Keeps (N, D) unit vectors of events; of an event deleted meanwhile, none is kept.

        Raises:
            MemoryStoreError: If the library's vectors are another embedder's or of another length.
        """
        dimension = vectors.shape[1]
        blobs = [vector.tobytes() for vector in vectors.astype(_STORED)]
        with self.database.passing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO meta VALUES ('embedder', ?), ('dimension', ?)",
                (embedder, dimension),
            )
            self.check(embedder, dimension)
            connection.executemany(
                "INSERT OR IGNORE INTO vectors SELECT id, ? FROM events WHERE id = ?",
                zip(blobs, event_ids, strict=True),
            )

    def clear(self) -> None:
        """Deletes all vectors, so that another embedder may give new ones; the events stay."""
        with self.database.write() as connection:
            connection.execute("DELETE FROM vectors")
            connection.execute(
                "DELETE FROM meta WHERE key IN ('embedder', 'dimension', 'embedded_up_to')"
            )

    def check(self, embedder: str, dimension: int | None = None) -> None:
        """Sees that vectors of an embedder may be added to those that are kept.

        Raises:
            MemoryStoreError: If those are another embedder's or of another length.
        """
        made_with, length = self.embedder, self.dimension
        if made_with not in (None, embedder):
            raise MemoryStoreError(
                f"this library was made with the embedder {made_with!r}, not {embedder!r}; "
                "set embedder to that one, embed it anew with `foretell embed`, or choose another "
                "library folder"
            )
        if dimension is not None and length not in (None, dimension):
            raise MemoryStoreError(
                f"this library holds vectors of length {length}, and {embedder!r} gives "
                f"{dimension}; choose another library folder"
            )

    def ids(self) -> NDArray[np.int64]:
        """Gives (N,) ids of the events that have a vector, ascending."""
        rows = self.database.read("SELECT event FROM vectors ORDER BY event")
        return np.fromiter((event_id for (event_id,) in rows), np.int64, len(rows))

    def of(self, event_ids: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Gives (N,) the ids of those of these events that have a vector, and (N, D) the vectors.

        They come in ascending order of the ids.
        """
        rows = self.database.read(
            "SELECT event, vector FROM vectors "
            "WHERE event IN (SELECT value FROM json_each(?)) ORDER BY event",
            (json.dumps(list(event_ids)),),
        )
        ids = np.fromiter((event_id for event_id, _ in rows), np.int64, len(rows))
        vectors = np.frombuffer(b"".join(blob for _, blob in rows), _STORED)
        return ids, vectors.astype(np.float32).reshape(len(rows), self.dimension or 0)
