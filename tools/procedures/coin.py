"""Reads COIN.json as its authors publish it.

Tang et al., "COIN: A Large-scale Dataset for Comprehensive Instructional Video Analysis", CVPR
2019.
"""

from __future__ import annotations

from pydantic import BaseModel, Field

from foretell.plans import Demonstration, Procedures, ProcedureTask
from foretell.tools.procedures.normalized import Name, distinct_names, task_title
from foretell.tools.texts.annotation_file import Node
from foretell.tools.texts.timed_text import Seconds, interval_at

_SPLITS = {"training": "train", "validation": "val", "testing": "test"}


class _Step(BaseModel):
    id: int
    label: Name
    segment: tuple[Seconds, Seconds]


class _Video(BaseModel):
    task: Name = Field(validation_alias="class")
    subset: str
    annotation: list[_Step] = Field(min_length=1)


def read_coin(node: Node) -> Procedures:
    """Gives the tasks and videos; the steps of a task are in order of their ids, as COIN's are.

    Raises:
        DatasetError: If a field is missing or wrong, a subset is unknown, an id has two labels or
            a step ends before it starts.
    """
    videos = [(name, item, item.parse(_Video)) for name, item in _database(node).items()]
    labels: dict[int, str] = {}
    tasks: dict[int, str] = {}
    for _, item, video in videos:
        for step in video.annotation:
            if labels.setdefault(step.id, step.label) != step.label:
                raise item.error(
                    f"step {step.id} is called {step.label!r} here and {labels[step.id]!r} before; "
                    "give each id one label"
                )
            tasks.setdefault(step.id, task_title(video.task))
    names = distinct_names(labels, tasks)
    known: dict[str, list[int]] = {task_title(video.task): [] for _, _, video in videos}
    for number in sorted(tasks):
        known[tasks[number]].append(number)
    return Procedures(
        "coin",
        tuple(ProcedureTask(task, tuple(names[n] for n in ids)) for task, ids in known.items()),
        tuple(_demonstration(name, item, video, names) for name, item, video in videos),
    )


def _database(node: Node) -> dict[str, Node]:
    videos = node.entries()["database"].entries()
    if not videos:
        raise node.error("field 'database' holds no videos; give COIN.json whole")
    return videos


def _demonstration(name: str, item: Node, video: _Video, names: dict[int, str]) -> Demonstration:
    if video.subset not in _SPLITS:
        allowed = ", ".join(map(repr, _SPLITS))
        raise item.error(f"field 'subset' is {video.subset!r}; give one of {allowed}")
    return Demonstration(
        video=name,
        task=task_title(video.task),
        steps=tuple(names[step.id] for step in video.annotation),
        intervals=tuple(interval_at(item, *step.segment) for step in video.annotation),
        split=_SPLITS[video.subset],
    )
