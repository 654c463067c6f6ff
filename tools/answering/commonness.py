"""How alike a text is to the captions of any video, so that this video's can stand out."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import as_file, files

import numpy as np
from numpy.typing import NDArray

from foretell.memory.embedding.sentence_embedder import MINILM

_FILE = "commonness.npz"


@dataclass(frozen=True, slots=True, eq=False)
class Commonness:
    """Predicts a text's best cosine with the captions of videos at large, from its vector alone.

    Two linear maps, fitted by ridge regression (`benchmarks/fit_choice_weights.py`).

    Attributes:
        mean: (D + 1,) weights of the expected best cosine over videos; the last is the offset.
        spread: (D + 1,) weights of its standard deviation over videos.
    """

    mean: NDArray[np.float32]
    spread: NDArray[np.float32]

    def of(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Gives (N, 2) expected best cosines and their spreads of (N, D) unit vectors."""
        maps = np.stack([self.mean, self.spread], axis=1).astype(np.float64)
        return np.asarray(vectors.astype(np.float64) @ maps[:-1] + maps[-1])


def load_commonness(embedder: str) -> dict[str, Commonness]:
    """Gives the commonness of "choice" and of "statement", as fitted for all-MiniLM-L6-v2.

    Of any other embedder nothing is known, so that there is none.
    """
    if embedder != MINILM:
        return {}
    with as_file(files("foretell.tools.answering") / _FILE) as path, np.load(path) as arrays:
        return {
            kind: Commonness(mean=arrays[f"{kind}_mean"], spread=arrays[f"{kind}_spread"])
            for kind in ("choice", "statement")
        }
