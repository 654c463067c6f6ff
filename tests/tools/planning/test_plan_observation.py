"""What labels and words say of the actions of a task."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.tools.planning.observation import LabelObservation, TextObservation, likelihood_of

ACTIONS = np.array([2, 5, 6])


def test_a_label_is_right_or_confused_within_the_task() -> None:
    seen = LabelObservation(5, accuracy=0.7).likelihood(ACTIONS, 100)
    assert seen == pytest.approx([0.3 * 0.98 / 2, 0.7, 0.3 * 0.98 / 2])


def test_a_label_of_another_task_says_little_and_the_same_of_all() -> None:
    seen = LabelObservation(7, accuracy=0.7).likelihood(ACTIONS, 100)
    assert seen == pytest.approx([0.3 * 0.02 / 100] * 3)


def test_a_sure_label_leaves_nothing_else() -> None:
    assert LabelObservation(5).likelihood(ACTIONS, 100).tolist() == [0.0, 1.0, 0.0]
    assert LabelObservation(7).likelihood(ACTIONS, 100).tolist() == [0.0, 0.0, 0.0]


def test_a_task_of_one_action_can_be_seen() -> None:
    alone = np.array([5])
    assert LabelObservation(5, accuracy=0.7).likelihood(alone, 100).tolist() == [0.7]


@given(st.integers(1, 6), st.floats(0.01, 1.0))
def test_the_labels_of_an_action_add_up_to_one_at_most(size: int, accuracy: float) -> None:
    actions, vocabulary = np.arange(size), 20
    labels = [LabelObservation(n, accuracy).likelihood(actions, vocabulary) for n in range(20)]
    total = np.sum(labels, axis=0)
    assert (total <= 1.0 + 1e-12).all()
    assert (total >= accuracy - 1e-12).all()


def test_words_weigh_each_action() -> None:
    told = TextObservation(np.arange(10.0))
    assert told.likelihood(ACTIONS, 10).tolist() == [2.0, 5.0, 6.0]


def test_nothing_seen_says_nothing() -> None:
    assert likelihood_of(None, ACTIONS, 100).tolist() == [1.0, 1.0, 1.0]
    label = LabelObservation(5)
    assert likelihood_of(label, ACTIONS, 9).tolist() == label.likelihood(ACTIONS, 9).tolist()
