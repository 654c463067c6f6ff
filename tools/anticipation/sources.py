"""Where the next token of a future may be copied from.

A source is a distribution over tokens that can be drawn from and that can tell a token's
probability. There are three kinds: from the history itself (shown or already drawn actions), from
what followed the same context elsewhere in the pool, and from the futures of similar windows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]
Slot = Literal[0, 1]
VERB: Slot = 0
NOUN: Slot = 1
"""Places of the two in a (..., 2) array of an action."""
_BACK_OFF = 2.0
"""Entries that the shorter context counts for, as in Witten-Bell smoothing."""
_NUMBERS = 4
"""Random numbers that one source may use before its fallback."""
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
"""Shifts and factors of SplitMix64 (Steele et al., OOPSLA 2014)."""
Keys = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """R futures under way, of Q pasts.

    Attributes:
        actions: (R, L, 2) verb and noun ids: the observed ones and those drawn so far.
        observed: How many of them were observed.
        noun: (R,) the noun of the next action, once it is known.
        past: (R,) which of the pasts each future follows.
        examples: (Q, E) windows of the pool whose past is like each past.
        shares: (Q, E) weight of each, 1 in all.
    """

    actions: Integers
    observed: int
    noun: Integers
    past: Integers
    examples: Integers
    shares: Floats

    @classmethod
    def of(cls, pasts: Integers, examples: Integers, shares: Floats) -> Histories:
        """Begins a future of each of (Q, L, 2) pasts."""
        each = np.arange(len(pasts))
        return cls(pasts, pasts.shape[1], np.zeros_like(each), each, examples, shares)

    def take(self, rows: NDArray[np.integer[Any]]) -> Histories:
        """Gives some of the rows."""
        return replace(self, actions=self.actions[rows], noun=self.noun[rows], past=self.past[rows])

    def __len__(self) -> int:
        return len(self.actions)


class Source(Protocol):
    """A distribution over the next verb or noun of each history."""

    def probability(self, histories: Histories, token: Integers) -> Floats:
        """Gives (R,) how likely each history is to go on with its token."""
        ...

    def draw(self, histories: Histories, uniforms: Uniforms) -> Integers:
        """Gives (R,) a token for each history."""
        ...


class FromHistory:
    """Copies from a place of the history.

    Args:
        slot: Which word of an action is copied.
        weigh: Gives (R, L) the weight of each place, at most 1 a row.
        fallback: Takes what is missing to 1.
    """

    def __init__(self, slot: Slot, weigh: Callable[[Histories], Floats], fallback: Source) -> None:
        self._slot: Slot = slot
        self._weigh = weigh
        self._fallback = fallback

    def probability(self, histories: Histories, token: Integers) -> Floats:
        """Gives (R,) how likely each history is to go on with its token."""
        weights = self._weigh(histories)
        same = histories.actions[..., self._slot] == token[:, None]
        here: Floats = (weights * same).sum(axis=1)
        rest: Floats = 1.0 - weights.sum(axis=1)
        return here + rest * self._fallback.probability(histories, token)

    def draw(self, histories: Histories, uniforms: Uniforms) -> Integers:
        """Gives (R,) a token for each history."""
        reached = np.cumsum(self._weigh(histories), axis=1)
        place = (uniforms(0)[:, None] >= reached).sum(axis=1)
        missed = np.flatnonzero(place == reached.shape[1])
        place[missed] = 0
        tokens: Integers = histories.actions[np.arange(len(place)), place, self._slot]
        if missed.size:
            further = uniforms.take(missed, _NUMBERS)
            tokens[missed] = self._fallback.draw(histories.take(missed), further)
        return tokens


class FromPool:
    """Copies what stood in the same context in the pool.

    Args:
        index: The pool's tokens by context.
        contexts: Gives (R, C) contexts, one of which is taken, all being equally likely.
        fallback: Takes over the more, the rarer the context; None where it always has entries.
    """

    def __init__(
        self,
        index: ContextIndex,
        contexts: Callable[[Histories], Integers],
        fallback: Source | None = None,
    ) -> None:
        self._index = index
        self._contexts = contexts
        self._fallback = fallback

    def probability(self, histories: Histories, token: Integers) -> Floats:
        """Gives (R,) how likely each history is to go on with its token."""
        contexts = self._contexts(histories)
        counts = self._index.counts(contexts, token[:, None])
        sizes = self._index.sizes(contexts)
        if self._fallback is None:
            alone: Floats = (counts / sizes).mean(axis=1)
            return alone
        shorter = _BACK_OFF * self._fallback.probability(histories, token)
        both: Floats = ((counts + shorter[:, None]) / (sizes + _BACK_OFF)).mean(axis=1)
        return both

    def draw(self, histories: Histories, uniforms: Uniforms) -> Integers:
        """Gives (R,) a token for each history."""
        context = self._one_context(histories, uniforms)
        if self._fallback is None:
            return self._index.draw(context, uniforms(1))
        sizes = self._index.sizes(context)
        known = uniforms(0) * (sizes + _BACK_OFF) < sizes
        tokens = np.empty(len(context), np.int64)
        tokens[known] = self._index.draw(context[known], uniforms(1)[known])
        rest = np.flatnonzero(~known)
        if rest.size:
            further = uniforms.take(rest, _NUMBERS)
            tokens[rest] = self._fallback.draw(histories.take(rest), further)
        return tokens

    def _one_context(self, histories: Histories, uniforms: Uniforms) -> Integers:
        contexts = self._contexts(histories)
        column = np.zeros(len(contexts), np.int64)
        if contexts.shape[1] > 1:
            column = (uniforms(2) * contexts.shape[1]).astype(np.int64)
        context: Integers = contexts[np.arange(len(contexts)), column]
        return context


class FromExamples:
    """Copies from any place of the future of a similar window.

    Args:
        futures: (W, Z) the tokens that followed each window of the pool.
    """

    def __init__(self, futures: Integers) -> None:
        self._futures = futures

    def probability(self, histories: Histories, token: Integers) -> Floats:
        """Gives (R,) how likely each history is to go on with its token."""
        examples, shares = histories.examples[histories.past], histories.shares[histories.past]
        same = self._futures[examples] == token[:, None, None]
        told: Floats = (same.mean(axis=2) * shares).sum(axis=1)
        return told

    def draw(self, histories: Histories, uniforms: Uniforms) -> Integers:
        """Gives (R,) a token for each history."""
        past = histories.past
        reached = np.cumsum(histories.shares, axis=1)[past, :-1]
        column = (uniforms(0)[:, None] >= reached).sum(axis=1)
        window = histories.examples[past, column]
        place = (uniforms(1) * self._futures.shape[1]).astype(np.int64)
        tokens: Integers = self._futures[window, place]
        return tokens


class Mixture:
    """Copies from one of several sources.

    Args:
        sources: The sources.
        weights: (C,) how likely each is to be copied from.
    """

    def __init__(self, sources: Sequence[Source], weights: Floats) -> None:
        self._sources = sources
        self._reached = np.cumsum(weights)[:-1]

    def draw(self, histories: Histories, uniforms: Uniforms) -> Integers:
        """Gives (R,) a token for each history."""
        chosen = np.searchsorted(self._reached, uniforms(0), side="right")
        tokens = np.empty(len(histories), np.int64)
        for number, source in enumerate(self._sources):
            rows = np.flatnonzero(chosen == number)
            if rows.size:
                tokens[rows] = source.draw(histories.take(rows), uniforms.take(rows, 1))
        return tokens


class Uniforms:
    """One stream of uniform numbers a row, read by position.

    The numbers are those of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom
    number generators", OOPSLA 2014), whose state after n steps is known without taking them.

    Args:
        seeds: (R,) start of each row's stream.
        first: Position that counts as 0.
    """

    def __init__(self, seeds: NDArray[np.uint64], first: int = 0) -> None:
        self._seeds = seeds
        self._first = first

    def __call__(self, position: int) -> NDArray[np.float64]:
        """Gives (R,) the number at `position` of each row's stream, in [0, 1)."""
        with np.errstate(over="ignore"):
            state = self._seeds + _STEP * np.uint64(self._first + position + 1)
            for shift, factor in _MIX:
                state = (state ^ (state >> np.uint64(shift))) * np.uint64(factor)
        state = state ^ (state >> np.uint64(31))
        return (state >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def take(self, rows: NDArray[np.integer[Any]], skip: int = 0) -> Uniforms:
        """Gives the streams of some rows, from `skip` positions further on."""
        return Uniforms(self._seeds[rows], self._first + skip)

    def skip(self, count: int) -> Uniforms:
        """Gives the same streams, from `count` positions further on."""
        return Uniforms(self._seeds, self._first + count)


def seeds_of(name: str, count: int, seed: int = 0) -> NDArray[np.uint64]:
    """Gives (count,) seeds that depend on a name alone."""
    digest = hashlib.blake2b(f"{seed} {name}".encode(), digest_size=8).digest()
    start = np.uint64(int.from_bytes(digest, "little"))
    rows = np.arange(1, count + 1, dtype=np.uint64)
    return (Uniforms(np.array([start]) ^ rows)(0) * 2.0**53).astype(np.uint64) << np.uint64(11)


class ContextIndex:
    """Tokens by context, sorted.

    Args:
        keys: (E,) context * labels + token of each entry, ascending.
        sequence: (E,) sequence of the pool that each entry comes from.
        labels: How many labels a token may have.
    """

    def __init__(self, keys: Keys, sequence: Integers, labels: int) -> None:
        self._keys = keys
        self._sequence = sequence
        self._labels = labels

    @classmethod
    def of(
        cls, context: Integers, token: Integers, sequence: Integers, labels: int
    ) -> ContextIndex:
        """Sorts (E,) entries."""
        keys = context.astype(np.int64) * labels + token
        order = np.argsort(keys, kind="stable")
        return cls(keys[order], sequence[order], labels)

    def only(self, allowed: NDArray[np.bool_]) -> ContextIndex:
        """Gives the entries of the allowed sequences; (sequences,) of `allowed` says which."""
        kept = allowed[self._sequence]
        return ContextIndex(self._keys[kept], self._sequence[kept], self._labels)

    def sizes(self, context: Integers) -> Keys:
        """Gives how many entries each context has."""
        first, last = self._range(context)
        return last - first

    def counts(self, context: Integers, token: Integers) -> Keys:
        """Gives how many entries of each context hold a token."""
        key = context.astype(np.int64) * self._labels + token
        return np.searchsorted(self._keys, key + 1) - np.searchsorted(self._keys, key)

    def draw(self, context: Integers, uniform: Floats) -> Integers:
        """Gives a token of each context, which must have one; equal numbers draw equal tokens."""
        first, last = self._range(context)
        return self._keys[first + (uniform * (last - first)).astype(np.int64)] % self._labels

    def _range(self, context: Integers) -> tuple[Keys, Keys]:
        start = context.astype(np.int64) * self._labels
        return np.searchsorted(self._keys, start), np.searchsorted(self._keys, start + self._labels)
