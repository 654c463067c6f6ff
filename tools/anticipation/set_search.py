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
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]
Floats = NDArray[np.float32]
Tokens = NDArray[np.int16]
Table = NDArray[np.int8]

LONGEST = 60
"""Longest sequences that can be compared: sums of two distances are kept in 8 bits."""

UNSEEN = -1
"""The number of a whole action that no sample holds."""

_LEAST_GAIN = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class LocalIds:
    """The few labels that one window's samples hold, numbered from 0.

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
    search.run(candidates, sweeps)
    order = np.argsort(search.expected(candidates), axis=1, kind="stable")
    return np.stack([ids.decode(candidates[:, b][:, order[b]]) for b, ids in enumerate(local)])


class _Search:
    """Coordinate descent for a batch of windows.

    Arrays are (position, head, window, sample). A table holds, for every prefix of every sample,
    its distance from the candidate less its own length, so that inserting is a running minimum.
    """

    def __init__(self, local: Sequence[LocalIds], shares: Floats, heads: Floats) -> None:
        tokens = np.stack([ids.tokens for ids in local], axis=1)
        self._tokens: Tokens = np.ascontiguousarray(np.moveaxis(tokens, -1, 0))
        self._weights: Floats = heads[:, None, None] * shares
        self._ballot = _Ballot(local, self._tokens)

    def run(self, candidates: Tokens, sweeps: int) -> None:
        """Improves (3, B, K, Z) candidates in place, until nothing changes or `sweeps` are done."""
        count = candidates.shape[2]
        distances = np.stack([self._distance(candidates[:, :, k]) for k in range(count)])
        for _ in range(sweeps):
            before = candidates.copy()
            for k in range(count):
                others = np.delete(distances, k, axis=0)
                rivals = others.min(axis=0, initial=np.iinfo(np.int8).max)
                distances[k] = self._improve(candidates[:, :, k], rivals)
            if np.array_equal(before, candidates):
                break

    def expected(self, candidates: Tokens) -> Floats:
        """Gives (B, K) the expected distance of each candidate, heads added up."""
        count = candidates.shape[2]
        distances = np.stack([self._distance(candidates[:, :, k]) for k in range(count)], axis=2)
        return (distances * self._weights[:, :, None]).sum(axis=(0, 3))

    def _improve(self, candidate: Tokens, rivals: Table) -> Table:
        """Improves (3, B, Z) one candidate of each window in place, and gives its distances."""
        length = candidate.shape[-1]
        after = self._tables(candidate[..., ::-1], self._tokens[::-1])
        before = after[0]
        worst = rivals - np.int8(length)
        for i in range(length):
            rest = after[length - 1 - i][::-1]
            match = before[:-1] + rest[1:] - np.int8(1)
            least = np.minimum((before + rest).min(axis=0), match.min(axis=0))
            useful = np.where(least < worst, self._weights, np.float32(0.0))
            saves = (match == least) & (useful > 0.0)
            candidate[..., i] = self._ballot.winner(saves, useful, candidate[..., i])
            before = _extend(before, self._tokens, candidate[..., i])
        return before[-1] + np.int8(length)

    def _distance(self, candidate: Tokens) -> Table:
        return self._tables(candidate, self._tokens)[-1][-1] + np.int8(candidate.shape[-1])

    def _tables(self, candidate: Tokens, tokens: Tokens) -> list[Table]:
        """Gives, for each length of a prefix of the candidate, its table against all prefixes."""
        length = candidate.shape[-1]
        tables = [np.zeros((length + 1, *tokens.shape[1:]), np.int8)]
        for i in range(length):
            tables.append(_extend(tables[-1], tokens, candidate[..., i]))
        return tables


def _extend(table: Table, tokens: Tokens, token: Tokens) -> Table:
    """Gives the next row of an edit-distance table; (3, B) `token` is what the candidate adds."""
    row = table + np.int8(1)
    saved = (tokens == token[..., None]).view(np.int8)
    np.minimum(row[1:], table[:-1] - saved, out=row[1:])
    for j in range(1, len(row)):
        np.minimum(row[j], row[j - 1], out=row[j])
    return row


class _Ballot:
    """Counts the samples' votes for tokens, and finds the action that wins them."""

    def __init__(self, local: Sequence[LocalIds], tokens: Tokens) -> None:
        self._width = max(max(len(i.verbs), len(i.nouns), len(i.pairs)) for i in local)
        _, heads, windows, samples = tokens.shape
        row = np.arange(heads * windows).reshape(heads, windows, 1) * self._width
        self._cells = (tokens + row).ravel()
        self._first = _first_places(tokens)
        self._shape = heads, windows, self._width
        pairs = max(len(ids.pairs) for ids in local)
        self._pair_verb = np.zeros((windows, pairs), np.intp)
        self._pair_noun = np.zeros((windows, pairs), np.intp)
        self._is_pair = np.zeros((windows, pairs), bool)
        self._numbers = [
            dict(zip(i.pairs.tolist(), range(len(i.pairs)), strict=True)) for i in local
        ]
        self._nouns = [len(ids.nouns) for ids in local]
        for b, ids in enumerate(local):
            verb, noun = np.divmod(ids.pairs, len(ids.nouns))
            self._pair_verb[b, : len(verb)] = verb
            self._pair_noun[b, : len(noun)] = noun
            self._is_pair[b, : len(verb)] = True
        self._windows = np.arange(windows)

    def winner(self, saves: NDArray[np.bool_], useful: Floats, now: Tokens) -> Tokens:
        """Gives (3, B) the winning tokens; those of `now` stay where nothing beats them."""
        votes = self._count(saves, useful)
        rows = self._windows
        verb, noun = votes[0].argmax(axis=1), votes[1].argmax(axis=1)
        apart = votes[0, rows, verb] + votes[1, rows, noun]
        columns = rows[:, None]
        together = (
            votes[0, columns, self._pair_verb]
            + votes[1, columns, self._pair_noun]
            + votes[2, :, : self._is_pair.shape[1]]
        )
        together[~self._is_pair] = -np.inf
        pair = together.argmax(axis=1)
        by_pair = together[rows, pair] >= apart
        gain = np.where(by_pair, together[rows, pair], apart)
        verb = np.where(by_pair, self._pair_verb[rows, pair], verb)
        noun = np.where(by_pair, self._pair_noun[rows, pair], noun)
        pair = np.where(by_pair, pair, self._pairs_of(verb, noun))
        kept = votes[0, rows, now[0]] + votes[1, rows, now[1]]
        kept += np.where(now[2] == UNSEEN, 0.0, votes[2, rows, now[2]])
        better = gain > kept + _LEAST_GAIN
        return np.where(better, np.stack([verb, noun, pair]), now).astype(np.int16)

    def _count(self, saves: NDArray[np.bool_], useful: Floats) -> NDArray[np.float64]:
        """Gives (3, B, labels) votes; a sample votes for a token once, wherever it holds it."""
        marked = np.zeros(saves.size, bool)
        marked[self._first[np.flatnonzero(saves)]] = True
        ballots = np.flatnonzero(marked)
        votes = useful.ravel()[ballots % useful.size]
        counted = np.bincount(self._cells[ballots], votes, minlength=int(np.prod(self._shape)))
        return counted.reshape(self._shape)

    def _pairs_of(self, verb: NDArray[np.intp], noun: NDArray[np.intp]) -> NDArray[np.intp]:
        found = [
            numbers.get(int(v) * nouns + int(n), UNSEEN)
            for numbers, nouns, v, n in zip(self._numbers, self._nouns, verb, noun, strict=True)
        ]
        return np.array(found, np.intp)


def _first_places(tokens: Tokens) -> NDArray[np.intp]:
    """Gives (Z * voters,) where in the flat array each sample holds the same token first."""
    places = np.empty(tokens.shape, np.intp)
    for i in reversed(range(len(tokens))):
        np.copyto(places[i:], i, where=tokens[i:] == tokens[i])
    return (places * tokens[0].size + np.arange(tokens[0].size).reshape(tokens.shape[1:])).ravel()
