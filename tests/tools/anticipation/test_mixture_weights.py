"""How much each source is worth: fitted by likelihood, away from the windows that are served."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from foretell.actions import Action, ActionSequence
from foretell.tools.anticipation.mixture_weights import (
    FOLDS,
    STAGES,
    CrossFittedWeights,
    MixtureWeights,
    even_weights,
    fit_mixture,
    stage,
)
from foretell.tools.anticipation.pool import encode_pool
from foretell.tools.anticipation.sequence_model import PoolStatistics
from foretell.tools.anticipation.similar_pasts import SimilarPasts
from tests.tools.made_habits import NOUNS, TAXONOMY, VERBS, clips

OBSERVED, HORIZON = 4, 6


def fitted(sequences: tuple[ActionSequence, ...], horizon: int = HORIZON) -> CrossFittedWeights:
    pool = encode_pool(sequences, TAXONOMY, observed=OBSERVED, horizon=horizon)
    labels = len(VERBS), len(NOUNS)
    statistics, similar = PoolStatistics(pool, *labels), SimilarPasts(pool, *labels)
    return CrossFittedWeights(pool, statistics, similar, examples=5)


def weights_of(sequences: tuple[ActionSequence, ...], video: str) -> MixtureWeights:
    weights = fitted(sequences).of(video)
    assert weights is not None
    return weights


def test_planted_weights_are_found_again() -> None:
    chance = np.random.default_rng(0)
    planted = np.array([0.6, 0.3, 0.1, 0.0])
    sources = chance.dirichlet(np.full(30, 0.3), size=4)
    words = np.array([chance.choice(30, p=sources[s]) for s in chance.choice(4, 6000, p=planted)])
    assert fit_mixture(sources[:, words].T) == pytest.approx(planted, abs=0.04)


def test_words_that_no_source_knows_say_nothing() -> None:
    known = np.array([[0.9, 0.1], [0.2, 0.3], [0.5, 0.1]])
    unknown = np.zeros((5, 2))
    assert np.array_equal(fit_mixture(np.concatenate([known, unknown])), fit_mixture(known))
    assert fit_mixture(unknown).tolist() == [0.5, 0.5]


def test_weights_are_shares_at_every_stage() -> None:
    weights = weights_of(clips(8), "video of nobody")
    for share in (weights.nouns, weights.verbs):
        assert share.shape[0] == len(STAGES) + 1
        assert share.sum(axis=1) == pytest.approx(1.0)
        assert share.min() >= 0.0


def test_what_repeats_is_copied_from_the_latest() -> None:
    """Where everybody keeps to one noun that nobody else touches, the caches get all the weight."""
    held = tuple(
        replace(c, actions=tuple(Action(a.verb, NOUNS[n]) for a in c.actions))
        for n, c in enumerate(clips(8))
    )
    nouns = weights_of(held, "video of nobody").nouns
    pool = encode_pool(held, TAXONOMY, observed=OBSERVED, horizon=HORIZON)
    model = PoolStatistics(pool, len(VERBS), len(NOUNS)).model(np.ones(8, bool))
    cached = {"latest", "shown", "trusted", "drawn", "after same action"}
    share = dict(zip(model.nouns, nouns.T, strict=True))
    assert sum(share[name] for name in cached) == pytest.approx(1.0, abs=0.02)


def test_the_windows_of_a_run_of_the_pool_do_not_fit_their_own_weights() -> None:
    """The first run goes in circles, this way or that: its pasts hold the same words."""
    others = clips(8)[8 // FOLDS :]
    own = frozenset(f"video{n}" for n in range(8 // FOLDS))

    def pool(way: int) -> tuple[ActionSequence, ...]:
        circle = [Action(VERBS[n], NOUNS[n]) for n in range(OBSERVED)][::way]
        first = tuple(ActionSequence(video, video, tuple(circle * 10)) for video in sorted(own))
        return (*first, *(replace(c, excluded=own) for c in others))

    forth, back = fitted(pool(1)), fitted(pool(-1))
    for video, same in (("video0", True), ("video7", False)):
        one, other = forth.of(video), back.of(video)
        assert one is not None
        assert other is not None
        assert np.array_equal(one.nouns, other.nouns) == same
        assert np.array_equal(one.verbs, other.verbs) == same


def test_the_windows_of_a_run_of_the_pool_do_not_tell_each_other() -> None:
    """Twins copy from each other where they can: not where they stand in the same run."""
    there = clips(8)
    beside = tuple(replace(there[n], actions=there[n - n % 2].actions) for n in range(8))
    apart = tuple(replace(there[n], actions=there[n % 4].actions) for n in range(8))
    pool = encode_pool(beside, TAXONOMY, observed=OBSERVED, horizon=HORIZON)
    names = list(PoolStatistics(pool, len(VERBS), len(NOUNS)).model(np.ones(8, bool)).nouns)
    alone, together = (
        weights_of(pool, "video of nobody").nouns[:, names.index("examples")].mean()
        for pool in (beside, apart)
    )
    assert alone < 0.1 < 0.3 < together


def test_weights_change_after_the_first_drawn_actions() -> None:
    assert [stage(drawn) for drawn in (0, 1, 2, 3, 7, 8, 19)] == [0, 1, 1, 2, 2, 3, 3]


def test_a_horizon_that_ends_early_lends_its_last_weights_to_later_stages() -> None:
    weights = fitted(clips(8), horizon=2).of("video of nobody")
    assert weights is not None
    assert np.array_equal(weights.nouns[1], weights.nouns[3])
    assert not np.array_equal(weights.nouns[0], weights.nouns[1])


def test_one_sequence_fits_nothing() -> None:
    assert fitted(clips(1)).of("video of nobody") is None


def test_even_weights_prefer_no_source() -> None:
    pool = encode_pool(clips(1), TAXONOMY, observed=OBSERVED, horizon=HORIZON)
    model = PoolStatistics(pool, len(VERBS), len(NOUNS)).model(np.ones(1, bool))
    weights = even_weights(model)
    assert weights.nouns == pytest.approx(1 / len(model.nouns))
    assert weights.verbs == pytest.approx(1 / len(model.verbs))
