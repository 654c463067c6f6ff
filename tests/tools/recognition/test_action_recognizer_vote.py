"""The vote of overlapping clips, against counting by hand and by force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.tools.recognition.vote import Ballot, sliding_votes, vote


def test_most_clips_win_over_the_surest_one() -> None:
    verbs = np.array([[0.9, 0.1, 0.0], [0.4, 0.6, 0.0], [0.4, 0.6, 0.0]])
    told = vote([verbs])
    assert told.winners == (1,)
    assert told.means[0] == pytest.approx([17 / 30, 13 / 30, 0.0])


def test_a_tie_goes_to_the_label_that_is_likelier_on_average() -> None:
    assert vote([np.array([[0.8, 0.2, 0.0], [0.0, 0.3, 0.7]])]).winners == (0,)
    assert vote([np.array([[0.6, 0.4, 0.0], [0.0, 0.3, 0.7]])]).winners == (2,)


def test_verb_and_noun_are_voted_on_each_for_themselves() -> None:
    verbs = np.array([[0.9, 0.1], [0.9, 0.1], [0.1, 0.9]])
    nouns = np.array([[0.9, 0.1], [0.1, 0.9], [0.1, 0.9]])
    assert vote([verbs, nouns]).winners == (0, 1)


@given(st.integers(0, 9), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_each_part_is_voted_on_by_the_clips_that_cover_it(
    count: int, reach: int, seed: int
) -> None:
    clips = np.random.default_rng(seed).dirichlet(np.ones(3), count)
    ballots = (Ballot(range(n, n + reach), [row]) for n, row in enumerate(clips))
    told = list(sliding_votes(ballots))
    assert [part for part, _ in told] == list(range(count + reach - 1 if count else 0))
    for part, one in told:
        covering = clips[max(0, part - reach + 1) : part + 1]
        expected = vote([covering])
        assert one.winners == expected.winners
        assert one.means[0] == pytest.approx(expected.means[0])
