"""AUROC and error of calibration, against values worked out by hand and their bounds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.evals.metrics.calibration import area_under_roc, calibration_error

ANSWERS = st.lists(st.tuples(st.floats(0.0, 1.0), st.booleans()), min_size=1, max_size=30)


def test_worked_by_hand() -> None:
    sure, right = np.array([0.9, 0.8, 0.8, 0.1]), np.array([True, False, True, False])
    assert area_under_roc(sure, right) == pytest.approx(3.5 / 4)
    assert calibration_error(sure, right) == pytest.approx((0.1 + 2 * 0.3 + 0.1) / 4)
    assert calibration_error(np.array([1.0, 1.0]), np.array([True, True])) == 0.0


def test_undefined_without_both_kinds() -> None:
    one, none = np.array([0.5]), np.array([])
    assert area_under_roc(one, np.array([True])) is None
    assert area_under_roc(none, np.array([], dtype=np.bool_)) is None
    assert calibration_error(none, np.array([], dtype=np.bool_)) is None


@given(ANSWERS)
def test_bounds(answers: list[tuple[float, bool]]) -> None:
    sure = np.array([confidence for confidence, _ in answers])
    right = np.array([is_right for _, is_right in answers])
    error = calibration_error(sure, right)
    assert error is not None
    assert 0.0 <= error <= 1.0
    area, inverse = area_under_roc(sure, right), area_under_roc(-sure, right)
    if area is None or inverse is None:
        assert right.all() or not right.any()
    else:
        assert area + inverse == pytest.approx(1.0)
