"""Reads CrossTask, COIN and NIV from one form: numbered steps, tasks, and videos with both.

The form keeps the numbers of PDPP (Wang et al., "PDPP: Projected Diffusion for Procedure Planning
in Instructional Videos", CVPR 2023), in which lists of windows and of predictions are written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from foretell.errors import DatasetError
from foretell.patterns import LazyPattern
from foretell.plans import Demonstration, Procedures, ProcedureTask
from foretell.tools.texts.annotation_file import Node
from foretell.tools.texts.timed_text import Seconds, interval_at

_WORD_STARTS = LazyPattern(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_")


def one_line(text: str) -> str:
    """Gives a text with single spaces between its words."""
    return " ".join(text.split())


Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(one_line)
]
Names = Annotated[list[Name], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class NumberedProcedures:
    """Procedures of a dataset, with the numbers that other files of it use.

    Attributes:
        procedures: Place in `tasks` is the number of a task.
        actions: Name of each step; place is its number.
        left_out: Demonstrations that PDPP's loader drops, and `procedures` does not hold: they
            end after the features of their video.
    """

    procedures: Procedures
    actions: tuple[str, ...]
    left_out: tuple[Demonstration, ...] = ()


class _Task(BaseModel):
    task_id: int
    name: Name
    action_ids: list[int] = Field(min_length=1)


class _Video(BaseModel):
    vid: str = Field(min_length=1)
    task_id: int
    split: str = ""
    steps: list[tuple[int, Seconds, Seconds]] = Field(min_length=1)
    in_pdpp_windows: bool = True


class _Dataset(BaseModel):
    dataset: Name
    actions: dict[int, Name] = Field(min_length=1)
    tasks: list[object] = Field(min_length=1)
    videos: list[object] = Field(min_length=1)


def read_normalized(node: Node) -> NumberedProcedures:
    """Gives what a normalized file holds.

    The steps of a video stay in the order of the file, since PDPP cuts its windows in it; a few
    videos of CrossTask are annotated twice over.

    Raises:
        DatasetError: If a field is missing or wrong, a number has no step or no task, or a step
            ends before it starts.
    """
    fields, parts = node.parse(_Dataset), node.entries()
    rows = [(item, item.parse(_Task)) for item in parts["tasks"].items()]
    actions = _actions(parts["actions"], fields.actions, rows)
    tasks = _tasks(rows, actions)
    check_distinct(parts["tasks"], "task", [task.name for task in tasks])
    kept: list[Demonstration] = []
    left_out: list[Demonstration] = []
    for item in parts["videos"].items():
        video = item.parse(_Video)
        shown = _demonstration(item, video, tasks, actions)
        (kept if video.in_pdpp_windows else left_out).append(shown)
    procedures = Procedures(fields.dataset.lower(), tasks, tuple(kept))
    return NumberedProcedures(procedures, actions, tuple(left_out))


def _actions(place: Node, names: dict[int, str], rows: list[tuple[Node, _Task]]) -> tuple[str, ...]:
    """Gives the steps' names by number, after seeing that each number is used."""
    if sorted(names) != list(range(len(names))):
        raise place.error(f"numbers {len(names)} steps otherwise than 0 to {len(names) - 1}")
    owners: dict[int, str] = {}
    for item, task in rows:
        for number in task.action_ids:
            if number not in names:
                raise _unknown(item, number, len(names))
            owners.setdefault(number, task_title(task.name))
    if unowned := sorted(names.keys() - owners.keys()):
        raise place.error(f"action {unowned[0]} is of no task; list it in the 'action_ids' of one")
    distinct = distinct_names(names, owners)
    return tuple(distinct[number] for number in range(len(names)))


def _tasks(rows: list[tuple[Node, _Task]], actions: tuple[str, ...]) -> tuple[ProcedureTask, ...]:
    for place, (item, task) in enumerate(rows):
        if task.task_id != place:
            raise item.error(f"field 'task_id' is {task.task_id}; number the tasks from 0 in order")
    return tuple(
        ProcedureTask(task_title(task.name), tuple(actions[n] for n in task.action_ids))
        for _, task in rows
    )


def _demonstration(
    item: Node, video: _Video, tasks: tuple[ProcedureTask, ...], actions: tuple[str, ...]
) -> Demonstration:
    if not 0 <= video.task_id < len(tasks):
        raise item.error(
            f"task {video.task_id} is not in the file, which has 0 to {len(tasks) - 1}"
        )
    unknown = next((n for n, _, _ in video.steps if not 0 <= n < len(actions)), None)
    if unknown is not None:
        raise _unknown(item, unknown, len(actions))
    return Demonstration(
        video=video.vid,
        task=tasks[video.task_id].name,
        steps=tuple(actions[number] for number, _, _ in video.steps),
        intervals=tuple(interval_at(item, start, end) for _, start, end in video.steps),
        split=video.split,
    )


def _unknown(item: Node, number: int, count: int) -> DatasetError:
    return item.error(f"action {number} is not in the file, which has 0 to {count - 1}")


def task_title(name: str) -> str:
    """Gives the words of a task that is written as one: "UseRiceCooker", "changing_tire"."""
    return one_line(_WORD_STARTS.sub(" ", name))


def distinct_names(names: Mapping[int, str], tasks: Mapping[int, str]) -> dict[int, str]:
    """Gives each step a name that no other has.

    COIN counts "add seasoning" of two tasks as two steps, and two steps of one task are called
    "aim at the pin". Such a name is followed by that of its task and, where this is not enough,
    by a number.

    Args:
        names: Of each step by its id.
        tasks: Name of the task of each step, by the step's id.
    """
    bearers = Counter(names.values())
    known: Counter[tuple[str, str]] = Counter()
    distinct: dict[int, str] = {}
    for number, name in names.items():
        if bearers[name] == 1:
            distinct[number] = name
            continue
        task = tasks[number]
        known[name, task] += 1
        nth = known[name, task]
        distinct[number] = f"{name} ({task})" if nth == 1 else f"{name} ({task}, {nth})"
    return distinct


def check_distinct(place: Node, what: str, names: list[str]) -> None:
    """Refuses a name that is given twice.

    Raises:
        DatasetError: If there is one; names the place.
    """
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise place.error(f"{what} {repeated[0]!r} is given twice; give each once")
