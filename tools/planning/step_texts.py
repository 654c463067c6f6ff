"""How alike words are to the steps and the tasks of some procedures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.memory.cosines import cosines
from foretell.memory.embedding.embedders import Embedder
from foretell.memory.embedding.text_vectors import text_vectors
from foretell.plans import Procedures

TASK_TEMPERATURE = 0.04
DEED_TEMPERATURE = 0.06
STATE_TEMPERATURE = 0.1
"""Differences of cosine that are worth a factor e, for tasks, deeds and states."""
STEPS_FROM_EDGE = 1.5
"""How much less likely, in nats a step, a state is met further inside a procedure."""
MOST_TASKS = 10
"""Tasks among which a plan is sought, which bounds its time."""
STATE_FITS = 0.43
DEED_FITS = 0.28
"""From which cosine on a task fits words for a state, and for deeds; all of these are chosen on
made examples, as docs/design/planning.md tells."""
Edge = Literal["start", "goal"]
Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """Cosines of some words with what is known, in [-1, 1].

    Attributes:
        actions: (A,) with each action, in the task where it is most alike.
        before: (A,) with the step before each action, or with it where none is before.
        tasks: (T,) with each task's name or its most alike step.
    """

    actions: Floats
    before: Floats
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
        self._places = step_places(procedures)

    def likeness(self, texts: Sequence[str]) -> Likeness:
        """Gives how alike each action and task is to some texts, on average of them.

        Raises:
            ModelError: If the embedder fails.
        """
        queries, places = self._embedder.embed(texts), self._places
        in_context = cosines(queries, self._in_context).mean(axis=0)
        actions = np.full(len(self.actions), -1.0)
        before = np.full(len(self.actions), -np.inf)
        tasks = cosines(queries, self._names).mean(axis=0)
        np.maximum.at(actions, places.actions, in_context)
        np.maximum.at(before, places.actions[places.after], in_context[places.before])
        np.maximum.at(tasks, places.tasks, in_context)
        return Likeness(actions, np.where(np.isfinite(before), before, actions), tasks)

    def deed_likelihoods(self, likeness: Likeness) -> Floats:
        """Gives (A,) the likelihood of words for something done, for each action; at most 1."""
        relative: Floats = (likeness.actions - likeness.actions.max()) / DEED_TEMPERATURE
        return np.exp(relative)

    def state_likelihoods(self, likeness: Likeness | None, edge: Edge) -> Floats:
        """Gives (A,) the likelihood of words for a state at the start or goal; at most 1.

        What there is at the start is mostly what the step before led to, and at the goal what the
        last step led to. Such words tell the task well and the step weakly, so that the start is
        taken to lie near the beginning of a task, and the goal near its end, unless the words say
        otherwise.

        Args:
            likeness: Of the words; None where nothing is said.
            edge: Which of the two.
        """
        starts, places = edge == "start", self._places
        score = -STEPS_FROM_EDGE * (places.from_start if starts else places.from_goal)
        if likeness is not None:
            alike = likeness.before if starts else likeness.actions
            score = score + alike / STATE_TEMPERATURE
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
        alike = cosines(self._embedder.embed(texts), self._bare[np.asarray(among)])
        best = ranking.best_places(alike)
        return [(among[int(i)], float(row[i])) for i, row in zip(best, alike, strict=True)]

    @property
    def texts(self) -> tuple[tuple[str, ...], ...]:
        """The lists of texts that are embedded: tasks, actions, and actions in their tasks."""
        pairs = zip(self._places.actions, self._places.tasks, strict=True)
        in_context = (f"{self.actions[action]} ({self.tasks[task]})" for action, task in pairs)
        return self.tasks, tuple(self.actions), tuple(in_context)

    @cached_property
    def _names(self) -> NDArray[np.float32]:
        return text_vectors(self.tasks, self._embedder, self._folder)

    @cached_property
    def _bare(self) -> NDArray[np.float32]:
        return text_vectors(self.actions, self._embedder, self._folder)

    @cached_property
    def _in_context(self) -> NDArray[np.float32]:
        return text_vectors(self.texts[2], self._embedder, self._folder)


def task_likelihoods(seen: Sequence[Likeness]) -> Floats:
    """Gives (T,) likelihoods of what was seen for each task; the greatest is 1.

    That of all but the `MOST_TASKS` likeliest is 0.
    """
    total = np.sum([one.tasks for one in seen], axis=0)
    likelihoods: Floats = np.exp((total - total.max()) / TASK_TEMPERATURE)
    likelihoods[ranking.order(total)[MOST_TASKS:]] = 0.0
    return likelihoods


def best_fit(seen: Sequence[Likeness]) -> tuple[int, float]:
    """Gives the task that is most alike on average to all that was seen, and the cosine."""
    mean = np.mean([one.tasks for one in seen], axis=0)
    best = ranking.best(mean)
    return best, float(mean[best])


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
