"""How the procedure bank writes down tasks and demonstrations."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from foretell.plans import Demonstration, ProcedureTask
from foretell.types import Interval


def dump_tasks(tasks: Iterable[ProcedureTask]) -> str:
    """Gives tasks as JSON: a list of names, each with its steps."""
    return json.dumps([(task.name, task.steps) for task in tasks])


def load_tasks(record: str) -> tuple[ProcedureTask, ...]:
    """Gives the tasks that `dump_tasks` wrote."""
    return tuple(ProcedureTask(name, tuple(steps)) for name, steps in json.loads(record))


def dump_demonstration(demonstration: Demonstration) -> str:
    """Gives a demonstration as JSON, without what it leaves empty."""
    fields: dict[str, Any] = {
        "video": demonstration.video,
        "task": demonstration.task,
        "steps": demonstration.steps,
        "intervals": [(interval.start, interval.end) for interval in demonstration.intervals],
        "split": demonstration.split,
    }
    return json.dumps({name: value for name, value in fields.items() if value})


def load_demonstration(record: str) -> Demonstration:
    """Gives the demonstration that `dump_demonstration` wrote."""
    fields: dict[str, Any] = json.loads(record)
    return Demonstration(
        video=fields.get("video", ""),
        task=fields.get("task", ""),
        steps=tuple(fields.get("steps", ())),
        intervals=tuple(Interval(start, end) for start, end in fields.get("intervals", ())),
        split=fields.get("split", ""),
    )
