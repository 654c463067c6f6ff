"""Reads the releases of CrossTask and of COIN.

CrossTask is a folder of tasks_primary.txt, annotations/*.csv and videos_val.csv (Zhukov et al.,
"Cross-task Weakly Supervised Learning from Instructional Videos", CVPR 2019); COIN is one JSON
file (Tang et al., "COIN: A Large-scale Dataset for Comprehensive Instructional Video Analysis",
CVPR 2019).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, Field

from foretell.errors import DatasetError
from foretell.plans import Demonstration, Procedures, ProcedureTask
from foretell.tools.procedures.normalized import Name, distinct_names, one_line, task_title
from foretell.tools.texts.annotation_file import Node, table_rows
from foretell.tools.texts.text_file import read_text
from foretell.tools.texts.timed_text import Seconds, interval_at

TASKS = "tasks_primary.txt"
_ANNOTATIONS = "annotations"
_VALIDATION = "videos_val.csv"
_BLOCK_LINES = 5
"""Lines of a task in tasks_primary.txt: id, name, address, number of steps, steps."""
_SPLITS = {"training": "train", "validation": "val", "testing": "test"}


class _Segment(BaseModel):
    step: int
    start: Seconds
    end: Seconds


def read_crosstask(folder: Path) -> Procedures:
    """Gives the primary tasks and the annotated videos; equal names are one step.

    A video is of the split "val" where videos_val.csv names it, else of "train".

    Raises:
        DatasetError: If a file is missing or not in this form, a video is of an unknown task, or
            a step is not one of its task or ends before it starts.
    """
    tasks = _tasks(folder / TASKS)
    validation = _validation(folder / _VALIDATION)
    files = sorted((folder / _ANNOTATIONS).glob("*.csv"))
    if not files:
        raise DatasetError(f"{folder / _ANNOTATIONS} holds no *.csv; unpack CrossTask's release")
    shown = [_crosstask_demonstration(file, tasks, validation) for file in files]
    return Procedures("crosstask", tuple(tasks.values()), tuple(shown))


def _tasks(path: Path) -> dict[str, ProcedureTask]:
    """Gives the tasks by id: blocks of id, name, address, number of steps, and the steps."""
    tasks: dict[str, ProcedureTask] = {}
    for number, block in enumerate(read_text(path).strip().split("\n\n"), start=1):
        place = Node(path, block, f"block {number}")
        lines = block.strip().splitlines()
        if len(lines) != _BLOCK_LINES:
            raise place.error(
                f"has {len(lines)} lines; give id, name, address, number of steps and steps"
            )
        steps = tuple(one_line(step) for step in lines[4].split(","))
        if lines[3].strip() != str(len(steps)):
            raise place.error(f"announces {lines[3]!r} steps and has {len(steps)}")
        tasks[lines[0].strip()] = ProcedureTask(one_line(lines[1]), steps)
    return tasks


def _validation(path: Path) -> frozenset[str]:
    if not path.exists():
        return frozenset()
    return frozenset(f"{row[0]}_{row[1]}" for place, row in _rows(path, 2) if place)


def _rows(path: Path, columns: int) -> Iterator[tuple[Node, list[str]]]:
    for row in table_rows(path, read_text(path), ","):
        place = Node(path, row.cells, f"line {row.line}")
        if len(row.cells) < columns:
            raise place.error(f"has {len(row.cells)} fields of {columns}")
        yield place, list(row.cells)


def _crosstask_demonstration(
    path: Path, tasks: dict[str, ProcedureTask], validation: frozenset[str]
) -> Demonstration:
    number, _, video = path.stem.partition("_")
    if number not in tasks:
        raise DatasetError(f"{path} is of task {number!r}, which {TASKS} does not have")
    task = tasks[number]
    segments = [_segment(place, row, task) for place, row in _rows(path, 3)]
    return Demonstration(
        video=video,
        task=task.name,
        steps=tuple(task.steps[segment.step - 1] for _, segment in segments),
        intervals=tuple(interval_at(place, one.start, one.end) for place, one in segments),
        split="val" if path.stem in validation else "train",
    )


def _segment(place: Node, row: list[str], task: ProcedureTask) -> tuple[Node, _Segment]:
    named = Node(place.path, dict(zip(_Segment.model_fields, row, strict=False)), place.place)
    segment = named.parse(_Segment)
    if not 1 <= segment.step <= len(task.steps):
        raise place.error(
            f"step {segment.step} is not one of {task.name!r}, which has 1 to {len(task.steps)}"
        )
    return place, segment


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
        tuple(_coin_demonstration(name, item, video, names) for name, item, video in videos),
    )


def _database(node: Node) -> dict[str, Node]:
    videos = node.entries()["database"].entries()
    if not videos:
        raise node.error("field 'database' holds no videos; give COIN.json whole")
    return videos


def _coin_demonstration(
    name: str, item: Node, video: _Video, names: dict[int, str]
) -> Demonstration:
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
