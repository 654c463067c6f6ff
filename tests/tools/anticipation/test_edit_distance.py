"""Levenshtein distances against hand cases and an independent implementation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from foretell.tools.anticipation.edit_distance import (
    levenshtein,
    levenshtein_matrix,
    prefix_distances,
)


def ids(*texts: str) -> NDArray[np.int32]:
    return np.array([[ord(letter) for letter in text] for text in texts], np.int32)


def by_hand(first: Sequence[int], second: Sequence[int]) -> int:
    """The definition itself, by recursion over the first tokens."""
    if not first or not second:
        return len(first) + len(second)
    if first[0] == second[0]:
        return by_hand(first[1:], second[1:])
    return 1 + min(
        by_hand(first[1:], second), by_hand(first, second[1:]), by_hand(first[1:], second[1:])
    )


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [
        ("abcd", "abcd", 0),
        ("abcd", "abce", 1),
        ("abcd", "bcde", 2),
        ("abcd", "wxyz", 4),
        ("aaaa", "baaa", 1),
        ("abcabc", "cabcab", 2),
        ("a", "a", 0),
        ("a", "b", 1),
    ],
)
def test_distances_of_hand_cases(first: str, second: str, distance: int) -> None:
    assert levenshtein(ids(first), ids(second)).tolist() == [distance]
    assert levenshtein_matrix(ids(first), ids(second)).tolist() == [[distance]]


def test_a_transposition_counts_twice_so_that_it_is_not_damerau() -> None:
    assert levenshtein(ids("abcd"), ids("acbd")).tolist() == [2]
    assert levenshtein_matrix(ids("abcd"), ids("acbd")).tolist() == [[2]]


def test_lengths_may_differ_in_a_matrix() -> None:
    assert levenshtein_matrix(ids("kitten", "mitten"), ids("sitting")).tolist() == [[3], [3]]


def test_every_prefix_has_its_distance() -> None:
    assert prefix_distances(ids("abcd"), ids("bcda")).tolist() == [[1, 2, 2, 2]]


tokens = st.integers(0, 3)


@given(st.integers(1, 6).flatmap(lambda z: st.lists(st.lists(tokens, min_size=z, max_size=z),
                                                    min_size=2, max_size=8)))  # fmt: skip
def test_random_sequences_agree_with_the_definition(rows: list[list[int]]) -> None:
    half = len(rows) // 2
    first, second = rows[:half], rows[half : 2 * half]
    prefixes = prefix_distances(np.array(first), np.array(second))
    length = len(rows[0])
    for one, other, distances in zip(first, second, prefixes.tolist(), strict=True):
        assert distances == [by_hand(one[:z], other[:z]) for z in range(1, length + 1)]
    matrix = levenshtein_matrix(np.array(first), np.array(second)).tolist()
    assert matrix == [[by_hand(one, other) for other in second] for one in first]


@pytest.mark.parametrize("spread", [1, 997, 60_957, -1])
def test_ids_of_any_size_are_told_apart(spread: int) -> None:
    """Some ids are characters that no text may hold (surrogates), or negative."""
    rows = np.arange(3000).reshape(-1, 20) * spread
    moved = np.roll(rows, 1, axis=1)
    assert set(levenshtein(rows, moved).tolist()) == {2}
    matrix = levenshtein_matrix(rows, moved)
    assert set(np.diag(matrix).tolist()) == {2}
    assert set(matrix[~np.eye(len(rows), dtype=bool)].tolist()) == {20}


def test_more_ids_than_there_are_characters_below_the_surrogates() -> None:
    rows = np.arange(70_000).reshape(-1, 20) * 3
    matrix = levenshtein_matrix(rows[-50:], rows)
    assert (matrix == 0).sum(axis=1).tolist() == [1] * 50


def test_a_matrix_of_one_array_with_itself_is_the_same() -> None:
    rows = np.random.default_rng(0).integers(0, 5, (40, 12))
    assert (levenshtein_matrix(rows, rows) == levenshtein_matrix(rows, rows.copy())).all()


def test_long_sequences_and_many_pairs() -> None:
    random = np.random.default_rng(0)
    first, second = random.integers(0, 4, (2, 30, 200))
    assert (levenshtein(first, second) == np.diag(levenshtein_matrix(first, second))).all()
    first, second = random.integers(0, 4, (2, 9000, 5))
    whole = levenshtein(first, second)
    assert (whole[-9:] == levenshtein(first[-9:], second[-9:])).all()


def test_candidates_are_broadcast_against_one_truth() -> None:
    candidates = np.stack([ids("abcd", "abce"), ids("wxyz", "wxcd")])
    truth = ids("abcd", "abcd")[:, None]
    assert levenshtein(candidates, truth).tolist() == [[0, 1], [4, 2]]


def test_no_sequences_have_no_distances() -> None:
    none = np.empty((0, 4), np.int32)
    assert levenshtein(none, none).shape == (0,)
    assert levenshtein_matrix(none, ids("abcd")).shape == (0, 1)


@pytest.mark.parametrize(("first", "second"), [(3, 4), (0, 0)])
def test_sequences_must_be_equally_long(first: int, second: int) -> None:
    with pytest.raises(ValueError, match=f"sequences of {first} and {second} tokens were given"):
        levenshtein(np.zeros((1, first), int), np.zeros((1, second), int))
