"""How alike words are to the steps and the tasks of some procedures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from foretell.memory.embedders import Embedder
from foretell.memory.text_vectors import text_vectors
from foretell.plans import Procedures

Floats = NDArray[np.float64]

TASK_TEMPERATURE = 0.04
DEED_TEMPERATURE = 0.06
STATE_TEMPERATURE = 0.3
STEPS_FROM_EDGE = 1.5
"""How much less likely, in nats a step, a state is met further inside a procedure."""
MOST_TASKS = 10
STATE_FITS = 0.43
DEED_FITS = 0.28
"""From which cosine on a task fits words for a state, and for deeds; all of these are chosen on
made examples, as docs/design/planning.md tells."""

Edge = Literal["start", "goal"]


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """Cosines of some words with what is known, in [-1, 1].

    Attributes:
        actions: (A,) with each action, in the task where it is most alike.
        tasks: (T,) with each task's name or its most alike step.
    """

    actions: Floats
    tasks: Floats


class StepTexts:
    """Compares words with each step in the context of its task.

    Args:
        procedures: The tasks.
        embedder: What makes words comparable; it is used at the first comparison.
        folder: Where the vectors of the procedures are kept for the next time; None keeps none.
    """

    def __init__(
        self, procedures: Procedures, embedder: Embedder, folder: Path | None = None
    ) -> None:
        self.actions = procedures.actions()
        self.tasks = tuple(task.name for task in procedures.tasks)
        self._embedder = embedder
        self._folder = folder
        self._places = _places(procedures)
        self._inside = _inside(procedures)

    def likeness(self, texts: Sequence[str]) -> Likeness:
        """Gives how alike each action and task is to some texts, on average of them.

        Raises:
            ModelError: If the embedder fails.
        """
        queries = self._embedder.embed(texts)
        in_context = _cosines(queries, self._in_context)
        actions = np.full(len(self.actions), -1.0)
        tasks = _cosines(queries, self._names)
        np.maximum.at(actions, self._places[0], in_context)
        np.maximum.at(tasks, self._places[1], in_context)
        return Likeness(actions, tasks)

    def deed_likelihoods(self, likeness: Likeness) -> Floats:
        """Gives (A,) the likelihood of words for something done, for each action; at most 1."""
        relative: Floats = (likeness.actions - likeness.actions.max()) / DEED_TEMPERATURE
        return np.exp(relative)

    def state_likelihoods(self, likeness: Likeness | None, edge: Edge) -> Floats:
        """Gives (A,) the likelihood of words for a state at the start or goal; at most 1.

        Such words tell the task well and the step weakly. So the start is taken to lie near the
        beginning of a task, and the goal near its end, unless the words say otherwise.

        Args:
            likeness: Of the words; None where nothing is said.
            edge: Which of the two.
        """
        score = -STEPS_FROM_EDGE * self._inside[edge]
        if likeness is not None:
            score = score + likeness.actions / STATE_TEMPERATURE
        relative: Floats = score - score.max()
        return np.exp(relative)

    def nearest(self, texts: Sequence[str], among: Sequence[int]) -> list[tuple[int, float]]:
        """Gives, for each text, the action whose words are most alike, and their cosine.

        Args:
            texts: Names of steps in any words.
            among: Ids of the only actions that may be given.

        Raises:
            ModelError: If the embedder fails.
        """
        cosines = self._embedder.embed(texts) @ self._bare[np.asarray(among)].T
        best = cosines.argmax(axis=1)
        return [(among[int(i)], float(row[i])) for i, row in zip(best, cosines, strict=True)]

    @cached_property
    def _names(self) -> NDArray[np.float32]:
        return text_vectors(self.tasks, self._embedder, self._folder)

    @cached_property
    def _bare(self) -> NDArray[np.float32]:
        return text_vectors(self.actions, self._embedder, self._folder)

    @cached_property
    def _in_context(self) -> NDArray[np.float32]:
        actions, tasks = self._places
        texts = [
            f"{self.actions[action]} ({self.tasks[task]})"
            for action, task in zip(actions, tasks, strict=True)
        ]
        return text_vectors(texts, self._embedder, self._folder)


def task_likelihoods(seen: Sequence[Likeness]) -> Floats:
    """Gives (T,) likelihoods of what was seen for each task; the greatest is 1.

    That of all but the `MOST_TASKS` likeliest is 0.
    """
    total = np.sum([one.tasks for one in seen], axis=0)
    likelihoods: Floats = np.exp((total - total.max()) / TASK_TEMPERATURE)
    likelihoods[np.argsort(-total, kind="stable")[MOST_TASKS:]] = 0.0
    return likelihoods


def best_fit(seen: Sequence[Likeness]) -> tuple[int, float]:
    """Gives the task that is most alike on average to all that was seen, and the cosine."""
    mean = np.mean([one.tasks for one in seen], axis=0)
    best = int(mean.argmax())
    return best, float(mean[best])


def _cosines(queries: NDArray[np.float32], vectors: NDArray[np.float32]) -> Floats:
    return np.asarray((queries @ vectors.T).mean(axis=0), np.float64)


def _places(procedures: Procedures) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Gives (n,) actions and (n,) tasks: each pair of which the action is a step of the task."""
    action_of = {name: i for i, name in enumerate(procedures.actions())}
    task_of = {task.name: i for i, task in enumerate(procedures.tasks)}
    written = ((step, task.name) for task in procedures.tasks for step in task.steps)
    shown = ((step, one.task) for one in procedures.demonstrations for step in one.steps)
    pairs = dict.fromkeys((*written, *shown))
    places = [(action_of[step], task_of[task]) for step, task in pairs]
    actions, tasks = np.array(places, np.intp).reshape(-1, 2).T
    return actions, tasks


def _inside(procedures: Procedures) -> dict[Edge, Floats]:
    """Gives (A,) how many steps each action lies after the beginning and before the end.

    It is the fewest in any task: by its written steps, or by its demonstrations where it has none.
    """
    number = {name: i for i, name in enumerate(procedures.actions())}
    after = np.full(len(number), np.inf)
    before = np.full(len(number), np.inf)
    written = {task.name: task.steps for task in procedures.tasks if task.steps}
    shown = (one.steps for one in procedures.demonstrations if one.task not in written)
    for steps in (*written.values(), *shown):
        ids = [number[step] for step in steps]
        np.minimum.at(after, ids, np.arange(len(ids)))
        np.minimum.at(before, ids, np.arange(len(ids))[::-1])
    return {"start": _known(after), "goal": _known(before)}


def _known(distances: Floats) -> Floats:
    """Puts what no list tells at the middle of what the lists tell."""
    told = distances[np.isfinite(distances)]
    return np.where(np.isfinite(distances), distances, np.median(told))
