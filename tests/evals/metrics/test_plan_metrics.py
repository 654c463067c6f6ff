"""Success rate, accuracy and overlap of plans against hand cases and slow definitions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from foretell.evals.metrics.plans import (
    accuracies,
    batch_overlap,
    middle_accuracies,
    overlaps,
    successes,
)

Ids = NDArray[np.int64]
Rows = list[list[int]]
PER_PLAN = (successes, accuracies, middle_accuracies, overlaps)


@st.composite
def plans_and_truth(draw: st.DrawFn) -> tuple[Rows, Rows]:
    """Draws plans of a small vocabulary, so that steps come again and plans are often right."""
    length, count = draw(st.integers(1, 6)), draw(st.integers(1, 12))
    rows = st.lists(
        st.lists(st.integers(0, 5), min_size=length, max_size=length),
        min_size=count,
        max_size=count,
    )
    return draw(rows), draw(rows)


def ids(rows: Rows) -> Ids:
    return np.array(rows, np.int64)


def slow_overlap(plan: list[int], truth: list[int]) -> float:
    """Counts, over the ids one by one, those in both against those in either."""
    both = either = 0
    for step in range(6):
        both += step in plan and step in truth
        either += step in plan or step in truth
    return both / either


def slow_batch_overlap(plans: Rows, truth: Rows, batch: int) -> float:
    """Gives every plan the overlap of its whole batch, and averages over plans."""
    scores: list[float] = []
    for place in range(len(plans)):
        first = place - place % batch
        planned = [step for plan in plans[first : first + batch] for step in plan]
        done = [step for plan in truth[first : first + batch] for step in plan]
        scores.append(slow_overlap(planned, done))
    return sum(scores) / len(scores)


@given(plans_and_truth())
def test_scores_are_as_defined(rows: tuple[Rows, Rows]) -> None:
    plans, truth = map(ids, rows)
    pairs = list(zip(*rows, strict=True))
    right = [[a == b for a, b in zip(plan, done, strict=True)] for plan, done in pairs]
    assert successes(plans, truth).tolist() == [float(plan == done) for plan, done in pairs]
    shares = [sum(places) / len(places) for places in right]
    assert accuracies(plans, truth) == pytest.approx(shares)
    assert overlaps(plans, truth) == pytest.approx([slow_overlap(*pair) for pair in pairs])
    between = [places[1:-1] for places in right]
    expected = [sum(places) / len(places) if places else np.nan for places in between]
    assert middle_accuracies(plans, truth) == pytest.approx(expected, nan_ok=True)


@given(plans_and_truth(), st.integers(1, 13))
def test_the_overlap_of_batches_is_as_defined(rows: tuple[Rows, Rows], batch: int) -> None:
    plans, truth = map(ids, rows)
    assert batch_overlap(plans, truth, batch) == pytest.approx(slow_batch_overlap(*rows, batch))


@given(plans_and_truth())
def test_a_batch_of_one_is_the_overlap_of_each_plan(rows: tuple[Rows, Rows]) -> None:
    plans, truth = map(ids, rows)
    assert batch_overlap(plans, truth, 1) == pytest.approx(overlaps(plans, truth).mean())


@given(plans_and_truth())
def test_order_and_names_of_the_steps_do_not_matter_to_overlap(rows: tuple[Rows, Rows]) -> None:
    plans, truth = map(ids, rows)
    names = np.array([40, 3, 512, 7, 104, 0])
    assert overlaps(names[plans][:, ::-1], names[truth]).tolist() == overlaps(plans, truth).tolist()


def test_a_step_that_comes_again_counts_once() -> None:
    plans, truth = ids([[1, 1, 2]]), ids([[1, 2, 2]])
    assert overlaps(plans, truth).tolist() == [1.0]
    assert accuracies(plans, truth) == pytest.approx([2 / 3])
    assert successes(plans, truth).tolist() == [0.0]
    assert overlaps(ids([[1, 1, 1]]), ids([[1, 2, 3]])) == pytest.approx([1 / 3])


def test_no_step_in_common_is_no_overlap() -> None:
    plans, truth = ids([[1, 2], [4, 4]]), ids([[3, 4], [1, 1]])
    assert overlaps(plans, truth).tolist() == [0.0, 0.0]
    assert batch_overlap(plans, truth, 1) == 0.0
    assert batch_overlap(plans, truth, 2) == 2 / 4


def test_bits_of_the_numbers_do_not_matter() -> None:
    plans, truth = ids([[1, 2]]), ids([[2, 1]])
    assert (plans & truth).sum() / (plans | truth).sum() == 0.0
    assert overlaps(plans, truth).tolist() == [1.0]
    plans, truth = ids([[63, 63]]), ids([[62, 31]])
    assert (plans & truth).sum() / (plans | truth).sum() > 0.7
    assert overlaps(plans, truth).tolist() == [0.0]
    assert batch_overlap(plans, truth, 32) == 0.0


def test_each_plan_is_compared_by_itself() -> None:
    plans, truth = ids([[1, 2], [3, 4]]), ids([[1, 2], [5, 6]])
    assert overlaps(plans, truth).tolist() == [1.0, 0.0]
    assert overlaps(plans[::-1], truth[::-1]).tolist() == [0.0, 1.0]


def test_a_smaller_last_batch_weighs_less() -> None:
    plans = ids([[1, 2], [1, 2], [1, 2], [8, 9]])
    truth = ids([[1, 2], [1, 2], [1, 2], [6, 7]])
    assert batch_overlap(plans, truth, 3) == pytest.approx((3 * 1.0 + 1 * 0.0) / 4)
    assert batch_overlap(plans, truth, 4) == pytest.approx(2 / 6)
    assert batch_overlap(plans, truth, 4) == batch_overlap(plans, truth, 99)


def test_between_two_ends_that_touch_there_is_nothing_to_score() -> None:
    assert np.isnan(middle_accuracies(ids([[1, 2], [3, 4]]), ids([[1, 2], [3, 5]]))).all()
    assert middle_accuracies(ids([[9, 2, 3, 9]]), ids([[1, 2, 7, 4]])).tolist() == [0.5]


@pytest.mark.parametrize("score", PER_PLAN)
def test_no_plans_give_no_scores(score: Callable[[Ids, Ids], NDArray[np.float64]]) -> None:
    nothing = np.zeros((0, 3), np.int64)
    assert score(nothing, nothing).shape == (0,)


@pytest.mark.parametrize("score", PER_PLAN)
@pytest.mark.parametrize(
    ("plans", "truth"), [((2, 3), (2, 4)), ((2, 3), (1, 3)), ((3,), (3,)), ((2, 0), (2, 0))]
)
def test_plans_must_fit_the_truth(
    score: Callable[[Ids, Ids], NDArray[np.float64]],
    plans: tuple[int, ...],
    truth: tuple[int, ...],
) -> None:
    with pytest.raises(ValueError, match=r"must be alike \(N, T\) with a step or more") as refused:
        score(np.zeros(plans, np.int64), np.zeros(truth, np.int64))
    assert f"plans {plans} and truth {truth}" in str(refused.value)


def test_a_batch_must_hold_a_plan() -> None:
    plans = np.zeros((2, 3), np.int64)
    with pytest.raises(ValueError, match="2 plans in batches of 0; both must be 1 or more"):
        batch_overlap(plans, plans, 0)
    with pytest.raises(ValueError, match="0 plans in batches of 32; both must be 1 or more"):
        batch_overlap(plans[:0], plans[:0], 32)
    with pytest.raises(ValueError, match=r"plans \(2, 3\) and truth \(1, 3\) must be alike"):
        batch_overlap(plans, plans[:1], 32)
