"""All tasks, for plans of one length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell.errors import ConfigError
from foretell.plans import Procedures
from foretell.tools.planning.observation import Floats, Ids, Observation, likelihood_of
from foretell.tools.planning.planner import PlanSettings
from foretell.tools.planning.task_model import Chain, Routes, TaskModel

_UNSEEN = 0.5
"""How often a task, and an action at the start, counts beside what was seen of it."""
_ANY_MOVE = 0.1
"""The same for a move, among the moves of all tasks."""
_NEGLIGIBLE = 1e-6
"""Tasks that at best are this likely, beside what another could be at best, are passed over."""


@dataclass(frozen=True, slots=True, eq=False)
class RoutePosterior:
    """What is likely, given what was seen; everything is joint with that.

    Attributes:
        tasks: (tasks,) of each task; the sum is the probability of what was seen.
        marginals: (T, actions) of each action at each place.
        routes: (n, T) action ids of routes that may be likely.
        joint: (tasks, n) of each task and route.
    """

    tasks: Floats
    marginals: Floats
    routes: Ids
    joint: Floats


class LengthModel:
    """P(task) P(route | task) for routes of one length.

    Args:
        tasks: What is known.
        actions: How many actions there are.
        length: T.
        settings: The weights.
    """

    def __init__(
        self, tasks: Sequence[KnownTask], actions: int, length: int, settings: PlanSettings
    ) -> None:
        self._actions, self._length, self._most = actions, length, settings.candidates
        counted = [count_windows(task.shown, length, pad=settings.pad) for task in tasks]
        pooled = _pooled_moves(counted, actions)
        self._models = [
            _task_model(task, windows, counts, pooled, settings)
            for task, (windows, counts) in zip(tasks, counted, strict=True)
        ]
        seen = np.array([counts.sum() + _UNSEEN for _, counts in counted])
        self._prior = seen / seen.sum()

    def posterior(
        self, start: Observation | None, goal: Observation | None, told: Floats | None
    ) -> RoutePosterior:
        """Weighs tasks and routes by what was seen.

        Args:
            start: What is seen of the first step.
            goal: What is seen of the last step.
            told: (tasks,) likelihood of each task on other grounds.
        """
        prior = self._prior if told is None else self._prior * told
        ends = [
            (
                likelihood_of(start, model.actions, self._actions),
                likelihood_of(goal, model.actions, self._actions),
            )
            for model in self._models
        ]
        bound = prior * [first.max(initial=0) * last.max(initial=0) for first, last in ends]
        live: list[int] = np.flatnonzero(bound > _NEGLIGIBLE * bound.max()).tolist()
        routes = self._candidates(ends, live)
        tasks = np.zeros(len(prior))
        marginals = np.zeros((self._length, self._actions))
        joint = np.zeros((len(prior), len(routes)))
        for task in live:
            model = self._models[task]
            seen = prior[task] * model.marginals(*ends[task])
            tasks[task] = seen[0].sum()
            marginals[:, model.actions] += seen
            joint[task] = prior[task] * model.joint(routes, *ends[task])
        return RoutePosterior(tasks, marginals, routes, joint)

    def _candidates(self, ends: Sequence[tuple[Floats, Floats]], live: Sequence[int]) -> Ids:
        """Gives (n, T) the distinct routes that some task finds likely."""
        found: list[Ids] = [np.zeros((0, self._length), dtype=np.intp)]
        found.extend(self._models[task].best(*ends[task], self._most) for task in live)
        return np.unique(np.concatenate(found), axis=0)


def _pooled_moves(counted: Sequence[tuple[Routes, Floats]], actions: int) -> Floats:
    """Gives (actions, actions) how often the column's action follows the row's in any task."""
    moves = np.zeros((actions, actions))
    for windows, counts in counted:
        np.add.at(moves, (windows[:, :-1], windows[:, 1:]), counts[:, None])
    return moves


def _task_model(
    task: KnownTask, windows: Routes, counts: Floats, pooled: Floats, settings: PlanSettings
) -> TaskModel:
    size = len(task.actions)
    places = np.searchsorted(task.actions, windows)
    first = _UNSEEN + np.bincount(places[:, 0], counts, size)
    back_off = pooled[np.ix_(task.actions, task.actions)]
    back_off = back_off + settings.list_weight * _written_moves(task, settings.skip)
    if task.shown or settings.any_order:
        back_off = back_off + _ANY_MOVE
    move = settings.pooled_weight * _rows(back_off)
    np.add.at(move, (places[:, :-1], places[:, 1:]), counts[:, None])
    chain = Chain(first / first.sum(), _rows(move))
    return TaskModel(task.actions, places, counts, chain, settings.chain_weight)


def _written_moves(task: KnownTask, skip: float) -> Floats:
    """Gives (A, A) how a written list goes on: forward, each further step less likely skipped."""
    moves = np.zeros((len(task.actions), len(task.actions)))
    places = np.searchsorted(task.actions, task.written)
    for i, before in enumerate(places):
        for skipped, after in enumerate(places[i + 1 :]):
            moves[before, after] += skip ** (skipped * (skipped + 1) // 2)
    return moves


def _rows(weights: Floats) -> Floats:
    """Makes each row that has any weight add up to 1."""
    total = weights.sum(axis=1, keepdims=True)
    shares: Floats = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    return shares


@dataclass(frozen=True, slots=True, eq=False)
class KnownTask:
    """A task in ids.

    Attributes:
        actions: (A,) ids of all its actions, ascending.
        written: The written steps, in order.
        shown: The steps of each demonstration.
    """

    actions: Ids
    written: tuple[int, ...]
    shown: tuple[tuple[int, ...], ...]


def known_tasks(procedures: Procedures, actions: Sequence[str]) -> list[KnownTask]:
    """Numbers the steps of every task by their places in `actions`.

    Raises:
        ConfigError: If a demonstration is of no task.
    """
    ids = {name: number for number, name in enumerate(actions)}
    shown: dict[str, list[tuple[int, ...]]] = {task.name: [] for task in procedures.tasks}
    for one in procedures.demonstrations:
        if one.task not in shown:
            raise ConfigError(
                f"demonstration {one.video!r} is of the task {one.task!r}, which is none of the "
                f"{len(shown)} tasks of {procedures.name!r}; add it to the tasks"
            )
        shown[one.task].append(tuple(ids[step] for step in one.steps))
    return [
        _known_task(tuple(ids[step] for step in task.steps), tuple(shown[task.name]))
        for task in procedures.tasks
    ]


def _known_task(written: tuple[int, ...], shown: tuple[tuple[int, ...], ...]) -> KnownTask:
    every = {*written, *(action for steps in shown for action in steps)}
    return KnownTask(np.array(sorted(every), dtype=np.intp), written, shown)


def cut_windows(steps: Sequence[int], length: int, *, pad: bool) -> list[tuple[int, ...]]:
    """Gives every run of `length` steps, in order, as PDPP cuts its windows.

    Args:
        steps: Of one demonstration.
        length: Steps of a window.
        pad: Whether a demonstration that is too short gives one window, its first step repeated
            in front; else it gives none.
    """
    if pad and steps:
        steps = [steps[0]] * (length - len(steps)) + list(steps)
    return [tuple(steps[i : i + length]) for i in range(len(steps) - length + 1)]


def count_windows(
    demonstrations: Iterable[Sequence[int]], length: int, *, pad: bool
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Gives the (n, length) distinct windows of some demonstrations, and (n,) how often each is."""
    counts = Counter(w for steps in demonstrations for w in cut_windows(steps, length, pad=pad))
    windows = np.array(list(counts), dtype=np.intp).reshape(-1, length)
    return windows, np.array(list(counts.values()), dtype=np.float64)
