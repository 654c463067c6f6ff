"""Where the vectors of events and questions come from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from foretell.memory.embedding.embedders import Embedder
from foretell.memory.embedding.text_vectors import text_vectors
from foretell.types import Event


class Meanings(Protocol):
    """Gives events and questions vectors that can be compared; a library is one."""

    def event_vectors(self, events: Sequence[Event]) -> NDArray[np.float32]:
        """Gives (E, D) unit vectors of events."""
        ...

    def text_vector(self, text: str) -> NDArray[np.float32]:
        """Gives the (D,) unit vector of a text."""
        ...


class EmbeddedMeanings:
    """Vectors of events that are in no library.

    Args:
        embedder: What turns text into vectors.
        folder: Where the vectors of events are kept for the next time; None keeps none.
    """

    def __init__(self, embedder: Embedder, folder: Path | None = None) -> None:
        self._embedder = embedder
        self._folder = folder

    def event_vectors(self, events: Sequence[Event]) -> NDArray[np.float32]:
        """Gives (E, D) unit vectors of events.

        Raises:
            ModelError: If the embedder fails.
            MemoryStoreError: If the vectors cannot be kept.
        """
        return text_vectors([event.text for event in events], self._embedder, self._folder)

    def text_vector(self, text: str) -> NDArray[np.float32]:
        """Gives the (D,) unit vector of a text.

        Raises:
            ModelError: If the embedder fails.
        """
        vector: NDArray[np.float32] = self._embedder.embed([text])[0]
        return vector
