"""The set with the least expected best-of-K edit distance, against slow implementations of it."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from foretell.tools.anticipation.set_search import LONGEST
from foretell.tools.anticipation.set_selection import SelectionSettings, select_set

Ids = NDArray[np.int32]
CASES = settings(max_examples=60, deadline=None)
MANY = 50
"""Sweeps after which nothing changes any more in cases as small as these."""


@st.composite
def cases(draw: st.DrawFn) -> tuple[Ids, NDArray[np.float64], SelectionSettings]:
    """A few short samples of few words, their weights, and the weights of the heads."""
    count, length = draw(st.integers(3, 7)), draw(st.integers(1, 9))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    labels = draw(st.sampled_from([(2, 2), (3, 4)]))
    samples = chance.integers(0, labels, (count, length, 2)).astype(np.int32)
    weights = chance.uniform(1.0, 9.0, count)  # odd numbers, so that nothing ties
    verb, noun, action = chance.integers(0, 3, 3).tolist()
    heads = SelectionSettings(verb=verb, noun=noun, action=action + 1, starts=count, sweeps=MANY)
    return samples, weights, heads


def edit_distance(first: list[Any], second: list[Any]) -> int:
    """The table of Wagner and Fischer, row by row."""
    row = list(range(len(second) + 1))
    for i, one in enumerate(first, start=1):
        before, row = row, [i]
        for j, other in enumerate(second, start=1):
            row.append(min(before[j - 1] + (one != other), before[j] + 1, row[-1] + 1))
    return row[-1]


def distances(candidate: Ids, sample: Ids) -> tuple[int, int, int]:
    one, other = candidate.tolist(), sample.tolist()
    verbs = edit_distance([v for v, _ in one], [v for v, _ in other])
    nouns = edit_distance([n for _, n in one], [n for _, n in other])
    return verbs, nouns, edit_distance(one, other)


def expected(
    candidates: Ids, samples: Ids, weights: NDArray[np.float64], heads: SelectionSettings
) -> float:
    """What is to be minimised, straight from its definition."""
    by_head = (heads.verb, heads.noun, heads.action)
    total = 0.0
    for sample, weight in zip(samples, weights, strict=True):
        apart = [distances(candidate, sample) for candidate in candidates]
        best = (min(column) for column in zip(*apart, strict=True))
        total += weight * sum(w * least for w, least in zip(by_head, best, strict=True))
    return total / float(weights.sum())


def choose(samples: Ids, k: int, weights: NDArray[np.float64], heads: SelectionSettings) -> Ids:
    return select_set(samples, k, weights=weights, settings=heads)


def with_sweeps(heads: SelectionSettings, sweeps: int) -> SelectionSettings:
    return SelectionSettings(heads.verb, heads.noun, heads.action, heads.starts, sweeps)


@CASES
@given(cases())
def test_the_one_sample_kept_is_the_best_of_all(
    case: tuple[Ids, NDArray[np.float64], SelectionSettings],
) -> None:
    samples, weights, heads = case
    chosen = choose(samples, 1, weights, with_sweeps(heads, 0))
    least = min(expected(sample[None], samples, weights, heads) for sample in samples)
    assert expected(chosen, samples, weights, heads) == pytest.approx(least)
    assert any(np.array_equal(chosen[0], sample) for sample in samples)


@CASES
@given(cases(), st.integers(2, 3))
def test_each_further_sample_is_the_best_beside_those_before(
    case: tuple[Ids, NDArray[np.float64], SelectionSettings], k: int
) -> None:
    samples, weights, heads = case
    greedy: list[int] = []
    for _ in range(k):
        left = [i for i in range(len(samples)) if i not in greedy]
        worth = [expected(samples[[*greedy, i]], samples, weights, heads) for i in left]
        greedy.append(left[int(np.argmin(worth))])
    chosen = choose(samples, k, weights, with_sweeps(heads, 0))
    ours = expected(chosen, samples, weights, heads)
    assert ours == pytest.approx(expected(samples[greedy], samples, weights, heads))


@CASES
@given(cases(), st.integers(1, 3))
def test_no_sweep_makes_it_worse(
    case: tuple[Ids, NDArray[np.float64], SelectionSettings], k: int
) -> None:
    samples, weights, heads = case
    after = [
        expected(choose(samples, k, weights, with_sweeps(heads, n)), samples, weights, heads)
        for n in (0, 1, 2, MANY)
    ]
    assert all(later <= earlier + 1e-6 for earlier, later in pairwise(after))


@CASES
@given(cases(), st.integers(1, 2))
def test_at_last_no_other_action_in_any_place_is_better(
    case: tuple[Ids, NDArray[np.float64], SelectionSettings], k: int
) -> None:
    """The vote finds what trying every action and measuring every distance would find."""
    samples, weights, heads = case
    chosen = choose(samples, k, weights, heads)
    reached = expected(chosen, samples, weights, heads)
    verbs, nouns = (np.unique(samples[..., slot]).tolist() for slot in (0, 1))
    for row, place in product(range(k), range(samples.shape[1])):
        for action in product(verbs, nouns):
            other = chosen.copy()
            other[row, place] = action
            assert expected(other, samples, weights, heads) >= reached - 1e-5


@CASES
@given(cases())
def test_the_likeliest_candidate_comes_first(
    case: tuple[Ids, NDArray[np.float64], SelectionSettings],
) -> None:
    samples, weights, heads = case
    chosen = choose(samples, 2, weights, heads)
    first, second = (expected(one[None], samples, weights, heads) for one in chosen)
    assert first <= second + 1e-5


@CASES
@given(cases(), cases())
def test_a_batch_gives_what_one_by_one_gives(
    case: tuple[Ids, NDArray[np.float64], SelectionSettings],
    another: tuple[Ids, NDArray[np.float64], SelectionSettings],
) -> None:
    samples, weights, heads = case
    stranger = np.resize(another[0], samples.shape) + 5
    together = select_set(
        np.stack([samples, stranger]), 2, weights=np.stack([weights, weights]), settings=heads
    )
    assert np.array_equal(together[0], choose(samples, 2, weights, heads))
    assert np.array_equal(together[1], choose(stranger, 2, weights, heads))


def futures(*rows: str) -> Ids:
    """Samples of actions "verb noun", each in two digits."""
    return np.array([[[int(digit) for digit in pair] for pair in row.split()] for row in rows])


def test_one_candidate_may_be_a_future_that_no_sample_holds() -> None:
    samples = futures("11 22 33", "11 22 44", "55 22 33", "11 66 33")
    assert select_set(samples, 1).tolist() == futures("11 22 33").tolist()
    mixed = select_set(futures("11 22 43", "11 55 33", "66 22 33"), 1)
    assert mixed.tolist() == futures("11 22 33").tolist()


def test_a_verb_and_a_noun_that_no_sample_holds_together_may_be_best() -> None:
    samples = futures("12", "13", "17", "54", "64", "84")
    assert select_set(samples, 1).tolist() == futures("14").tolist()


def test_what_is_chosen_stays_where_nothing_is_better() -> None:
    samples = futures("22", "11")
    assert select_set(samples, 1).tolist() == futures("22").tolist()


def test_candidates_share_out_what_may_come() -> None:
    samples = futures("11 11 11", "22 22 22", "11 11 11", "11 11 11", "22 22 22")
    chosen = select_set(samples, 2)
    assert chosen.tolist() == futures("11 11 11", "22 22 22").tolist()


def test_the_weights_of_samples_decide() -> None:
    samples = futures("11 11", "22 22", "33 33")
    for row, sample in enumerate(samples):
        weights = np.where(np.arange(3) == row, 5.0, 1.0)
        assert np.array_equal(select_set(samples, 1, weights=weights)[0], sample)


def test_the_weights_of_heads_decide() -> None:
    samples = futures("11 11", "12 12", "31 31", "41 41")
    verbs = SelectionSettings(verb=1.0, noun=0.0, action=0.0, sweeps=0)
    nouns = SelectionSettings(verb=0.0, noun=1.0, action=0.0, sweeps=0)
    assert select_set(samples, 1, settings=verbs)[0, :, 0].tolist() == [1, 1]
    assert select_set(samples, 1, settings=nouns)[0, :, 1].tolist() == [1, 1]


def test_the_longest_futures_are_measured_right() -> None:
    chance = np.random.default_rng(3)
    samples = chance.integers(0, 5, (6, LONGEST, 2)).astype(np.int32)
    weights, heads = np.ones(6), SelectionSettings(sweeps=1)
    swept = expected(choose(samples, 2, weights, heads), samples, weights, heads)
    kept = expected(choose(samples, 2, weights, with_sweeps(heads, 0)), samples, weights, heads)
    assert swept < kept


def test_more_candidates_than_samples_are_refused() -> None:
    samples = futures("11 11", "22 22")
    for k in (0, 3):
        with pytest.raises(ValueError, match=f"cannot choose {k} futures of 2 samples; give at"):
            select_set(samples, k)


def test_futures_that_are_too_long_are_refused() -> None:
    sentence = f"futures are {LONGEST + 1} actions long, at most {LONGEST} can be compared"
    with pytest.raises(ValueError, match=sentence):
        select_set(np.zeros((2, LONGEST + 1, 2), np.int32), 1)
