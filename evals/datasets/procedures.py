"""Procedure planning on CrossTask, COIN and NIV: what is to be planned, and what is learnt from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np

from foretell.errors import ConfigError, DatasetError, argument
from foretell.evals.datasets.plan_evidence import Ends, StartGoalLabels, TaskLabels
from foretell.evals.datasets.procedure_windows import ProcedureWindow, procedure_windows
from foretell.evals.datasets.splits import fold_of
from foretell.plans import Procedures
from foretell.ranges import check_range
from foretell.tools.planning.observation import ConfusionModel, Floats, learn_confusion_model
from foretell.tools.planning.planner import PlanQuery
from foretell.tools.procedures.load import load_numbered

SHORTEST, LONGEST = 2, 20
PDPP_BATCH = 32
"""What each of PDPP's eight processes scores at a time."""
EndConfusionModels = tuple[ConfusionModel, ConfusionModel]


@dataclass(frozen=True, slots=True)
class PlanningTask:
    """What is to be planned, and what may be learnt from.

    Attributes:
        name: Of the dataset.
        train: Demonstrations to learn from, and every task's written steps.
        windows: What was done, N windows of T steps.
        queries: (N,) what is seen and told of each window.
        actions: Every step; a step's id is its place.
        steps: T.
        k: Most routes that are compared.
        seed: Of whatever is drawn at random.
        batch: Windows of a batch, for the overlap of whole batches.
    """

    name: str
    train: Procedures
    windows: tuple[ProcedureWindow, ...]
    queries: tuple[PlanQuery, ...]
    actions: tuple[str, ...]
    steps: int
    k: int = 5
    seed: int = 0
    batch: int = PDPP_BATCH

    def first(self, limit: int | None) -> Self:
        """Returns the task of planning the first windows only; None leaves all.

        Raises:
            ConfigError: If `limit` is not positive.
        """
        check_range("limit", limit, 1)
        return replace(self, windows=self.windows[:limit], queries=self.queries[:limit])

    def fingerprint(self) -> str:
        """Returns a hash of the queries and of what is learnt from, the same only for the same."""
        digest = hashlib.sha256()
        for record in (*self.queries, *self.train.tasks, *self.train.demonstrations):
            digest.update(repr(record).encode())
        return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class ProcedurePlanning:
    """Which windows are planned, and from what.

    Attributes:
        data: A normalized file, or a folder that holds one.
        dataset: Name of the dataset, for a folder that holds more than one.
        steps: T, the length of a plan, both ends included.
        ends: What is seen of the first and the last step.
        tasks: What is told of the task.
        k: Most routes that are compared.
        seed: Of whatever is drawn at random.
        batch: Windows of a batch, for the overlap of whole batches.
    """

    data: Path
    dataset: str | None
    steps: int
    ends: StartGoalLabels
    tasks: TaskLabels
    k: int = 5
    seed: int = 0
    batch: int = PDPP_BATCH

    def __post_init__(self) -> None:
        check_range(
            "steps", self.steps, SHORTEST, LONGEST, hint="the first and the last step count"
        )
        check_range("k", self.k, 1)
        check_range("batch", self.batch, 1)

    def settings(self, evaluation: str) -> dict[str, object]:
        """Returns what of this a `PlanningTask` does not tell, as JSON can hold it."""
        return {
            "evaluation": evaluation,
            "data": str(self.data),
            "endpoints": self.ends.recorded,
            "endpoint_accuracy": self.ends.accuracy,
            "learn_confusions": self.ends.learn_confusion_model,
            "task": self.tasks.source,
            "task_accuracy": self.tasks.accuracy,
        }


def load_procedure_planning(settings: ProcedurePlanning) -> PlanningTask:
    """Reads the windows to plan and the demonstrations to learn from.

    Raises:
        ConfigError: If the dataset is unknown.
        DatasetError: If the data are not there or cannot be read, a split is missing, or a file
            of predictions is not one of these windows.
    """
    if not settings.data.exists():
        raise ConfigError(
            f"{argument('data')} {str(settings.data)!r} is not there; give a file or a folder"
        )
    numbered = load_numbered(settings.data, settings.dataset)
    procedures = numbered.procedures
    train = procedures.of_split("train")
    windows = procedure_windows(procedures.of_split("test").demonstrations, settings.steps)
    if not windows or not train.demonstrations:
        raise DatasetError(
            f"{settings.data} holds {len(train.demonstrations)} videos of the split 'train' and "
            f"{len(windows)} windows of the split 'test'; both are needed"
        )
    ends = settings.ends.of(windows, numbered, settings.seed)
    tasks = settings.tasks.of(windows, numbered)
    confusions = (
        cross_fitted(windows, ends, procedures)
        if settings.ends.learn_confusion_model
        else [None] * len(windows)
    )
    queries = tuple(
        PlanQuery(
            key=window.key,
            start=start,
            goal=goal,
            steps=settings.steps,
            accuracy=settings.ends.accuracy,
            task=task,
            task_accuracy=settings.tasks.accuracy,
            confusions=confused,
        )
        for window, (start, goal), task, confused in zip(
            windows, ends, tasks, confusions, strict=True
        )
    )
    return PlanningTask(
        name=procedures.name,
        train=train,
        windows=windows,
        queries=queries,
        actions=numbered.actions,
        steps=settings.steps,
        k=settings.k,
        seed=settings.seed,
        batch=settings.batch,
    )


def cross_fitted(
    windows: Sequence[ProcedureWindow], ends: Sequence[Ends], procedures: Procedures
) -> list[EndConfusionModels]:
    """Returns each window the confusions at both ends, learnt from the other parts of the videos.

    Args:
        windows: N windows; the parts are those of `fold_of`.
        ends: (N,) the labels seen.
        procedures: The tasks; steps of one task are expected to be confused.

    Raises:
        DatasetError: If all videos fall into one part.
    """
    actions = procedures.actions()
    number = {name: place for place, name in enumerate(actions)}
    truth = np.array([[number[w.steps[0]], number[w.steps[-1]]] for w in windows])
    labels = np.array([[number[start], number[goal]] for start, goal in ends])
    parts = np.array([fold_of(window.video) for window in windows])
    if len(set(parts.tolist())) == 1:
        raise DatasetError(
            f"the {len(windows)} windows are of too few videos to learn a recogniser's confusions "
            f"from others; plan more windows, or leave out {argument('confusion_model')}"
        )
    related = _related(procedures, number)
    learnt = {
        part: tuple(
            learn_confusion_model(actions, truth[others, end], labels[others, end], related)
            for end in (0, 1)
        )
        for part in set(parts.tolist())
        for others in [parts != part]
    }
    return [(learnt[part][0], learnt[part][1]) for part in parts.tolist()]


def _related(procedures: Procedures, number: dict[str, int]) -> Floats:
    """Returns (A, A) in how many tasks two actions are both steps."""
    steps = {task.name: set(task.steps) for task in procedures.tasks}
    for one in procedures.demonstrations:
        steps[one.task].update(one.steps)
    member = np.zeros((len(steps), len(number)))
    for row, names in zip(member, steps.values(), strict=True):
        row[[number[name] for name in names]] = 1.0
    return member.T @ member
