"""Every source of the next word draws as it says it does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from foretell.actions import ActionSequence
from foretell.tools.anticipation.pool import encode_pool
from foretell.tools.anticipation.sequence_model import PoolStatistics, SequenceModel
from foretell.tools.anticipation.similar_pasts import SimilarPasts
from foretell.tools.anticipation.sources import (
    NOUN,
    VERB,
    Histories,
    Mixture,
    Slot,
    Source,
    Uniforms,
    seeds_of,
)
from tests.tools.made_habits import NOUNS, TAXONOMY, VERBS, actions, clips

OBSERVED, HORIZON = 4, 5
CLIPS = clips(6, 16)
LABELS = {VERB: len(VERBS), NOUN: len(NOUNS)}
DRAWS = 20_000


def model_of(
    sequences: tuple[ActionSequence, ...], allowed: tuple[int, ...]
) -> tuple[SequenceModel, Histories]:
    """The model of some of the sequences, and two futures under way, of which one is at a loss."""
    pool = encode_pool(sequences, TAXONOMY, observed=OBSERVED, horizon=HORIZON)
    mask = np.isin(np.arange(len(sequences)), allowed)
    shown = np.stack(
        [TAXONOMY.encode(actions(90, 7)), TAXONOMY.encode(actions(91, 7, ("knife", "jar")))]
    )
    similar = SimilarPasts(pool, len(VERBS), len(NOUNS))
    examples, _, shares = similar.find(shown[:, :OBSERVED], mask, 3)
    known = replace(Histories.of(shown, examples, shares), observed=OBSERVED)
    noun = np.array([shown[0, -1, NOUN], NOUNS.index("cup")])
    statistics = PoolStatistics(pool, len(VERBS), len(NOUNS))
    return statistics.model(mask), replace(known, noun=noun)


MODEL, KNOWN = model_of(CLIPS, (0, 1, 2, 4))
SOURCES: list[tuple[Slot, str, Source]] = [
    *((NOUN, name, source) for name, source in MODEL.nouns.items()),
    *((VERB, name, source) for name, source in MODEL.verbs.items()),
]
NAMES = [f"{('verb', 'noun')[slot]} {name}" for slot, name, _ in SOURCES]


def told(source: Source, slot: Slot, known: Histories) -> np.ndarray:
    """(R, labels) the probability of every word."""
    every = range(LABELS[slot])
    return np.stack([source.probability(known, np.full(len(known), t)) for t in every], axis=1)


def frequencies(drawn: np.ndarray, slot: Slot, rows: int) -> np.ndarray:
    """(rows, labels) how often each word was drawn."""
    counts = [np.bincount(row, minlength=LABELS[slot]) for row in drawn.reshape(rows, -1)]
    return np.stack(counts) / DRAWS


def many(known: Histories) -> tuple[Histories, Uniforms]:
    rows = np.repeat(np.arange(len(known)), DRAWS)
    return known.take(rows), Uniforms(seeds_of("many", len(rows)))


@pytest.mark.parametrize(("slot", "name", "source"), SOURCES, ids=NAMES)
def test_a_source_draws_as_often_as_it_says(slot: Slot, name: str, source: Source) -> None:
    likely = told(source, slot, KNOWN)
    assert likely.sum(axis=1) == pytest.approx(1.0)
    assert likely.min() >= 0.0
    drawn = frequencies(source.draw(*many(KNOWN)), slot, 2)
    assert drawn == pytest.approx(likely, abs=0.02), name


@pytest.mark.parametrize(("slot", "name", "source"), SOURCES, ids=NAMES)
def test_a_source_serves_a_past_of_one_action(slot: Slot, name: str, source: Source) -> None:
    one = replace(KNOWN, actions=KNOWN.actions[:, :1], observed=1)
    likely = told(source, slot, one)
    assert likely.sum(axis=1) == pytest.approx(1.0)
    drawn = frequencies(source.draw(*many(one)), slot, 2)
    assert drawn == pytest.approx(likely, abs=0.02), name


def test_a_mixture_draws_from_each_source_as_its_weight_says() -> None:
    sources = list(MODEL.nouns.values())
    weights = np.arange(1.0, len(sources) + 1) / np.arange(1, len(sources) + 1).sum()
    drawn = frequencies(Mixture(sources, weights).draw(*many(KNOWN)), NOUN, 2)
    mixed = sum(w * told(s, NOUN, KNOWN) for w, s in zip(weights, sources, strict=True))
    assert drawn == pytest.approx(mixed, abs=0.02)


def test_a_model_knows_nothing_of_the_sequences_left_out() -> None:
    strangers = tuple(replace(c, actions=c.actions[::-1]) for c in CLIPS)
    changed = tuple(strangers[i] if i in (3, 5) else CLIPS[i] for i in range(len(CLIPS)))
    other, _ = model_of(changed, (0, 1, 2, 4))
    for (slot, name, source), twin in zip(
        SOURCES, [*other.nouns.values(), *other.verbs.values()], strict=True
    ):
        assert np.array_equal(told(source, slot, KNOWN), told(twin, slot, KNOWN)), name


def test_a_word_after_its_like_is_copied() -> None:
    """After "take a, put a, take b" comes "put", on the same noun again."""
    take, put = VERBS.index("take"), VERBS.index("put")
    shown = np.array([[[take, 1], [put, 1], [take, 2]]], np.int32)
    pasts = Histories.of(shown, KNOWN.examples[:1], KNOWN.shares[:1])
    known = replace(pasts, noun=np.array([2]))
    likely = MODEL.verbs["after same verb"].probability(known, np.array([put]))
    assert likely.tolist() == [1.0]


def test_two_verbs_after_their_like_are_copied() -> None:
    """After "cut b, take b" came "stir b"; what came after the first "take" has no verb before."""
    take, put, cut, stir = (VERBS.index(verb) for verb in ("take", "put", "cut", "stir"))
    verbs, nouns = [take, put, cut, take, stir, cut, take], [0, 0, 1, 1, 1, 2, 2]
    shown = np.stack([verbs, nouns], axis=1).astype(np.int32)[None]
    pasts = Histories.of(shown, KNOWN.examples[:1], KNOWN.shares[:1])
    known = replace(pasts, noun=np.array([2]))
    likely = MODEL.verbs["after same verbs"].probability(known, np.array([stir]))
    assert likely.tolist() == [1.0]


def test_a_model_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="a model needs at least one sequence to learn from"):
        model_of(CLIPS, ())
