"""Confidence of the embedded planner: what was fitted to judged answers."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.confidence import fitted, judged
from foretell.agent.embedded.confidence import OFFSET, SLOPE, calibrated


def test_the_curve_is_that_of_the_judged_answers() -> None:
    assert fitted(*judged("fit", ("score",))) == pytest.approx([OFFSET, SLOPE], abs=0.02)


def test_a_better_fit_is_surer() -> None:
    told = [calibrated(score / 10) for score in range(11)]
    assert told == sorted(told)
    assert 0.0 < told[0] < told[-1] < 1.0


def test_curves_are_found_from_what_was_drawn_from_them() -> None:
    signals = np.random.default_rng(0).uniform(size=(20_000, 2))
    told = 1.0 / (1.0 + np.exp(-(0.5 + signals @ [2.0, -3.0])))
    right = np.random.default_rng(1).uniform(size=len(told)) < told
    assert fitted(signals, right) == pytest.approx([0.5, 2.0, -3.0], abs=0.15)
