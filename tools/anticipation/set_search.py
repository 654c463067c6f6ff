"""Improves sets of candidate futures, one action at a time.

Let F be the table of edit distances between a candidate's actions before position i and a sample's
prefixes, and B that of its actions after i and the sample's suffixes. With any token at i that
matches nothing the distance is base = 1 + min(min_j F[j] + B[j], min_j F[j] + B[j + 1]); with
token t it is base - 1 where some sample token t at j has F[j] + B[j + 1] = base - 1, and base
everywhere else, since one token can save one edit. So the best token at i is found by a vote: each
sample that this candidate serves at least as well as the others do votes, with its weight, for the
tokens that would save it an edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.tools.anticipation.ballot import Ballot, Ids, LocalIds, Tokens

Floats = NDArray[np.float64]
Table = NDArray[np.int8]

LONGEST = 120
"""Longest futures that can be compared: distances are kept in 8 bits."""

_NEVER = np.int8(127)
"""No distance is as large."""


def improve_sets(
    local: Sequence[LocalIds],
    starts: Sequence[NDArray[np.intp]],
    shares: Floats,
    heads: Floats,
    sweeps: int,
) -> Ids:
    """Improves the candidates of B windows.

    Args:
        local: The samples of each window.
        starts: For each window, the (K,) samples that are its candidates at first.
        shares: (B, S) weight of each sample, 1 in all for a window.
        heads: (3,) weight of the verbs, of the nouns and of the whole actions.
        sweeps: Most rounds over all actions of all candidates.

    Returns:
        (B, K, Z, 2) ids, the candidate with the least expected distance first.
    """
    search = _Search(local, shares, heads)
    candidates = np.stack(
        [ids.tokens[:, start] for ids, start in zip(local, starts, strict=True)], axis=1
    )
    distances = search.run(candidates, sweeps)
    order = ranking.order(-search.expected(distances))
    return np.stack([ids.decode(candidates[:, b][:, order[b]]) for b, ids in enumerate(local)])


class _Search:
    """Coordinate descent for a batch of windows.

    Each sample of each window is a voter in each of the three heads: V = 3 * B * S. A table is
    (Z + 1, V): of each prefix of each voter's sample its distance from the candidate, less its own
    length, so that an insertion is a running minimum.
    """

    def __init__(self, local: Sequence[LocalIds], shares: Floats, heads: Floats) -> None:
        tokens = np.stack([ids.tokens for ids in local], axis=1)
        self._shape = tokens.shape[:3]
        self._tokens: Tokens = np.ascontiguousarray(tokens.reshape(-1, tokens.shape[-1]).T)
        self._weights: Floats = (heads[:, None, None] * shares).ravel()
        self._ballot = Ballot(local, self._tokens, self._weights)

    def run(self, candidates: Tokens, sweeps: int) -> Table:
        """Improves (3, B, K, Z) candidates in place, and gives their (K, V) distances at last.

        It ends when a sweep changes nothing, or after `sweeps`.
        """
        distances = self._distances(candidates)
        for _ in range(sweeps):
            before = candidates.copy()
            for k in range(len(distances)):
                others = np.delete(distances, k, axis=0)
                rivals: Table = others.min(axis=0, initial=_NEVER)
                distances[k] = self._improve(candidates[:, :, k], rivals)
            if np.array_equal(before, candidates):
                break
        return distances

    def expected(self, distances: Table) -> Floats:
        """Gives (B, K) the mean distance of each candidate from all samples, heads added up."""
        weighted = distances * self._weights
        # One axis after the other, so that the windows beside do not change the order of summing.
        total: Floats = weighted.reshape(-1, *self._shape).sum(axis=3).sum(axis=1)
        return total.T

    def _improve(self, candidate: Tokens, rivals: Table) -> Table:
        """Improves (3, B, Z) one candidate of each window in place, and gives its distances."""
        after = self._tables(candidate[..., ::-1], self._tokens[::-1])
        before = after[0]
        for i, rest in enumerate(reversed(after[:-1])):
            saves = _saves(before, rest, rivals)
            candidate[..., i] = self._ballot.winner(saves, candidate[..., i])
            before = self._extend(before, self._tokens, candidate[..., i])
        return self._whole(before)

    def _distances(self, candidates: Tokens) -> Table:
        """Gives (K, V) the distances of (3, B, K, Z) candidates from the whole samples."""
        each = np.moveaxis(candidates, 2, 0)
        return np.stack([self._whole(self._tables(one, self._tokens)[-1]) for one in each])

    def _whole(self, table: Table) -> Table:
        """Gives (V,) the distances of the whole samples."""
        distances: Table = table[-1] + np.int8(len(self._tokens))
        return distances

    def _tables(self, candidate: Tokens, tokens: Tokens) -> list[Table]:
        """Gives the tables of all prefixes of (3, B, Z) one candidate, the empty one first."""
        tables = [np.zeros((len(tokens) + 1, tokens.shape[1]), np.int8)]
        for token in np.moveaxis(candidate, -1, 0):
            tables.append(self._extend(tables[-1], tokens, token))
        return tables

    def _extend(self, table: Table, tokens: Tokens, token: Tokens) -> Table:
        """Gives the table once the candidates have gone on with (3, B) `token`."""
        longer = table + np.int8(1)
        saved = (tokens == np.repeat(token, self._shape[-1])).view(np.int8)
        np.minimum(longer[1:], table[:-1] - saved, out=longer[1:])
        for shorter_prefix, prefix in pairwise(longer):
            np.minimum(prefix, shorter_prefix, out=prefix)
        return longer


def _saves(before: Table, after: Table, rivals: Table) -> NDArray[np.bool_]:
    """Marks the tokens that would save each voter an edit, where that beats the rivals.

    Args:
        before: Of the candidate's tokens before a place.
        after: Of those after it, both sides reversed.
        rivals: (V,) the least distance of the other candidates.

    Returns:
        (Z, V).
    """
    length, rest = len(before) - 1, after[::-1]
    match: Table = before[:-1] + rest[1:] - np.int8(1)
    skip: Table = before + rest
    least: Table = np.minimum(skip.min(axis=0), match.min(axis=0))
    wanted = np.where(least < rivals - np.int8(length), least, _NEVER)
    saved: NDArray[np.bool_] = match == wanted
    return saved
