"""The few labels that one window's samples hold, numbered from 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]
Tokens = NDArray[np.int16]

UNSEEN = -1
"""The number of a whole action that no sample holds."""


@dataclass(frozen=True, slots=True, eq=False)
class LocalIds:
    """The labels of one window's samples, and the samples in numbers of them.

    Attributes:
        verbs: (V,) ids of the verbs.
        nouns: (N,) ids of the nouns.
        pairs: (P,) local verb * N + local noun of each whole action, ascending.
        tokens: (3, S, Z) local numbers of the verbs, the nouns and the whole actions.
    """

    verbs: Ids
    nouns: Ids
    pairs: NDArray[np.int64]
    tokens: Tokens

    @classmethod
    def of(cls, samples: Ids) -> LocalIds:
        """Numbers the labels of (S, Z, 2) samples."""
        verbs, verb = np.unique(samples[..., 0], return_inverse=True)
        nouns, noun = np.unique(samples[..., 1], return_inverse=True)
        pairs, pair = np.unique(verb * len(nouns) + noun, return_inverse=True)
        shape = samples.shape[:2]
        tokens = np.stack([part.reshape(shape) for part in (verb, noun, pair)])
        return cls(verbs, nouns, pairs, tokens.astype(np.int16))

    def decode(self, tokens: Tokens) -> Ids:
        """Gives (..., 2) ids of (3, ...) local numbers."""
        return np.stack([self.verbs[tokens[0]], self.nouns[tokens[1]]], axis=-1)
