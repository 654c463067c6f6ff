"""The tasks of some procedures in ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from foretell.errors import ConfigError
from foretell.plans import Procedures
from foretell.tools.planning.observation import Ids


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
