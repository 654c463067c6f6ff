"""Holds the vectors of short texts in memory, so that words are embedded once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

SHORT = 100
"""Characters of a text whose vector is held: words and questions, not pages. A question compares
some words with many texts, again and again."""
MOST_HELD = 10_000
"""Vectors after which it begins anew: 15 MB at 384 dimensions."""


class HeldVectors:
    """Vectors of short texts; safe to use from several threads."""

    def __init__(self) -> None:
        self._held: Mapping[str, NDArray[np.float32]] = {}

    def of(self, texts: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """Returns the vectors of those texts that are held."""
        held = self._held
        return {text: held[text] for text in texts if text in held}

    def hold(self, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        """Holds the vectors of the short ones of some texts."""
        short = {text: vector for text, vector in vectors.items() if len(text) <= SHORT}
        if short:
            self._held = short if len(self._held) > MOST_HELD else {**self._held, **short}
