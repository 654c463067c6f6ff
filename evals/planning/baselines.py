"""What needs no planner: the plans that every score of procedure planning should be read beside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.evals.metrics.plans import Ids

# What was never counted stays possible, and is less likely than anything that was.
_UNSEEN = 1e-3


def plan_baselines(
    ends: Ids,
    train: Ids,
    *,
    tasks: Sequence[str],
    train_tasks: Sequence[str],
    length: int,
    actions: int,
    seed: int = 0,
) -> dict[str, Ids]:
    """Returns each baseline's plan for every query.

    All but the commonest of the task and the random one begin and end as was observed.

    Args:
        ends: (N, 2) observed first and last step.
        train: (M, T) windows to learn from, at least one.
        tasks: (N,) the task that each query is taken for.
        train_tasks: (M,) the task of each window.
        length: T.
        actions: How many ids there are.
        seed: Of the random baseline.

    Returns:
        (N, T) ids by name of the baseline.
    """
    return {
        "markov-viterbi": markov_viterbi(ends, train, length, actions),
        "vote-same-ends": same_ends(ends, train, vote=True),
        "nearest-window": same_ends(ends, train, vote=False),
        "commonest-of-task": commonest_of_task(tasks, train, train_tasks),
        "copy-start": copy_start(ends, length),
        "random": np.random.default_rng(seed).integers(actions, size=(len(ends), length)),
    }


def markov_viterbi(ends: Ids, train: Ids, length: int, actions: int) -> Ids:
    """Returns (N, T): the likeliest way between both ends in moves counted over all tasks.

    Args:
        ends: (N, 2) first and last step.
        train: (M, T) windows whose moves are counted.
        length: T.
        actions: How many ids there are.
    """
    moves = np.full((actions, actions), _UNSEEN)
    np.add.at(moves, (train[:, :-1].ravel(), train[:, 1:].ravel()), 1.0)
    log_moves: NDArray[np.float64] = np.log(moves / moves.sum(axis=1, keepdims=True))
    plans = np.empty((len(ends), length), np.int64)
    for start in np.unique(ends[:, 0]).tolist():
        rows = np.flatnonzero(ends[:, 0] == start)
        plans[rows] = _viterbi(log_moves, start, ends[rows, 1], length)
    return plans


def _viterbi(log_moves: NDArray[np.float64], start: int, goals: Ids, length: int) -> Ids:
    """Returns (G, T): the likeliest way from a start to each of G goals."""
    reached = log_moves[start]
    came_from: list[Ids] = []
    for left in range(length - 2, 0, -1):
        ways = reached[:, None] + (log_moves if left > 1 else log_moves[:, goals])
        came_from.append(ranking.best_places(ways.T))
        reached = ways.max(axis=0)
    path: list[Ids] = [goals]
    place: Ids = np.arange(len(goals))
    for before in reversed(came_from):
        place = before[place]
        path.append(place)
    return np.stack([np.full(len(goals), start), *path[::-1]], axis=1)


def same_ends(ends: Ids, train: Ids, *, vote: bool) -> Ids:
    """Returns (N, T): the middle of a window that shares both ends, or one end, or none.

    Args:
        ends: (N, 2) first and last step.
        train: (M, T) windows to choose among.
        vote: Whether the commonest window is chosen among those that share most ends; else the
            first one, which is the nearest neighbour of the two labels.
    """
    plans: list[Ids] = []
    pairs, rows = np.unique(ends, axis=0, return_inverse=True)
    for pair in pairs:
        shared = (train[:, [0, -1]] == pair).sum(axis=1)
        nearest = train[shared == shared.max()]
        chosen = np.array(_commonest(nearest)) if vote else nearest[0]
        plans.append(np.concatenate([pair[:1], chosen[1:-1], pair[1:]]))
    return np.array(plans)[rows]


def commonest_of_task(tasks: Sequence[str], train: Ids, train_tasks: Sequence[str]) -> Ids:
    """Returns (N, T): the commonest window of each query's task, or of all where it has none."""
    of_task: dict[str, list[int]] = {}
    for row, task in enumerate(train_tasks):
        of_task.setdefault(task, []).append(row)
    plans = {task: _commonest(train[rows]) for task, rows in of_task.items()}
    overall = _commonest(train)
    return np.array([plans.get(task, overall) for task in tasks])


def copy_start(ends: Ids, length: int) -> Ids:
    """Returns (N, T): the first step over and over, then the last."""
    return np.concatenate([ends[:, :1].repeat(length - 1, axis=1), ends[:, 1:]], axis=1)


def likeliest_tasks(ends: Ids, train: Ids, train_tasks: Sequence[str], actions: int) -> list[str]:
    """Returns (N,) the task that both ends speak for (naive Bayes over counted windows).

    Args:
        ends: (N, 2) observed first and last step.
        train: (M, T) windows to learn from.
        train_tasks: (M,) the task of each window.
        actions: How many ids there are.
    """
    names, rows = np.unique(np.array(train_tasks), return_inverse=True)
    likely = np.log(np.bincount(rows))[None]
    for place, seen in zip((0, -1), ends.T, strict=True):
        counts = np.full((len(names), actions), _UNSEEN)
        np.add.at(counts, (rows, train[:, place]), 1.0)
        likely = likely + np.log(counts / counts.sum(axis=1, keepdims=True))[:, seen].T
    return [str(name) for name in names[ranking.best_places(likely)]]


def _commonest(windows: Ids) -> list[int]:
    """Returns the window that comes most often; among equals, the one that comes first."""
    rows: list[list[int]] = windows.tolist()
    return list(Counter(map(tuple, rows)).most_common(1)[0][0])
