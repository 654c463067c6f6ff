"""Where the steps of some procedures stand: in which tasks, after what, how far inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from foretell.plans import Procedures

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class StepPlaces:
    """Places of steps, by ids of actions and tasks.

    The order of a task's steps is that of its written steps, or of its demonstrations where it has
    none. A pair is an action and a task that it is a step of.

    Attributes:
        actions: (n,) the action of each pair.
        tasks: (n,) the task of each pair.
        after: (m,) the pair of a step that comes after another, of each such couple.
        before: (m,) the pair of that other.
        from_start: (A,) how many steps each action lies after the beginning, in the task where
            these are fewest.
        from_goal: (A,) how many before the end.
    """

    actions: Places
    tasks: Places
    after: Places
    before: Places
    from_start: Floats
    from_goal: Floats


def step_places(procedures: Procedures) -> StepPlaces:
    """Gives the places of all steps."""
    action_of = {name: i for i, name in enumerate(procedures.actions())}
    task_of = {task.name: i for i, task in enumerate(procedures.tasks)}
    written = [(task.name, step) for task in procedures.tasks for step in task.steps]
    shown = [(one.task, step) for one in procedures.demonstrations for step in one.steps]
    pair_of = {pair: i for i, pair in enumerate(dict.fromkeys((*written, *shown)))}
    from_start = np.full(len(action_of), np.inf)
    from_goal = np.full(len(action_of), np.inf)
    couples: dict[tuple[int, int], None] = {}
    for task, steps in _orders(procedures):
        ids = [action_of[step] for step in steps]
        np.minimum.at(from_start, ids, np.arange(len(ids)))
        np.minimum.at(from_goal, ids, np.arange(len(ids))[::-1])
        couples |= dict.fromkeys(pairwise(pair_of[task, step] for step in steps))
    before, after = np.array(list(couples), np.intp).reshape(-1, 2).T
    return StepPlaces(
        actions=np.array([action_of[step] for _, step in pair_of], np.intp),
        tasks=np.array([task_of[task] for task, _ in pair_of], np.intp),
        after=after,
        before=before,
        from_start=_all_known(from_start),
        from_goal=_all_known(from_goal),
    )


def _orders(procedures: Procedures) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Gives the sequences that tell the order of each task's steps."""
    written = {task.name: task.steps for task in procedures.tasks if task.steps}
    yield from written.items()
    for one in procedures.demonstrations:
        if one.task not in written:
            yield one.task, one.steps


def _all_known(distances: Floats) -> Floats:
    """Puts steps that no order holds in the middle of the others."""
    told = distances[np.isfinite(distances)]
    return np.where(np.isfinite(distances), distances, np.median(told))
