"""Chains and the windows they smooth, against the enumeration of every route."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.tools.planning.observation import Floats
from foretell.tools.planning.task_model import Chain, Routes, TaskModel

LENGTHS, COUNTS, SEEDS = st.integers(1, 4), st.integers(1, 4), st.integers(0, 10**6)


def sparse(random: np.random.Generator, *shape: int) -> Floats:
    """Draws weights of which about a third are 0."""
    return random.random(shape) * (random.random(shape) > 0.35)


def made_chain(random: np.random.Generator, count: int) -> Chain:
    first, move = sparse(random, count), sparse(random, count, count)
    total = move.sum(axis=1, keepdims=True)
    return Chain(first / max(first.sum(), 1.0), move / np.maximum(total, 1e-9))


def every_route(count: int, length: int) -> Routes:
    return np.array(list(product(range(count), repeat=length)), np.intp)


def weigh(chain: Chain, routes: Routes, start: Floats, goal: Floats) -> list[float]:
    """Gives the joint probability of each route and of what was seen, step by step."""
    weights: list[float] = []
    for route in routes.tolist():
        weight = float(chain.first[route[0]] * start[route[0]] * goal[route[-1]])
        for before, after in pairwise(route):
            weight *= float(chain.move[before, after])
        weights.append(weight)
    return weights


@given(LENGTHS, COUNTS, SEEDS)
def test_marginals_are_sums_over_all_routes(length: int, count: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    chain, start, goal = made_chain(random, count), sparse(random, count), sparse(random, count)
    routes = every_route(count, length)
    expected = np.zeros((length, count))
    for route, weight in zip(routes.tolist(), weigh(chain, routes, start, goal), strict=True):
        for place, action in enumerate(route):
            expected[place, action] += weight
    assert chain.marginals(start, goal, length) == pytest.approx(expected)
    nothing = np.ones(count)
    assert chain.probability(routes) == pytest.approx(weigh(chain, routes, nothing, nothing))


@given(LENGTHS, COUNTS, st.integers(1, 9), SEEDS)
def test_the_k_best_routes_are_the_k_likeliest_of_all(
    length: int, count: int, k: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    chain, start, goal = made_chain(random, count), sparse(random, count), sparse(random, count)
    best = chain.best(start, goal, length, k)
    weights = weigh(chain, every_route(count, length), start, goal)
    likeliest = sorted((weight for weight in weights if weight > 0), reverse=True)[:k]
    assert best.shape == (len(likeliest), length)
    assert weigh(chain, best, start, goal) == pytest.approx(likeliest)
    assert len({tuple(route) for route in best.tolist()}) == len(best)


def test_a_chain_that_nothing_leads_through_has_no_route() -> None:
    chain = Chain(np.array([1.0, 0.0]), np.array([[0.0, 1.0], [0.0, 0.0]]))
    seen = np.ones(2)
    assert chain.best(seen, seen, 2, 5).tolist() == [[0, 1]]
    assert chain.best(seen, seen, 3, 5).shape == (0, 3)
    assert not chain.marginals(seen, seen, 3).any()


class MadeTask:
    """A task of some actions of a vocabulary, with windows and a chain."""

    def __init__(self, count: int, length: int, seed: int) -> None:
        random = np.random.default_rng(seed)
        self.ids = np.sort(random.choice(10, count, replace=False)).astype(np.intp)
        self.places = every_route(count, length)
        self.start, self.goal = sparse(random, count), sparse(random, count)
        chain, weight = made_chain(random, count), float(random.uniform(0.1, 5.0))
        rows = random.permutation(len(self.places))[: int(random.integers(0, 4))]
        counts = random.integers(1, 9, size=len(rows)).astype(np.float64)
        self.model = TaskModel(self.ids, self.places[rows], counts, chain, weight)
        unseen = np.ones(count)
        self.prior = weight * np.array(weigh(chain, self.places, unseen, unseen))
        self.prior[rows] += counts
        self.prior /= counts.sum() + weight

    @property
    def joint(self) -> Floats:
        """(n,) P(route, what was seen), of every route."""
        return self.prior * self.start[self.places[:, 0]] * self.goal[self.places[:, -1]]


MADE_TASKS = st.builds(MadeTask, st.integers(1, 4), st.integers(1, 3), SEEDS)


@given(MADE_TASKS)
def test_windows_are_smoothed_towards_the_chain(made: MadeTask) -> None:
    routes = made.ids[made.places]
    assert made.model.joint(routes, made.start, made.goal) == pytest.approx(made.joint)
    marginals = np.zeros((routes.shape[1], len(made.ids)))
    for route, weight in zip(made.places.tolist(), made.joint.tolist(), strict=True):
        for place, action in enumerate(route):
            marginals[place, action] += weight
    assert made.model.marginals(made.start, made.goal) == pytest.approx(marginals)


@given(MADE_TASKS, st.integers(1, 5))
def test_the_best_of_a_task_are_among_its_candidates(made: MadeTask, k: int) -> None:
    found = made.model.best(made.start, made.goal, k)
    weights = made.model.joint(np.unique(found, axis=0), made.start, made.goal)
    expected = np.sort(made.joint[made.joint > 0])[::-1][:k]
    assert (weights > 0).all()
    assert np.sort(weights)[::-1][:k] == pytest.approx(expected)


def test_a_route_of_another_task_is_impossible() -> None:
    chain = Chain(np.array([0.5, 0.5]), np.full((2, 2), 0.5))
    windows, seen = np.array([[0, 1]]), np.ones(2)
    model = TaskModel(np.array([3, 7]), windows, np.array([2.0]), chain, 1.0)
    routes = np.array([[3, 7], [3, 3], [3, 8], [0, 7], [9, 9]])
    assert model.joint(routes, seen, seen) == pytest.approx(
        [(2 + 0.25) / 3, 0.25 / 3, 0.0, 0.0, 0.0]
    )
