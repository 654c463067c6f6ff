"""The vote on which action a candidate should have at a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell import ranking

Places = NDArray[np.intp]
Votes = NDArray[np.float64]
_LEAST_GAIN = 1e-6
"""Votes that an exchange must gain, above rounding, so that exchanges end."""
Ids = NDArray[np.int32]
Tokens = NDArray[np.int16]
UNSEEN = -1
"""The number of a whole action that no sample holds."""


class Ballot:
    """Counts votes for tokens, and finds the action that wins them.

    Each of S samples of each of B windows is a voter in each of the three heads: V = 3 * B * S.
    Votes are counted in one row of cells: for each head and window one for each label. One more
    cell, the last, stays empty.

    Args:
        local: The labels of each window.
        tokens: (Z, V) what each voter's sample holds at each place.
        weights: (V,) what a vote counts; not negative.
    """

    def __init__(self, local: Sequence[LocalIds], tokens: Tokens, weights: Votes) -> None:
        windows = len(local)
        labels = np.array([(len(ids.verbs), len(ids.nouns), len(ids.pairs)) for ids in local])
        self._widths = labels.max(axis=0)
        starts = windows * np.cumsum([0, *self._widths])
        self._starts, self._empty = starts[:-1], int(starts[-1])
        self._row = self._starts[:, None] + np.arange(windows) * self._widths[:, None]
        cells = tokens.reshape(len(tokens), 3, windows, -1) + self._row[..., None]
        self._cells: Places = cells.ravel()
        self._first = _first_places(tokens)
        self._weights = weights
        self._parts = np.zeros((2, windows, self._widths[2]), np.intp)
        self._part_cells = np.full(self._parts.shape, self._empty)
        for b, ids in enumerate(local):
            parts = np.stack(np.divmod(ids.pairs, len(ids.nouns)))
            self._parts[:, b, : len(ids.pairs)] = parts
            self._part_cells[:, b, : len(ids.pairs)] = self._row[:2, b, None] + parts

    def winner(self, saves: NDArray[np.bool_], now: Tokens) -> Tokens:
        """Finds the action of most votes in each window.

        A whole action gets the votes for it, for its verb and for its noun. A verb and a noun that
        no sample holds together get their own; that is more only where no whole action does as
        well.

        Args:
            saves: (Z, V) whether a voter votes for what its sample holds at a place.
            now: (3, B) what stays where nothing beats it.

        Returns:
            (3, B) numbers of the verb, the noun and the whole action.
        """
        votes = self._count(saves)
        verbs, nouns, pairs = (self._of_head(votes, head) for head in range(3))
        verb_votes, noun_votes = votes.take(self._part_cells)
        together = verb_votes + noun_votes + pairs
        pair, windows = ranking.best_places(together), np.arange(len(together))
        whole = np.stack([*self._parts[:, windows, pair], pair])
        parts = ranking.best_places(verbs), ranking.best_places(nouns)
        apart = np.stack([*parts, np.full_like(pair, UNSEEN)])
        gain_whole = together[windows, pair]
        gain_apart = verbs.max(axis=1) + nouns.max(axis=1)
        best = np.where(gain_whole >= gain_apart - ranking.PRECISION, whole, apart)
        kept = votes[np.where(now == UNSEEN, self._empty, self._row + now)].sum(axis=0)
        better = np.maximum(gain_whole, gain_apart) > kept + _LEAST_GAIN
        return np.where(better, best, now).astype(np.int16)

    def _of_head(self, votes: Votes, head: int) -> Votes:
        """Gives (B, labels) of the cells."""
        start, width = self._starts[head], self._widths[head]
        return votes[start : start + self._row.shape[1] * width].reshape(-1, width)

    def _count(self, saves: NDArray[np.bool_]) -> Votes:
        """Counts the votes of all voters, one's for the same token in several places once."""
        places = np.sort(self._first[np.flatnonzero(saves)])
        weights = self._weights[places % len(self._weights)]
        weights[1:][places[1:] == places[:-1]] = 0.0
        votes = np.bincount(self._cells[places], weights, minlength=self._empty + 1)
        return votes.astype(np.float64, copy=False)


def _first_places(tokens: Tokens) -> Places:
    """Gives (Z * V,) where in the flat array each voter's sample holds the same token first."""
    places: Places = np.empty(tokens.shape, np.intp)
    for i in reversed(range(len(tokens))):
        np.copyto(places[i:], i, where=tokens[i:] == tokens[i])
    voters = len(tokens[0])
    flat: Places = places * voters + np.arange(voters)
    return flat.ravel()


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
