"""Confidence of the embedded planner: what was fitted to judged answers."""

from __future__ import annotations

import pytest

from benchmarks.confidence import fitted, judged
from foretell.agent.embedded.confidence import OFFSET, SLOPE, calibrated


def test_the_curve_is_that_of_the_judged_answers() -> None:
    assert fitted(*judged("fit")) == pytest.approx((OFFSET, SLOPE), abs=0.02)


def test_a_better_fit_is_surer() -> None:
    told = [calibrated(score / 10) for score in range(11)]
    assert told == sorted(told)
    assert 0.0 < told[0] < told[-1] < 1.0
