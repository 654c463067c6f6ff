"""What is seen of the ends of a window and told of its task: the truth, a noisy one, a file.

PDPP, KEPP (Nagasinghe et al., "Why Not Use Your Textbook? Knowledge-Enhanced Procedure Planning of
Instructional Videos", CVPR 2024) and MTID write lists of tested windows alike; steps and tasks are
numbers there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Self

import numpy as np
from pydantic import BaseModel, Field

from foretell.errors import ConfigError, DatasetError, argument
from foretell.evals.datasets.procedure_windows import ProcedureWindow
from foretell.tools.procedures.normalized import NumberedProcedures
from foretell.tools.texts.annotation_file import Node, read_annotations
from foretell.tools.texts.timed_text import Seconds, interval_at
from foretell.types import Interval

ORACLE, PREDICTED = "oracle", "predicted"
RECOGNISER_ACCURACY = 0.7
CLASSIFIER_ACCURACY = 0.8
_ROUNDING_SECONDS = 1.0
Ends = tuple[str, str]


@dataclass(frozen=True, slots=True)
class StartGoalLabels:
    """The labels of the first and the last step.

    Attributes:
        source: "oracle" for the true ones, or a file of windows with the labels that a recogniser
            gave.
        noise: How likely each end is wrong on its own, another step of the same task standing in
            its place; None for the labels as they are.
        accuracy: How often a planner is told that such a label is right.
        learn_confusion_model: Whether it is told which labels were confused in other videos.
    """

    source: str
    noise: float | None
    accuracy: float
    learn_confusion_model: bool = False

    @classmethod
    def parse(
        cls,
        source: str = ORACLE,
        noise: float | None = None,
        accuracy: float | None = None,
        *,
        learn_confusion_model: bool = False,
    ) -> Self:
        """Reads `--start-goal` and its noise.

        Where no accuracy is given, a file's labels count as 70 % right.

        Raises:
            ConfigError: If the noise or the accuracy is out of range, there is no such file, or
                noise is given beside one.
        """
        if source != ORACLE and not Path(source).is_file():
            raise ConfigError(
                f"{argument('start_goal')} {source!r} is unknown; give 'oracle', or a "
                "file of windows with "
                "predicted steps"
            )
        if noise is not None and source != ORACLE:
            raise ConfigError(
                f"{argument('start_goal_noise')} {noise:g} spoils true labels, and "
                f"{argument('start_goal')} {source!r} is "
                "a file of predicted ones; leave one of them out"
            )
        if noise is not None and not 0.0 <= noise < 1.0:
            raise ConfigError(
                f"{argument('start_goal_noise')} is {noise!r}; give the share of wrong labels, "
                "from 0 to below 1"
            )
        known = 1.0 - (noise or 0.0) if source == ORACLE else RECOGNISER_ACCURACY
        stated = _accuracy(argument("start_goal_accuracy"), accuracy, known)
        return cls(source, noise, stated, learn_confusion_model)

    @property
    def recorded(self) -> str:
        """The labels as records of runs name them: "oracle", "corrupt:0.3" or a file."""
        return self.source if self.noise is None else f"corrupt:{self.noise:g}"

    def of(
        self, windows: Sequence[ProcedureWindow], numbered: NumberedProcedures, seed: int
    ) -> list[Ends]:
        """Returns the first and last label of each window.

        Raises:
            DatasetError: If the file is not one of these windows, or tells no ends.
        """
        if self.noise is not None:
            return _corrupted(windows, numbered, self.noise, seed)
        if self.source == ORACLE:
            return [(window.steps[0], window.steps[-1]) for window in windows]
        path = Path(self.source)
        rows = aligned(path, windows, numbered)
        return [_predicted_ends(path, row, numbered.actions) for row in rows]


@dataclass(frozen=True, slots=True)
class TaskLabels:
    """The task that a planner is told, or none.

    Attributes:
        source: "oracle" for the true one; "predicted" for none, so that the planner tells it from
            the ends; or a file of windows with the tasks that a classifier gave.
        accuracy: How often a planner is told that such a task is right.
    """

    source: str
    accuracy: float

    @classmethod
    def parse(cls, source: str, accuracy: float | None = None) -> Self:
        """Reads `--task`; where no accuracy is given, a file's tasks count as 80 % right.

        Raises:
            ConfigError: If the accuracy is out of range, or there is no such file.
        """
        if source in (ORACLE, PREDICTED):
            return cls(source, _accuracy(argument("task_accuracy"), accuracy, 1.0))
        if not Path(source).is_file():
            raise ConfigError(
                f"{argument('task')} {source!r} is unknown; give 'oracle', 'predicted', "
                "or a file of windows "
                "with predicted tasks"
            )
        return cls(source, _accuracy(argument("task_accuracy"), accuracy, CLASSIFIER_ACCURACY))

    def of(self, windows: Sequence[ProcedureWindow], numbered: NumberedProcedures) -> list[str]:
        """Returns the task told of each window; "" for none.

        Raises:
            DatasetError: If the file is not one of these windows, or tells no task.
        """
        if self.source == ORACLE:
            return [window.task for window in windows]
        if self.source == PREDICTED:
            return [""] * len(windows)
        path = Path(self.source)
        names = [task.name for task in numbered.procedures.tasks]
        return [_predicted_task(path, row, names) for row in aligned(path, windows, numbered)]


def aligned(
    path: Path, windows: Sequence[ProcedureWindow], numbered: NumberedProcedures
) -> list[PlanWindow]:
    """Returns a file's row for each window: the same video, in the same order of time.

    The file must hold all windows of the split; it gives times in whole seconds.

    Raises:
        DatasetError: If it cannot be read, or holds other windows.
    """
    rows: defaultdict[str, list[PlanWindow]] = defaultdict(list)
    for row in read_windows(path):
        rows[row.video].append(row)
    counts = Counter(window.video for window in windows)
    for video in counts.keys() | rows.keys():
        if len(rows[video]) != counts[video]:
            raise DatasetError(
                f"{path} holds {len(rows[video])} windows of the video {video!r}, and there are "
                f"{counts[video]}; give a file of the same dataset, split and {argument('steps')}"
            )
    found = [rows[window.video].pop(0) for window in windows]
    for row, window in zip(found, windows, strict=True):
        if not _same(row, window, numbered.actions):
            raise DatasetError(
                f"{path} tells other steps or times of the window {window.key!r}, which holds "
                f"{', '.join(window.steps)}; give a file of the same dataset, split and "
                f"{argument('steps')}"
            )
    return found


def _same(row: PlanWindow, window: ProcedureWindow, actions: Sequence[str]) -> bool:
    if len(row.actions) != len(window.steps):
        return False
    named = all(
        0 <= number < len(actions) and actions[number] == step
        for number, step in zip(row.actions, window.steps, strict=True)
    )
    return named and all(
        max(abs(listed.start - true.start), abs(listed.end - true.end)) <= _ROUNDING_SECONDS
        for listed, true in zip(row.intervals, window.intervals, strict=True)
    )


def _corrupted(
    windows: Sequence[ProcedureWindow], numbered: NumberedProcedures, rate: float, seed: int
) -> list[Ends]:
    steps = {task.name: task.steps for task in numbered.procedures.tasks}
    random = np.random.default_rng(seed)

    def seen(step: str, task: str) -> str:
        others = [one for one in steps[task] if one != step]
        # Both are drawn each time, so that a rate does not change which labels stand in for which.
        wrong, place = random.random() < rate, random.random()
        return others[int(place * len(others))] if wrong and others else step

    return [(seen(w.steps[0], w.task), seen(w.steps[-1], w.task)) for w in windows]


def _predicted_ends(path: Path, row: PlanWindow, actions: Sequence[str]) -> Ends:
    if row.predicted_ends is None:
        raise DatasetError(
            f"{path} tells no predicted steps of the video {row.video!r}; give a file whose "
            "windows have 'pred_list'"
        )
    start, goal = (_named(path, number, actions, "step") for number in row.predicted_ends)
    return start, goal


def _predicted_task(path: Path, row: PlanWindow, names: Sequence[str]) -> str:
    if row.predicted_task is None:
        raise DatasetError(
            f"{path} tells no predicted task of the video {row.video!r}; give a file whose "
            "windows have 'event_class'"
        )
    return _named(path, row.predicted_task, names, "task")


def _named(path: Path, number: int, names: Sequence[str], what: str) -> str:
    if not 0 <= number < len(names):
        raise DatasetError(
            f"{path} predicts the {what} {number}, and the dataset has 0 to {len(names) - 1}; "
            "give a file of the same dataset"
        )
    return names[number]


def _accuracy(option: str, given: float | None, known: float) -> float:
    if given is None:
        return known
    if not 0.0 < given <= 1.0:
        raise ConfigError(f"{option} must be above 0 and at most 1, got {given!r}")
    return given


@dataclass(frozen=True, slots=True)
class PlanWindow:
    """Some consecutive steps of a video.

    Attributes:
        video: Names the video.
        task_id: Number of its task.
        actions: Numbers of the steps.
        intervals: When each is, in whole seconds.
        predicted_task: The task that a classifier told from the video, or None.
        predicted_ends: First and last step that a recogniser told from the video, or None.
    """

    video: str
    task_id: int
    actions: tuple[int, ...]
    intervals: tuple[Interval, ...]
    predicted_task: int | None = None
    predicted_ends: tuple[int, int] | None = None


class _Window(BaseModel):
    vid: str = ""
    feature: str = ""
    task_id: int = Field(ge=0)
    legal_range: list[tuple[Seconds, Seconds, int]] = Field(min_length=1)
    event_class: int | None = Field(default=None, ge=0)
    pred_list: list[int] | None = Field(default=None, min_length=2)


def read_windows(path: str | Path) -> tuple[PlanWindow, ...]:
    """Returns the windows of a list, in its order.

    Raises:
        DatasetError: If the file cannot be read, is no such list, or a window lacks a field or
            has a wrong one.
    """
    node = read_annotations(Path(path))
    rows = node.items()
    if not rows or "id" not in rows[0].fields():
        raise node.error(
            'holds no windows; give a list of {"id": {"vid": ..., "task_id": ..., '
            '"legal_range": [[start, end, action], ...]}}'
        )
    return tuple(_window(row) for row in rows)


def _window(row: Node) -> PlanWindow:
    if "id" not in row.fields():
        raise row.error("field 'id' is missing; give what the window is in it")
    item = row.entries()["id"]
    fields = item.parse(_Window)
    video = fields.vid or PurePosixPath(fields.feature).stem
    if not video:
        raise item.error("names no video; give 'vid' or 'feature'")
    predicted = fields.pred_list
    return PlanWindow(
        video=video,
        task_id=fields.task_id,
        actions=tuple(action for _, _, action in fields.legal_range),
        intervals=tuple(interval_at(item, start, end) for start, end, _ in fields.legal_range),
        predicted_task=fields.event_class,
        predicted_ends=(predicted[0], predicted[-1]) if predicted else None,
    )
