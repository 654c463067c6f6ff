"""Mean average precision against an independent implementation, and the two rules for equals."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.evals.metrics.average_precision import (
    average_precision,
    average_precision_intervals,
    mean_average_precision,
)

rankings = st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=6)


def one_class(scores: Sequence[float], held: Sequence[bool], ties: str = "order") -> float:
    column = np.array(scores, dtype=np.float64)[:, None], np.array(held)[:, None]
    return float(average_precision(*column, "mean" if ties == "mean" else "order")[0])


def by_walking(ranked: Sequence[bool]) -> float:
    """Precision at each hit, from the definition."""
    precisions = [sum(ranked[: rank + 1]) / (rank + 1) for rank, held in enumerate(ranked) if held]
    return sum(precisions) / len(precisions) if precisions else math.nan


def test_hand_case() -> None:
    assert one_class([0.9, 0.8, 0.7, 0.1], [True, False, True, False]) == pytest.approx(5 / 6)


@given(rankings)
def test_equals_keep_the_order_of_the_records(ranking: list[tuple[int, bool]]) -> None:
    ranked = [held for _, held in sorted(ranking, key=lambda pair: -pair[0])]
    expected = by_walking(ranked)
    scores, held = zip(*ranking, strict=True)
    assert one_class(scores, held) == pytest.approx(expected, nan_ok=True)


@given(rankings)
def test_mean_over_all_orders_of_equals(ranking: list[tuple[int, bool]]) -> None:
    orders = [
        [held for _, held in sorted(order, key=lambda pair: -pair[0])]
        for order in itertools.permutations(ranking)
    ]
    expected = sum(map(by_walking, orders)) / len(orders)
    scores, held = zip(*ranking, strict=True)
    assert one_class(scores, held, "mean") == pytest.approx(expected, nan_ok=True)


def test_the_rules_agree_where_no_scores_are_equal() -> None:
    random = np.random.default_rng(0)
    scores, targets = random.random((50, 7)), random.random((50, 7)) < 0.3
    assert average_precision(scores, targets, "mean") == pytest.approx(
        average_precision(scores, targets)
    )


def test_classes_that_never_occur_do_not_count() -> None:
    scores = np.array([[0.9, 0.2, 0.5], [0.1, 0.8, 0.5]])
    targets = np.array([[True, False, False], [False, False, True]])
    found = mean_average_precision(scores, targets, frequent={0, 1})
    assert (found.all, found.freq, found.rare) == pytest.approx((75.0, 100.0, 50.0))


def test_a_group_without_classes_is_not_a_number() -> None:
    found = mean_average_precision(np.array([[1.0]]), np.array([[True]]), frequent={0})
    assert found.all == 100.0
    assert math.isnan(found.rare)


def test_shapes_must_be_alike() -> None:
    with pytest.raises(ValueError, match=r"scores \(2, 3\) and targets \(2, 2\) must be alike"):
        average_precision(np.zeros((2, 3)), np.zeros((2, 2), dtype=np.bool_))


def test_interval_holds_the_score_and_is_the_same_each_time() -> None:
    random = np.random.default_rng(1)
    targets = random.random((60, 5)) < 0.4
    scores = targets + random.normal(size=targets.shape)
    videos = [f"video {row // 3}" for row in range(60)]
    found = mean_average_precision(scores, targets, {0, 1})
    interval = average_precision_intervals(scores, targets, {0, 1}, videos, resamples=200)
    assert interval["all"].low < found.all < interval["all"].high
    assert interval["freq"].low < found.freq < interval["freq"].high
    again = average_precision_intervals(scores, targets, {0, 1}, videos, resamples=200)
    assert again == interval


def test_one_video_leaves_no_room() -> None:
    targets = np.array([[True], [False]])
    scores = np.array([[1.0], [0.0]])
    interval = average_precision_intervals(scores, targets, {0}, ["a", "a"], resamples=10)
    assert (interval["all"].low, interval["all"].high) == pytest.approx((100.0, 100.0))
    assert "rare" not in interval
