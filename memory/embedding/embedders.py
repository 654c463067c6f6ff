"""Text as unit vectors: the protocol, a deterministic embedder, and which one settings ask for."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from foretell.endpoint import PREFIX
from foretell.errors import ConfigError
from foretell.memory.cosines import on_grid
from foretell.patterns import LazyPattern

if TYPE_CHECKING:
    from foretell.config import Config

_WORD = LazyPattern(r"\w+")


class Embedder(Protocol):
    """Gives texts of like meaning vectors of a small angle.

    Cosines are exact where the numbers lie on the grid of `memory.cosines.on_grid`; those of the
    embedders here do.
    """

    @property
    def id(self) -> str:
        """Names the weights; a library holds vectors of one id only."""
        ...

    @property
    def dimension(self) -> int:
        """Length D of each vector."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Gives (N, D) vectors of length 1, one a text.

        Raises:
            ModelError: If the model or its endpoint fails.
        """
        ...


class HashEmbedder:
    """Counts words and pairs of words by their hashes; needs no weights, for tests and trials.

    The hashing trick with signs, after Weinberger et al., "Feature hashing for large scale
    multitask learning", ICML 2009.
    """

    def __init__(self, dimension: int = 256) -> None:
        self.dimension = dimension
        self.id = f"hash-{dimension}"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Gives (N, D) vectors of length 1; a text without words is one of its own kind."""
        vectors = np.zeros((len(texts), self.dimension))
        for vector, text in zip(vectors, texts, strict=True):
            for feature in _features(text):
                code = zlib.crc32(feature.encode())
                vector[(code >> 1) % self.dimension] += 1.0 if code & 1 else -1.0
            if not vector.any():
                vector[0] = 1.0
        return on_grid(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def _features(text: str) -> list[str]:
    words = _WORD.findall(text.lower())
    return words + [f"{a} {b}" for a, b in itertools.pairwise(words)]


def load_embedder(config: Config) -> Embedder:
    """Gives the embedder that `config.embedder` names; no weights are read before the first text.

    Raises:
        ConfigError: If the name is unknown.
    """
    from foretell.memory.embedding.endpoint_embedder import EndpointEmbedder
    from foretell.memory.embedding.sentence_embedder import SentenceEmbedder

    name = config.embedder
    if name == "hash":
        return HashEmbedder()
    if name == "minilm":
        return SentenceEmbedder()
    if name.startswith(PREFIX):
        return EndpointEmbedder(name.removeprefix(PREFIX), config.endpoint)
    if Path(name).is_dir():
        return SentenceEmbedder(name)
    raise ConfigError(
        f"there is no embedder {name!r}; set embedder to 'minilm', 'hash', 'openai:NAME' or a "
        "folder with a sentence-transformers model"
    )
