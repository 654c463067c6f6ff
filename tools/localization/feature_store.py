"""Keeps the features of a video's frames piece by piece, so that an interruption loses little."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from foretell.memory.embedding.vector_file import read_vectors, write_vectors
from foretell.tools.vision_models.image_text_encoder import Floats

_SUFFIX = ".npy"


@dataclass(frozen=True, slots=True)
class FeatureStore:
    """The features of one video: pieces while they are made, then one file.

    A piece is a file of its own, named by its first row, so that two processes that make the same
    features write the same files.

    Attributes:
        folder: Holds those of many videos.
        key: Names them.
    """

    folder: Path
    key: str

    def gathered(self, make: Callable[[int], Iterator[Floats]]) -> Floats:
        """Gives the (T, D) features, having made those that are not kept.

        Args:
            make: Gives the pieces from a row on, one at least where that is 0.

        Raises:
            MemoryStoreError: If they cannot be written.
        """
        whole = read_vectors(self.folder / f"{self.key}{_SUFFIX}")
        if whole is not None:
            return whole
        pieces: list[Floats] = []
        while (piece := read_vectors(self._piece(pieces))) is not None:
            pieces.append(piece)
        for piece in make(_rows(pieces)):
            write_vectors(self._piece(pieces), piece)
            pieces.append(piece)
        whole = np.concatenate(pieces)
        write_vectors(self.folder / f"{self.key}{_SUFFIX}", whole)
        shutil.rmtree(self.folder / self.key, ignore_errors=True)
        return whole

    def _piece(self, before: list[Floats]) -> Path:
        return self.folder / self.key / f"{_rows(before)}{_SUFFIX}"


def _rows(pieces: list[Floats]) -> int:
    return sum(map(len, pieces))
