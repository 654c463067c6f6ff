"""The route that is expected to score best, against the sum over every truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.tools.planning.model import best_by_expected_score

ROUTES = st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=5), min_size=1, max_size=8)


def score(plan: list[int], truth: list[int], success_weight: float) -> float:
    right = sum(a == b for a, b in zip(plan, truth, strict=False)) / max(len(plan), len(truth))
    overlap = len({*plan} & {*truth}) / len({*plan} | {*truth})
    return success_weight * (plan == truth) + right + overlap


def chosen(routes: list[list[int]], probabilities: list[float], success_weight: float = 1.0) -> int:
    ids = [np.array(route) for route in routes]
    return best_by_expected_score(ids, np.array(probabilities), success_weight)


@given(ROUTES, st.integers(0, 999), st.sampled_from([0.0, 1.0, 10.0]))
def test_the_greatest_expected_score_is_reached(
    routes: list[list[int]], seed: int, weight: float
) -> None:
    distinct = [list(route) for route in dict.fromkeys(map(tuple, routes))]
    likely: list[float] = np.random.default_rng(seed).random(len(distinct)).tolist()
    expected = [
        sum(
            share * score(plan, truth, weight)
            for truth, share in zip(distinct, likely, strict=True)
        )
        for plan in distinct
    ]
    assert expected[chosen(distinct, likely, weight)] == pytest.approx(max(expected))


def test_a_middle_way_beats_the_likeliest() -> None:
    routes, likely = [[0, 8, 9, 1], [0, 2, 3, 1], [0, 2, 4, 1]], [0.36, 0.33, 0.31]
    assert chosen(routes, likely) == 1
    assert chosen(routes, likely, success_weight=100.0) == 0


def test_the_scale_of_the_probabilities_does_not_matter() -> None:
    routes = [[0, 1], [0, 2], [2, 1]]
    assert chosen(routes, [3.0, 1.0, 2.0]) == chosen(routes, [0.3, 0.1, 0.2]) == 0


def test_a_single_route_is_chosen() -> None:
    assert chosen([[5, 5, 5]], [0.1]) == 0
