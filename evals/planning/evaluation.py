"""The evaluation of procedure planning, whatever the dataset and the planner."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from foretell.evals.datasets.procedure_windows import procedure_windows
from foretell.evals.datasets.procedures import PlanningTask
from foretell.evals.metrics.plans import Ids
from foretell.evals.planning.baselines import likeliest_tasks, plan_baselines
from foretell.evals.planning.records import encode_plans, plan_record
from foretell.evals.planning.scores import PlanScore, score_plans
from foretell.evals.run_folder import Record, RunFolder, usage_of
from foretell.evals.runner import OnProgress, run
from foretell.tools.planning.planner import PlanQuery, WindowPlanner
from foretell.types import Usage

_PLANNER = "planner"


@dataclass(frozen=True, slots=True)
class PlanningResult:
    """The scores of a planner, beside those of the baselines; shares are in per cent.

    Attributes:
        n: Number of windows.
        steps: T.
        score: Of the planner.
        success_within: Share of windows with a right plan among the first 1, 2 ... k routes.
        baselines: Of each baseline, by its name.
        task_accuracy: Share of windows whose task the planner names.
        endpoint_accuracy: Share of right labels among the first and among the last that were seen.
        usage: Tokens and cost.
        seconds: Wall-clock time of this run, without what it took up from an earlier one.
        settings: What it was run with.
        notes: What a reader of the scores should know.
    """

    n: int
    steps: int
    score: PlanScore
    success_within: tuple[float, ...]
    baselines: Mapping[str, PlanScore]
    task_accuracy: float
    endpoint_accuracy: tuple[float, float]
    usage: Usage
    seconds: float
    settings: Mapping[str, Any]
    notes: tuple[str, ...] = ()

    def record(self) -> Record:
        """Returns the result as JSON can hold it."""
        return {
            "n": self.n,
            **self.score.record(),
            "intervals": self.score.interval_record(),
            "success_within": list(self.success_within),
            "baselines": {name: score.record() for name, score in self.baselines.items()},
            "baseline_intervals": {
                name: score.interval_record() for name, score in self.baselines.items()
            },
            "task_accuracy": self.task_accuracy,
            "endpoint_accuracy": list(self.endpoint_accuracy),
            "seconds": self.seconds,
            "usage": asdict(self.usage),
            "settings": dict(self.settings),
            "notes": list(self.notes),
        }


def evaluate(
    task: PlanningTask,
    planner: WindowPlanner,
    *,
    settings: Mapping[str, Any],
    folder: RunFolder | None = None,
    on_progress: OnProgress | None = None,
) -> PlanningResult:
    """Plans every window and scores the plans beside those of the baselines.

    Args:
        task: What is to be planned.
        planner: Who plans.
        settings: What the result was made with, for its reader.
        folder: Keeps every plan; None keeps nothing.
        on_progress: Told after each plan.

    Raises:
        ForetellError: If a plan fails or has the wrong length.
    """

    def predict(queries: Sequence[PlanQuery]) -> Iterator[tuple[str, Record]]:
        for query, plan in planner.plan_windows(queries):
            yield query.key, plan_record(query, plan)

    began = time.perf_counter()
    records = run({query.key: query for query in task.queries}, predict, folder, on_progress)
    seconds = time.perf_counter() - began
    truth = encode_plans([window.steps for window in task.windows], task.actions)
    ends = encode_plans([(query.start, query.goal) for query in task.queries], task.actions)
    plans = encode_plans([record["steps"] for record in records], task.actions)
    videos = [window.video for window in task.windows]
    scores = score_plans(
        {_PLANNER: plans, **_baselines(task, ends)},
        truth,
        videos,
        batch=task.batch,
        seed=task.seed,
    )
    return PlanningResult(
        n=len(records),
        steps=task.steps,
        score=scores.pop(_PLANNER),
        success_within=_success_within(task, records),
        baselines=scores,
        task_accuracy=_percent(
            record["task"] == window.task
            for record, window in zip(records, task.windows, strict=True)
        ),
        endpoint_accuracy=(
            _percent((ends[:, 0] == truth[:, 0]).tolist()),
            _percent((ends[:, 1] == truth[:, -1]).tolist()),
        ),
        usage=usage_of(records),
        seconds=seconds,
        settings=settings,
        notes=_notes(task),
    )


def _success_within(task: PlanningTask, records: Sequence[Record]) -> tuple[float, ...]:
    """Returns how often a right plan is among the first 1, 2 ... k routes."""
    pairs = [
        (_routes(record), list(window.steps))
        for record, window in zip(records, task.windows, strict=True)
    ]
    return tuple(
        _percent(truth in routes[:k] for routes, truth in pairs) for k in range(1, task.k + 1)
    )


def _routes(record: Record) -> list[list[str]]:
    return [record["steps"], *(route["steps"] for route in record["alternatives"])]


def _baselines(task: PlanningTask, ends: Ids) -> dict[str, Ids]:
    train = procedure_windows(task.train.demonstrations, task.steps)
    windows = encode_plans([window.steps for window in train], task.actions)
    train_tasks = [window.task for window in train]
    guessed = likeliest_tasks(ends, windows, train_tasks, len(task.actions))
    labelled = [query.task for query in task.queries]
    return plan_baselines(
        ends,
        windows,
        tasks=[known or guess for known, guess in zip(labelled, guessed, strict=True)],
        train_tasks=train_tasks,
        length=task.steps,
        actions=len(task.actions),
        seed=task.seed,
    )


def _percent(hits: Iterable[bool]) -> float:
    return 100.0 * float(np.mean(list(hits)))


def _notes(task: PlanningTask) -> tuple[str, ...]:
    demonstrated = {one.task for one in task.train.demonstrations}
    unseen = sum(window.task not in demonstrated for window in task.windows)
    if not unseen:
        return ()
    return (f"{unseen} windows show a task that nobody demonstrates in training",)
