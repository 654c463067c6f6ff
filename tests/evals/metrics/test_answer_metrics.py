"""Choices by type and by video, grounded answers, and what answers rest on."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from foretell.evals.metrics.diagnostics import (
    another_order,
    chronological_accuracy,
    frame_gain,
    information_disparity,
    mean_of_models,
    order_sensitivity,
)
from foretell.evals.metrics.grounded_answers import grounded_scores
from foretell.evals.metrics.multiple_choice import (
    NEXTQA_GROUPS,
    Accuracy,
    accuracy,
    accuracy_by,
    chance_of_all,
    merged,
    multiple_binary_accuracy,
)

Bools = NDArray[np.bool_]


def marks(*right: bool) -> Bools:
    return np.array(right, dtype=np.bool_)


def test_accuracy_by_type_and_group() -> None:
    kinds, right = ["CW", "TN", "TP", "TC", "TN"], marks(True, True, False, False, False)
    assert accuracy(right) == Accuracy(2, 5)
    by_kind = accuracy_by(kinds, right)
    assert by_kind["TN"] == Accuracy(1, 2)
    groups = merged(by_kind, NEXTQA_GROUPS)
    assert groups["T"] == Accuracy(1, 4)
    assert groups["TP&TN"].percent == pytest.approx(100 / 3)
    assert "D" not in groups
    assert math.isnan(Accuracy(0, 0).percent)


def test_published_counts_of_temporalbench() -> None:
    """LLaVA-OneVision-7B with one frame, as the project's page has it."""
    assert f"{Accuracy(5259, 9867).percent:.2f}" == "53.30"
    assert f"{Accuracy(290, 2179).percent:.2f}" == "13.31"


def test_a_video_counts_whole() -> None:
    videos = ["a", "b", "a", "b", "c"]
    assert multiple_binary_accuracy(videos, marks(True, True, True, False, True)) == Accuracy(2, 3)
    assert chance_of_all(videos) == pytest.approx((0.25 + 0.25 + 0.5) / 3)
    assert math.isnan(chance_of_all([]))


@pytest.mark.parametrize(
    ("figure", "accuracy", "over", "published"),
    [
        (frame_gain, 37.7, 21.2, 78.0),
        (frame_gain, 37.9, 20.6, 84.0),
        (order_sensitivity, 37.7, 25.8, 46.2),
        (order_sensitivity, 37.9, 31.1, 21.9),
        (information_disparity, 21.5, 20.5, 4.9),
        (information_disparity, 24.0, 23.0, 4.3),
    ],
)
def test_published_rows_of_tomato(
    figure: Callable[[float, float], float | None], accuracy: float, over: float, published: float
) -> None:
    """GPT-4o and Qwen2-VL-72B; the accuracies are published rounded."""
    assert figure(accuracy, over) == pytest.approx(published, abs=0.3)
    assert figure(accuracy, 0.0) is None


def test_diagnostics_are_averaged_over_models() -> None:
    assert mean_of_models([10.0, None, 20.0]) == 15.0
    assert mean_of_models([None]) is None


def grounded(span: tuple[float, float] | None, *, official: bool = False) -> tuple[float, ...]:
    """Acc@GQA, IoP and IoU of a right answer whose true spans are 0-4 s and 10-20 s."""
    truth = [np.array([[0.0, 4.0], [10.0, 20.0]])]
    given = [None if span is None else np.array(span)]
    scores = grounded_scores(truth, given, marks(True), official=official)
    return scores.acc_gqa, scores.miop, scores.miou


def test_the_best_true_span_counts() -> None:
    assert grounded((0.0, 8.0)) == pytest.approx((1.0, 0.5, 0.5))
    assert grounded((0.0, 20.0)) == pytest.approx((1.0, 0.5, 0.5))
    assert grounded((4.0, 10.0)) == (0.0, 0.0, 0.0)
    assert grounded((0.0, 8.0), official=True) == pytest.approx((1.0, 0.5, 0.5))


def test_empty_inverted_and_missing_spans() -> None:
    assert grounded((12.0, 12.0)) == (0.0, 0.0, 0.0)
    assert grounded((12.0, 12.0), official=True) == (1.0, 1.0, 0.0)
    assert grounded((20.0, 10.0)) == (1.0, 1.0, 1.0)
    assert grounded((20.0, 10.0), official=True)[0] == 0.0
    assert grounded(None) == (0.0, 0.0, 0.0)
    assert all(math.isnan(figure) for figure in grounded(None, official=True))


def test_a_wrong_answer_is_not_grounded() -> None:
    truth, span = [np.array([[0.0, 10.0]])] * 2, [np.array([0.0, 10.0])] * 2
    scores = grounded_scores(truth, span, marks(True, False))
    assert (scores.acc_gqa, scores.miou, scores.n) == (0.5, 1.0, 2)
    assert scores.iop_at == scores.iou_at == (1.0, 1.0)


def test_equals_are_not_in_order() -> None:
    found = chronological_accuracy(np.array([0.5, 0.4, 0.3]), np.array([0.4, 0.4, 0.9]))
    assert found == Accuracy(1, 3)
    with pytest.raises(ValueError, match=r"\(1,\) and \(2,\) similarities must be alike"):
        chronological_accuracy(np.zeros(1), np.zeros(2))


@given(st.lists(st.sampled_from("abc"), max_size=6), st.integers(0, 5))
def test_another_order_is_another(events: list[str], seed: int) -> None:
    drawn = another_order(events, np.random.default_rng(seed))
    if len(set(events)) < 2:
        assert drawn is None
    else:
        assert drawn is not None
        assert sorted(drawn) == sorted(events)
        assert list(drawn) != events
