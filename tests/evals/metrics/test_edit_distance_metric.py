"""ED@z and AUED against hand cases and the definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from foretell.evals.metrics.edit_distance import aued, distances_by_head, edit_distance_at


def test_the_best_candidate_is_chosen_anew_for_each_number_of_actions() -> None:
    truth = np.array([[1, 2, 3, 4]])
    candidates = np.array([[[1, 9, 9, 9], [9, 2, 3, 4]]])
    assert edit_distance_at(candidates, truth)[0] == pytest.approx([0, 1 / 2, 1 / 3, 1 / 4])


def test_a_transposition_costs_two_where_damerau_counts_one() -> None:
    truth, swapped = [1, 2, 3, 4], [1, 3, 2, 4]
    assert OSA.distance(truth, swapped) == 1
    assert edit_distance_at(np.array([[swapped]]), np.array([truth]))[0, -1] == 2 / 4


def test_area_by_hand() -> None:
    distances = np.array([1.0, 0.5, 0.5, 0.25])
    by_hand = ((1.0 + 0.5) / 2 + (0.5 + 0.5) / 2 + (0.5 + 0.25) / 2) / 3
    assert aued(distances) == pytest.approx(by_hand)


def test_area_of_one_action_is_its_distance() -> None:
    assert aued(np.array([[1.0], [0.0]])).tolist() == [1.0, 0.0]


@given(st.integers(2, 20), st.integers(1, 8), st.integers(0, 9))
def test_area_of_the_mean_is_the_mean_of_the_areas(length: int, count: int, seed: int) -> None:
    distances = np.random.default_rng(seed).random((count, length))
    assert aued(distances.mean(axis=0)) == pytest.approx(aued(distances).mean())


def test_each_head_chooses_its_own_candidate() -> None:
    truth = np.array([[[1, 5], [2, 6]]])
    right_verbs, right_nouns = [[1, 9], [2, 9]], [[9, 5], [9, 6]]
    heads = distances_by_head(np.array([[right_verbs, right_nouns]]), truth)
    assert {head: value[0, -1] for head, value in heads.items()} == {
        "verb": 0.0,
        "noun": 0.0,
        "action": 1.0,
    }


def test_pairs_with_equal_sums_are_not_equal_actions() -> None:
    heads = distances_by_head(np.array([[[[1, 2]]]]), np.array([[[2, 1]]]))
    assert heads["action"].tolist() == [[1.0]]


@pytest.mark.parametrize("shape", [(2, 5, 4), (1, 0, 4)])
def test_candidates_must_fit_the_truth(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="do not fit a truth of shape"):
        edit_distance_at(np.zeros(shape, int), np.zeros((1, 4), int))
