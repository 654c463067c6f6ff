"""Presence told from absence: the area under the curve by ranks, and how far a "no" is right."""

from __future__ import annotations

import numpy as np
import pytest

from foretell.evals.metrics.absence import absence_of, auroc
from foretell.evals.metrics.calibration import area_under_roc

PRESENT = np.array([True, True, False, False] * 10)
CLUSTERS = [f"v{place // 4}" for place in range(40)]
DEV = np.arange(40) < 20


@pytest.mark.parametrize("levels", [2, 5, 1000])
def test_the_area_by_ranks_is_that_of_all_pairs(levels: int) -> None:
    scores = np.random.default_rng(levels).integers(levels, size=40).astype(float)
    expected = area_under_roc(scores, PRESENT)
    assert auroc(scores, PRESENT, np.ones(40)) == pytest.approx(expected)


def test_a_query_of_weight_two_counts_like_two() -> None:
    scores = np.random.default_rng(0).random(40)
    weights = np.ones(40)
    weights[:8] = 2.0
    twice = np.concatenate([scores, scores[:8]]), np.concatenate([PRESENT, PRESENT[:8]])
    assert auroc(scores, PRESENT, weights) == pytest.approx(auroc(*twice, np.ones(48)))


def test_a_perfect_score_denies_all_that_is_absent_and_nothing_else() -> None:
    found = absence_of(PRESENT.astype(float), PRESENT, CLUSTERS, DEV)
    assert (found.auroc, found.low, found.high) == (1.0, 1.0, 1.0)
    assert (found.no_right, found.denied, found.no_right_covered) == (100.0, 100.0, 100.0)
    assert found.n == 20


def test_one_number_for_all_denies_nothing() -> None:
    found = absence_of(np.zeros(40), PRESENT, CLUSTERS, DEV)
    assert (found.auroc, found.no_right, found.denied) == (0.5, 0.0, 0.0)


def test_the_bound_is_chosen_on_dev() -> None:
    scores = np.where(PRESENT, 0.8, 0.2)
    scores[20:] += 1.0  # above the bound of dev, so that nothing is denied
    found = absence_of(scores, PRESENT, CLUSTERS, DEV)
    assert (found.no_right, found.denied) == (0.0, 0.0)


def test_near_the_bound_nothing_is_answered() -> None:
    scores = PRESENT.astype(float)
    scores[20] = 0.4  # present outside dev, and a little below the bound
    found = absence_of(scores, PRESENT, CLUSTERS, DEV)
    assert found.no_right == pytest.approx(100.0 * 10 / 11)
    assert found.covered == 95.0
    assert found.no_right_covered == 100.0


def test_both_kinds_are_needed() -> None:
    with pytest.raises(ValueError, match="give some of both"):
        absence_of(np.zeros(4), np.ones(4, np.bool_), "abcd", np.zeros(4, np.bool_))
