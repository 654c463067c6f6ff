"""Baselines of procedure planning against brute force, by hand, and against measured figures."""

from __future__ import annotations

from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from foretell.evals.datasets.procedure_windows import procedure_windows
from foretell.evals.metrics.plans import accuracies, overlaps, successes
from foretell.evals.planning.baselines import (
    commonest_of_task,
    copy_start,
    likeliest_tasks,
    markov_viterbi,
    plan_baselines,
    same_ends,
)
from foretell.evals.planning.records import encode_plans
from foretell.tools.procedures.load import load_numbered

Ids = NDArray[np.int64]

TRAIN = np.array([[0, 1, 2], [0, 1, 2], [0, 3, 2], [3, 3, 2], [4, 5, 1]])
TASKS = ["tea", "tea", "tea", "tea", "toast"]
PUBLISHED = {
    3: {"markov-viterbi": (56.4, 85.5, 82.1), "copy-start": (13.0, 71.0, 71.5)},
    4: {"markov-viterbi": (31.7, 75.1, 75.2), "copy-start": (5.4, 58.7, 60.3)},
}
NEAR = {
    3: {"vote-same-ends": (59.3, 86.4, 82.3), "commonest-of-task": (7.5, 24.5, 36.0)},
    4: {"vote-same-ends": (36.3, 76.0, 76.4), "commonest-of-task": (5.1, 23.9, 40.0)},
}
TASK_ACCURACY = {3: 89.1, 4: 91.3}


def moves(train: Ids, count: int) -> dict[tuple[int, int], float]:
    """Counts how one action follows another, the never counted as a thousandth."""
    counts = {(a, b): 1e-3 for a in range(count) for b in range(count)}
    for window in train.tolist():
        for pair in pairwise(window):
            counts[pair] += 1.0
    rows = [sum(counts[a, b] for b in range(count)) for a in range(count)]
    return {pair: counted / rows[pair[0]] for pair, counted in counts.items()}


@given(st.integers(2, 5), st.integers(2, 4), st.integers(0, 99))
def test_viterbi_finds_the_likeliest_way(length: int, count: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    train = random.integers(count, size=(6, length))
    ends = random.integers(count, size=(5, 2))
    likely = moves(train, count)

    def probability(way: list[int]) -> float:
        return float(np.prod([likely[pair] for pair in pairwise(way)]))

    plans = markov_viterbi(ends, train, length, count)
    assert plans.shape == (5, length)
    assert plans[:, [0, -1]].tolist() == ends.tolist()
    for plan, (start, goal) in zip(plans.tolist(), ends.tolist(), strict=True):
        ways = ([start, *middle, goal] for middle in product(range(count), repeat=length - 2))
        assert probability(plan) == pytest.approx(max(map(probability, ways)))


def test_the_vote_takes_the_commonest_and_the_nearest_takes_the_first() -> None:
    ends = np.array([[0, 2], [0, 5], [9, 9]])
    assert same_ends(ends, TRAIN, vote=True).tolist() == [[0, 1, 2], [0, 1, 5], [9, 1, 9]]
    first = TRAIN[[2, 0, 1, 3, 4]]
    assert same_ends(ends, first, vote=False).tolist() == [[0, 3, 2], [0, 3, 5], [9, 3, 9]]
    assert same_ends(ends, first, vote=True)[0].tolist() == [0, 1, 2]


def test_two_ends_make_a_plan_of_two() -> None:
    ends = np.array([[0, 2], [7, 7]])
    train = TRAIN[:, [0, 2]]
    for name, plans in plan_baselines(
        ends, train, tasks=["tea"] * 2, train_tasks=TASKS, length=2, actions=8
    ).items():
        assert plans.shape == (2, 2), name
        if name not in ("commonest-of-task", "random"):
            assert plans.tolist() == ends.tolist(), name


def test_the_commonest_window_of_a_task_needs_no_ends() -> None:
    plans = commonest_of_task(["toast", "tea", "elsewhere"], TRAIN, TASKS)
    assert plans.tolist() == [[4, 5, 1], [0, 1, 2], [0, 1, 2]]


def test_the_start_is_copied_up_to_the_goal() -> None:
    assert copy_start(np.array([[3, 8]]), 4).tolist() == [[3, 3, 3, 8]]


def test_random_plans_are_drawn_by_the_seed() -> None:
    def drawn(seed: int) -> list[list[int]]:
        found = plan_baselines(
            *(np.array([[0, 2]] * 50), TRAIN),
            tasks=["tea"] * 50,
            train_tasks=TASKS,
            length=3,
            actions=6,
            seed=seed,
        )
        plans: list[list[int]] = found["random"].tolist()
        return plans

    assert drawn(1) == drawn(1) != drawn(2)
    assert {step for plan in drawn(1) for step in plan} == set(range(6))


def test_the_ends_speak_for_a_task() -> None:
    ends = np.array([[0, 2], [3, 2], [4, 1], [4, 9]])
    assert likeliest_tasks(ends, TRAIN, TASKS, 10) == ["tea", "tea", "toast", "toast"]


@given(st.integers(0, 99))
def test_tasks_are_weighed_as_naive_bayes_does(seed: int) -> None:
    random = np.random.default_rng(seed)
    train, ends = random.integers(5, size=(12, 3)), random.integers(5, size=(8, 2))
    tasks = random.choice(["tea", "toast", "soup"], size=12).tolist()

    def weight(task: str, start: int, goal: int) -> float:
        shown = [window for window, of in zip(train.tolist(), tasks, strict=True) if of == task]
        firsts = sum(window[0] == start for window in shown) + 1e-3
        lasts = sum(window[-1] == goal for window in shown) + 1e-3
        total = len(shown) + 5e-3
        return float(len(shown) * (firsts / total) * (lasts / total))

    for task, pair in zip(likeliest_tasks(ends, train, tasks, 5), ends.tolist(), strict=True):
        best = max(weight(other, *pair) for other in set(tasks))
        assert weight(task, *pair) == pytest.approx(best)


@pytest.mark.parametrize("length", [3, 4])
def test_crosstask_gives_the_measured_figures(data_root: Path, length: int) -> None:
    numbered = load_numbered(data_root / "planning", "crosstask")
    train, test = (
        procedure_windows(numbered.procedures.of_split(split).demonstrations, length)
        for split in ("train", "test")
    )
    learnt, truth = (
        encode_plans([one.steps for one in windows], numbered.actions) for windows in (train, test)
    )
    ends, train_tasks = truth[:, [0, -1]], [window.task for window in train]
    found = plan_baselines(
        *(ends, learnt),
        tasks=[window.task for window in test],
        train_tasks=train_tasks,
        length=length,
        actions=len(numbered.actions),
    )
    figures = {
        name: tuple(
            100 * float(score(plans, truth).mean()) for score in (successes, accuracies, overlaps)
        )
        for name, plans in found.items()
    }
    for name, published in PUBLISHED[length].items():
        assert figures[name] == pytest.approx(published, abs=0.05), name
    # Among windows that are as common, another may come first.
    for name, published in NEAR[length].items():
        assert figures[name] == pytest.approx(published, abs=0.6), name
    assert figures["random"][0] < 0.1
    guessed = likeliest_tasks(ends, learnt, train_tasks, len(numbered.actions))
    right = [task == window.task for task, window in zip(guessed, test, strict=True)]
    assert 100 * np.mean(right) == pytest.approx(TASK_ACCURACY[length], abs=0.3)
