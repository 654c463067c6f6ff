"""Overlaps of spans against intervals, and their edge cases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from foretell.evals.metrics.moment_retrieval import best_ious, mean_by_group, recall_at
from foretell.evals.metrics.temporal_iou import paired_ious, span_iops, span_ious
from foretell.types import Interval

Floats = NDArray[np.float64]

times = st.integers(0, 12).map(float)
spans = st.tuples(times, times)


def rows(*pairs: tuple[float, float]) -> Floats:
    return np.array(pairs, np.float64).reshape(-1, 2)


@given(spans, spans)
def test_overlaps_are_those_of_intervals(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    expected = Interval(*sorted(one)).iou(Interval(*sorted(other)))
    assert span_ious(rows(one), rows(other))[0, 0] == pytest.approx(expected)
    assert paired_ious(rows(one), rows(other))[0] == pytest.approx(expected)


@given(st.lists(spans, min_size=1, max_size=4), st.lists(spans, min_size=1, max_size=4))
def test_every_span_meets_every_other(
    ours: list[tuple[float, float]], theirs: list[tuple[float, float]]
) -> None:
    found = span_ious(rows(*ours), rows(*theirs))
    assert found.shape == (len(ours), len(theirs))
    assert np.allclose(found.T, span_ious(rows(*theirs), rows(*ours)))
    assert ((found >= 0.0) & (found <= 1.0)).all()


def test_empty_unions_and_inverted_spans() -> None:
    assert span_ious(rows((5, 5)), rows((5, 5)))[0, 0] == 0.0
    assert np.isnan(span_ious(rows((5, 5)), rows((5, 5)), official=True)[0, 0])
    assert span_ious(rows((10, 0)), rows((0, 10)))[0, 0] == 1.0
    assert np.isnan(span_ious(rows((10, 0)), rows((0, 10)), official=True)[0, 0])


def test_share_of_the_prediction_that_is_true() -> None:
    found = span_iops(rows((0, 10), (4, 4), (8, 2)), rows((0, 5), (4, 20)))
    assert found == pytest.approx(np.array([[0.5, 0.6], [0.0, 0.0], [0.5, 4 / 6]]))


def test_the_best_of_the_first_moments_counts() -> None:
    truth = [rows((0, 10)), rows((0, 10), (20, 30)), rows((0, 10))]
    ranked = [rows((0, 5), (0, 10)), rows((21, 30)), rows()]
    assert best_ious(truth, ranked) == pytest.approx(np.array([0.5, 0.9, 0.0]))
    found = best_ious(truth, ranked, 2)
    assert found == pytest.approx(np.array([1.0, 0.9, 0.0]))
    assert recall_at(found, 0.9) == pytest.approx(2 / 3)
    assert mean_by_group(found, ["a", "a", "b"]) == pytest.approx(0.475)
    assert np.isnan(recall_at(np.array([]), 0.5))
    assert np.isnan(mean_by_group(np.array([]), []))


def test_shapes_must_be_right() -> None:
    with pytest.raises(ValueError, match=r"spans have the shape \(3,\); it must be \(N, 2\)"):
        span_ious(np.zeros(3), rows((0, 1)))
    with pytest.raises(ValueError, match=r"spans \(1, 2\) and others \(2, 2\) must be alike"):
        paired_ious(rows((0, 1)), rows((0, 1), (1, 2)))
