"""Reads a user's own procedures: instructions and demonstrations as JSON, JSON lines or CSV."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import BaseModel, Field

from foretell.plans import Demonstration, Procedures, ProcedureTask
from foretell.tools.procedures.normalized import Name, check_distinct, one_line
from foretell.tools.texts.annotation_file import Node, rows_of_columns
from foretell.tools.texts.timed_text import Seconds, interval_at
from foretell.types import Interval

PLAIN_FORM = (
    '{"tasks": [{"name": ..., "steps": [...]}], "demonstrations"?: [{"video": ..., "task": ..., '
    '"steps": [...]}]}, such demonstrations one a line, or a table with the columns video, task, '
    "step and, if you like, start and end"
)


class _File(BaseModel):
    name: Name | None = None
    tasks: list[object] = Field(default_factory=list[object])
    demonstrations: list[object] = Field(default_factory=list[object])


class _Task(BaseModel):
    name: Name
    steps: list[Name] = Field(min_length=1)


class _Demonstration(BaseModel):
    video: Name
    task: Name
    steps: list[object] = Field(min_length=1)
    split: str = ""


class _TimedStep(BaseModel):
    step: Name
    start: Seconds | None = None
    end: Seconds | None = None


class _Row(_TimedStep):
    video: Name
    task: Name
    split: str = ""


@dataclass(frozen=True, slots=True)
class _Step:
    """A step as written, with the place that an error names."""

    place: Node
    name: str
    start: float | None = None
    end: float | None = None


def read_plain(node: Node) -> Procedures:
    """Gives what a file of `PLAIN_FORM` holds; it is named by its field "name", or as the file.

    Steps that have a start are put in its order, others stay as they stand. Where no tasks are
    given, they are those of the demonstrations.

    Raises:
        DatasetError: If a field is missing or wrong, a task is not given or given twice, only
            some steps of a demonstration have a time, or a step ends before it starts.
    """
    if not {"tasks", "demonstrations"} & node.fields().keys():
        rows = rows_of_columns(node, ("step",)).items() or [node]
        table = "step" in rows[0].fields()
        shown = _of_table(rows) if table else _of_rows(rows)
        return Procedures(node.path.stem, _tasks_of(shown), shown)
    fields, parts = node.parse(_File), node.entries()
    tasks = _tasks(parts["tasks"]) if fields.tasks else ()
    rows = parts["demonstrations"].items() if fields.demonstrations else []
    if not tasks and not rows:
        raise node.error("holds neither tasks nor demonstrations; give one of them")
    shown = _of_rows(rows)
    if tasks:
        _check_tasks(rows, shown, tasks)
    return Procedures(fields.name or node.path.stem, tasks or _tasks_of(shown), shown)


def _tasks(place: Node) -> tuple[ProcedureTask, ...]:
    read = [item.parse(_Task) for item in place.items()]
    check_distinct(place, "task", [task.name for task in read])
    return tuple(ProcedureTask(task.name, tuple(task.steps)) for task in read)


def _tasks_of(shown: Iterable[Demonstration]) -> tuple[ProcedureTask, ...]:
    return tuple(ProcedureTask(name) for name in dict.fromkeys(one.task for one in shown))


def _check_tasks(
    rows: list[Node], shown: Iterable[Demonstration], tasks: Iterable[ProcedureTask]
) -> None:
    names = {task.name for task in tasks}
    for row, one in zip(rows, shown, strict=True):
        if one.task not in names:
            known = ", ".join(map(repr, sorted(names)[:8]))
            raise row.error(f"task {one.task!r} is not among the file's tasks, such as {known}")


def _of_rows(rows: Iterable[Node]) -> tuple[Demonstration, ...]:
    shown: list[Demonstration] = []
    for row in rows:
        fields = row.parse(_Demonstration)
        steps = [_step(item) for item in row.entries()["steps"].items()]
        shown.append(_demonstration(fields.video, fields.task, fields.split, steps))
    return tuple(shown)


def _step(item: Node) -> _Step:
    if isinstance(item.value, str) and item.value.strip():
        return _Step(item, one_line(item.value))
    if not item.fields():
        raise item.error(
            f"is {item.value!r}; write a step as a text or as "
            '{"step": ..., "start": ..., "end": ...}'
        )
    fields = item.parse(_TimedStep)
    return _Step(item, fields.step, fields.start, fields.end)


def _of_table(rows: Iterable[Node]) -> tuple[Demonstration, ...]:
    steps: defaultdict[tuple[str, str, str], list[_Step]] = defaultdict(list)
    for row in rows:
        fields = row.parse(_Row)
        step = _Step(row, fields.step, fields.start, fields.end)
        steps[fields.video, fields.task, fields.split].append(step)
    return tuple(_demonstration(*key, found) for key, found in steps.items())


def _demonstration(video: str, task: str, split: str, steps: list[_Step]) -> Demonstration:
    timed = steps[0].start is not None
    for step in steps:
        if (step.start is not None) != timed:
            raise step.place.error(
                f"some steps of {video!r} have a start and some have none; give it in all or none"
            )
    ordered = sorted(steps, key=lambda step: (step.start or 0.0, step.end or 0.0))
    return Demonstration(
        video=video,
        task=task,
        steps=tuple(step.name for step in ordered),
        intervals=tuple(_intervals(ordered)),
        split=split,
    )


def _intervals(steps: list[_Step]) -> list[Interval]:
    """Gives when each step is, nothing where an end is not told."""
    if any(step.start is None or step.end is None for step in steps):
        return []
    return [interval_at(step.place, step.start or 0.0, step.end or 0.0) for step in steps]
