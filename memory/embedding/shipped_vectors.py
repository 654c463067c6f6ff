"""The vectors of texts that come with foretell, so that no user has to wait for them.

`shipped_vectors.npz` holds those of all-MiniLM-L6-v2 for the procedures that ship. Each list of
texts stands under a hash of the embedder and the texts: where either changes, nothing is found and
the texts are embedded anew. The numbers are those that the embedder gives, bit by bit: they are
multiples of 2**-24 (`memory.cosines`), and their bytes are kept apart, which makes them small. Half
precision would be smaller by a third and would change scores.

`python -m benchmarks.embed_shipped_texts` makes the file.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from importlib.resources import files
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

FILE_NAME = "shipped_vectors.npz"
_STEPS = 2**24
"""How many steps of the grid make 1."""
_PLANES = np.dtype("<i4")
"""What a number is as a count of steps; its four bytes are kept apart."""


def shipped_vectors(digest: str) -> NDArray[np.float32] | None:
    """Returns (N, D) unit vectors of a list of texts, or None where they do not ship.

    Args:
        digest: Of the embedder and the texts, as `text_vectors` makes it.
    """
    path = files("foretell.memory.embedding") / FILE_NAME
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return _read(file, digest)


def _read(file: IO[bytes], digest: str) -> NDArray[np.float32] | None:
    with zipfile.ZipFile(file) as held:
        if f"{digest}.npy" not in held.namelist():
            return None
        with held.open(f"{digest}.npy") as member:
            planes: NDArray[np.uint8] = np.lib.format.read_array(member, allow_pickle=False)
    # (4, N, D) bytes to (N, D) counts of steps
    counts = np.ascontiguousarray(np.moveaxis(planes, 0, -1)).view(_PLANES)[..., 0]
    return (counts / _STEPS).astype(np.float32)


def write_shipped_vectors(file: IO[bytes], vectors: Mapping[str, NDArray[np.float32]]) -> None:
    """Writes the file.

    Args:
        file: Open for writing.
        vectors: (N, D) unit vectors on the grid, each by the digest of its embedder and texts.
    """
    planes: dict[str, Any] = {
        digest: np.moveaxis(
            (one.astype(np.float64) * _STEPS).astype(_PLANES)[..., np.newaxis].view(np.uint8), -1, 0
        )
        for digest, one in vectors.items()
    }
    np.savez_compressed(file, **planes)
