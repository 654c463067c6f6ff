"""Reads lists of windows that planners were tested on, with what recognisers said of them.

PDPP, KEPP (Nagasinghe et al., "Why Not Use Your Textbook? Knowledge-Enhanced Procedure Planning of
Instructional Videos", CVPR 2024) and MTID write them alike; steps and tasks are numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, Field

from foretell.tools.texts.annotation_file import Node, read_annotations
from foretell.tools.texts.timed_text import Seconds, interval_at
from foretell.types import Interval


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
    """Gives the windows of a list, in its order.

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
    told = fields.pred_list
    return PlanWindow(
        video=video,
        task_id=fields.task_id,
        actions=tuple(action for _, _, action in fields.legal_range),
        intervals=tuple(interval_at(item, start, end) for start, end, _ in fields.legal_range),
        predicted_task=fields.event_class,
        predicted_ends=(told[0], told[-1]) if told else None,
    )
