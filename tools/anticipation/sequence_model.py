"""How a future goes on: back-off n-grams of the pool, similar windows, and the past itself.

An action is drawn noun first, then the verb given that noun. Each word is copied from one of the
sources below; how often from which is learnt (`mixture_weights`). Since a future is mostly about
the few things that are at hand, the caches of what was seen and of what was already drawn weigh
most; the n-grams give the order (take, then put), and the recogniser's habits come in where a
word that it saw is translated into the words that followed it elsewhere.

Kuhn and De Mori, "A cache-based natural language model for speech recognition", PAMI 1990.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from foretell.tools.anticipation.pool import Mask, Pool
from foretell.tools.anticipation.sources import (
    NOUN,
    VERB,
    ContextIndex,
    FromExamples,
    FromHistory,
    FromPool,
    Histories,
    Slot,
    Source,
)

Integers = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]

_MOST_TRANSLATED = 8000
"""Windows that translation is learnt from; more are thinned out evenly."""
_TRUST_PRIOR = 60.0
"""Entries that the mean trust counts for, in the trust in one word of the recogniser."""


class PoolStatistics:
    """The n-grams of a pool, indexed once; each query sees those of the videos it may learn from.

    Args:
        pool: What to learn from.
        verbs: How many verbs there are.
        nouns: How many nouns there are.
    """

    def __init__(self, pool: Pool, verbs: int, nouns: int) -> None:
        self._pool = pool
        self.verbs, self.nouns = verbs, nouns
        verb, noun = pool.tokens[:, VERB], pool.tokens[:, NOUN]
        sequence = pool.sequence
        second = np.flatnonzero(sequence[1:] == sequence[:-1]) + 1
        third = second[np.isin(second - 1, second, assume_unique=True)]
        same = (noun[1:] == noun[:-1])[second - 1]
        same_third = (noun[1:] == noun[:-1])[third - 1]

        def index(places: Integers, context: Integers, slot: Slot) -> ContextIndex:
            labels = (verbs, nouns)[slot]
            return ContextIndex.of(context, pool.tokens[places, slot], sequence[places], labels)

        everywhere = np.arange(len(sequence))
        after_verb = same * verbs + verb[second - 1]
        self._indexes = {
            "noun": index(everywhere, np.zeros_like(noun), NOUN),
            "noun after noun": index(second, noun[second - 1], NOUN),
            "noun after shown": self._translation(NOUN, nouns),
            "verb": index(everywhere, np.zeros_like(verb), VERB),
            "verb of noun": index(everywhere, noun, VERB),
            "verb after verb": index(second, after_verb, VERB),
            "verb of noun after verb": index(second, verb[second - 1] * nouns + noun[second], VERB),
            "verb after verbs": index(
                third, (same_third * verbs + verb[third - 2]) * verbs + verb[third - 1], VERB
            ),
            "verb after shown": self._translation(VERB, verbs),
        }

    def _translation(self, slot: Slot, labels: int) -> ContextIndex:
        """Pairs each word shown in a past with each that came in its future."""
        pool = self._pool
        step = max(1, -(-len(pool.shown) // _MOST_TRANSLATED))
        shown = pool.shown[::step, :, None, slot]
        future = pool.futures[::step, None, :, slot]
        shown, future = np.broadcast_arrays(shown, future)
        pairs = pool.observed * pool.horizon
        sequence = np.repeat(pool.window_sequence[::step], pairs)
        return ContextIndex.of(shown.ravel(), future.ravel(), sequence, labels)

    def model(self, allowed: Mask) -> SequenceModel:
        """Gives the model of the allowed sequences; (sequences,) of `allowed` says which."""
        if not allowed[self._pool.sequence].any():
            raise ValueError("a model needs at least one sequence to learn from")
        indexes = {name: index.only(allowed) for name, index in self._indexes.items()}
        return SequenceModel(indexes, self._pool.futures, self.verbs, self.nouns)


class SequenceModel:
    """The sources of the next noun, and of the next verb given its noun."""

    def __init__(
        self, indexes: dict[str, ContextIndex], futures: Integers, verbs: int, nouns: int
    ) -> None:
        trust = _trust(indexes["noun after shown"], nouns)
        self.nouns = _noun_sources(indexes, futures[..., NOUN], trust)
        self.verbs = _verb_sources(indexes, futures[..., VERB], verbs, nouns)


def _trust(translation: ContextIndex, labels: int) -> Floats:
    """Gives (labels,) how large a share of the future a shown word has."""
    words = np.arange(labels)
    kept, seen = translation.counts(words, words), translation.sizes(words)
    mean = kept.sum() / max(1, seen.sum())
    trust: Floats = (kept + _TRUST_PRIOR * mean) / (seen + _TRUST_PRIOR)
    return trust


def _noun_sources(
    indexes: dict[str, ContextIndex], futures: Integers, trust: Floats
) -> dict[str, Source]:
    prior = FromPool(indexes["noun"], _no_context)
    return {
        "latest": FromHistory(NOUN, _latest, prior),
        "shown": FromHistory(NOUN, _shown, prior),
        "trusted": FromHistory(NOUN, lambda h: _shown(h) * trust[h.actions[..., NOUN]], prior),
        "drawn": FromHistory(NOUN, _drawn, prior),
        "after same action": FromHistory(NOUN, _after_same_action, prior),
        "after noun": FromPool(
            indexes["noun after noun"], lambda h: h.actions[:, -1:, NOUN], prior
        ),
        "translated": FromPool(
            indexes["noun after shown"], lambda h: h.actions[:, : h.observed, NOUN], prior
        ),
        "examples": FromExamples(futures),
        "pool": prior,
    }


def _verb_sources(
    indexes: dict[str, ContextIndex], futures: Integers, verbs: int, nouns: int
) -> dict[str, Source]:
    def after_verb(h: Histories) -> Integers:
        return (_same_noun(h) * verbs + h.actions[:, -1, VERB])[:, None]

    def after_verbs(h: Histories) -> Integers:
        before = h.actions[:, max(0, h.actions.shape[1] - 2), VERB]
        return ((_same_noun(h) * verbs + before) * verbs + h.actions[:, -1, VERB])[:, None]

    def of_noun_after_verb(h: Histories) -> Integers:
        return (h.actions[:, -1, VERB] * nouns + h.noun)[:, None]

    prior = FromPool(indexes["verb"], _no_context)
    bigram = FromPool(indexes["verb after verb"], after_verb, prior)
    of_noun = FromPool(indexes["verb of noun"], lambda h: h.noun[:, None], prior)
    repeat = FromHistory(VERB, _after_same_verb, bigram)
    return {
        "after verb": bigram,
        "of noun": of_noun,
        "of noun after verb": FromPool(
            indexes["verb of noun after verb"], of_noun_after_verb, bigram
        ),
        "after verbs": FromPool(indexes["verb after verbs"], after_verbs, bigram),
        "after same verb": repeat,
        "after same verbs": FromHistory(VERB, _after_same_verbs, repeat),
        "with same noun": FromHistory(VERB, _with_same_noun, of_noun),
        "shown": FromHistory(VERB, _shown, prior),
        "drawn": FromHistory(VERB, _drawn, prior),
        "translated": FromPool(
            indexes["verb after shown"], lambda h: h.actions[:, : h.observed, VERB], prior
        ),
        "examples": FromExamples(futures),
        "pool": prior,
    }


def _no_context(h: Histories) -> Integers:
    return np.zeros((len(h), 1), np.int64)


def _same_noun(h: Histories) -> Integers:
    same: Mask = h.noun == h.actions[:, -1, NOUN]
    return same.astype(np.int64)


def _evenly(places: Mask) -> Floats:
    """Shares 1 among the marked places of each row; a row without any gets nothing."""
    shares: Floats = places / np.maximum(1, places.sum(axis=1, keepdims=True))
    return shares


def _latest(h: Histories) -> Floats:
    weights = np.zeros(h.actions.shape[:2])
    weights[:, -1] = 1.0
    return weights


def _shown(h: Histories) -> Floats:
    weights = np.zeros(h.actions.shape[:2])
    weights[:, : h.observed] = 1.0 / h.observed
    return weights


def _drawn(h: Histories) -> Floats:
    drawn = h.actions.shape[1] - h.observed
    if not drawn:
        return _shown(h)
    weights = np.zeros(h.actions.shape[:2])
    weights[:, h.observed :] = 1.0 / drawn
    return weights


def _after_same_action(h: Histories) -> Floats:
    places = np.zeros(h.actions.shape[:2], bool)
    places[:, 1:] = (h.actions[:, :-1] == h.actions[:, -1:]).all(axis=2)
    return _evenly(places)


def _after_same_verb(h: Histories) -> Floats:
    return _evenly(_verb_repeats(h))


def _after_same_verbs(h: Histories) -> Floats:
    places = _verb_repeats(h)
    if places.shape[1] > 1:
        places[:, 2:] &= h.actions[:, :-2, VERB] == h.actions[:, -2, VERB, None]
    places[:, :2] = False
    return _evenly(places)


def _verb_repeats(h: Histories) -> Mask:
    """Marks what followed the latest verb before, on the same noun or on another as now."""
    verb, noun = h.actions[..., VERB], h.actions[..., NOUN]
    places = np.zeros(verb.shape, bool)
    stays = noun[:, 1:] == noun[:, :-1]
    places[:, 1:] = (verb[:, :-1] == verb[:, -1:]) & (stays == (h.noun == noun[:, -1])[:, None])
    return places


def _with_same_noun(h: Histories) -> Floats:
    return _evenly(h.actions[..., NOUN] == h.noun[:, None])
