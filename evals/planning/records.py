"""Plans as the lines of a run folder, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from pydantic import BaseModel

from foretell.errors import ModelError
from foretell.evals.metrics.plans import Ids
from foretell.evals.replay import list_as_field, read_replies
from foretell.evals.run_folder import Record
from foretell.plans import Plan, PlannedStep, Route
from foretell.tools.planning.planner import PlanQuery
from foretell.tools.texts.annotation_file import Node


def plan_record(query: PlanQuery, plan: Plan) -> Record:
    """Returns a plan as JSON can hold it.

    Raises:
        ModelError: If a route has not exactly the steps asked for.
    """
    routes = (plan.route, *plan.alternatives)
    for route in routes:
        if len(route.steps) != query.steps:
            raise ModelError(
                f"a plan of {query.key!r} has {len(route.steps)} steps; it must have {query.steps}"
            )
    return {
        "start": query.start,
        "goal": query.goal,
        "steps": [step.action for step in plan.route.steps],
        "step_probabilities": [step.probability for step in plan.route.steps],
        "probability": plan.route.probability,
        "alternatives": [
            {"steps": [step.action for step in route.steps], "probability": route.probability}
            for route in plan.alternatives
        ],
        "task": plan.task,
        "task_probability": plan.task_probability,
        "notes": list(plan.notes),
        "usage": asdict(plan.usage),
    }


def encode_plans(plans: Sequence[Sequence[str]], actions: Sequence[str]) -> Ids:
    """Returns (N, T) ids of N plans in words; words that are no action get ids after those."""
    ids = {action: number for number, action in enumerate(actions)}
    rows = [[ids.setdefault(step, len(ids)) for step in plan] for plan in plans]
    return np.array(rows, np.int64)


class _Stored(BaseModel):
    steps: list[str]
    task: str = ""


class ReplayPlanner:
    """Gives plans that were made earlier, by whatever planner.

    Args:
        file: The `predictions.jsonl` of a run folder, or a JSON object from a window's key to its
            steps.

    Raises:
        DatasetError: If the file cannot be read, or has another form.
    """

    def __init__(self, file: Path) -> None:
        self._stored = read_replies(file, "window", _plan)

    def plan_windows(self, queries: Iterable[PlanQuery]) -> Iterator[tuple[PlanQuery, Plan]]:
        """Yields the plans in the order of the queries.

        Raises:
            DatasetError: If the file has none of a query.
        """
        for query in queries:
            yield query, self._stored.of(query.key)


def _plan(node: Node) -> Plan:
    stored = list_as_field(node, "steps").parse(_Stored)
    steps = tuple(PlannedStep(step, 1.0) for step in stored.steps)
    return Plan(Route(steps, 1.0), task=stored.task)
