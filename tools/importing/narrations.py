"""Reads what people wrote about a video: narrations of Ego4D and segments of actions."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import AliasChoices, BaseModel, Field, model_validator

from foretell.paths import as_text
from foretell.tools.importing.time_units import (
    STARTS,
    Footage,
    FrameTimes,
    Unit,
    WrittenTime,
    interval_of,
    named_unit,
    point_seconds,
    read_span,
    unit_of_rows,
)
from foretell.tools.texts.annotation_file import (
    VIDEO_FIELDS,
    Node,
    for_video,
    read_annotations,
    rows_for_video,
    rows_of_columns,
)
from foretell.tools.texts.timed_text import Text, fit_to_video
from foretell.types import Event, Interval, VideoInfo

LONGEST_NARRATION_SECONDS = 5.0
"""Seconds, about the mean distance between two narrations in all of Ego4D."""
_FORMS = (
    "narrations are Ego4D's 'narrations' with 'timestamp_sec' and 'narration_text', or rows with "
    "start and end (or 'segment') and an action, label, narration, or verb and noun, each also "
    "by video; see docs/importing.md"
)
_WRAPPERS = ("database", "results", "videos")
_PASSES = ("narration_pass_1", "narration_pass_2")
_LISTS = ("narrations", "annotations", "segments")
_TIMESTAMPS: Mapping[str, Unit | None] = MappingProxyType(
    {"timestamp_sec": "seconds", "timestamp": None, "timestamp_ms": "milliseconds"}
)
_ROW_FIELDS = (*_TIMESTAMPS, *STARTS, "segment")


class _Narration(BaseModel):
    timestamp: WrittenTime = Field(validation_alias=AliasChoices(*_TIMESTAMPS))
    text: Text = Field(validation_alias=AliasChoices("narration_text", "narration", "text"))


def read_narrations(
    path: Path, video: VideoInfo, frame_times: FrameTimes | None = None
) -> list[Event]:
    """Gives the narrations or actions of one video, in order of time.

    A narration of Ego4D, which has one point in time, becomes a caption that lasts until the next
    one, at most `LONGEST_NARRATION_SECONDS`: about the mean distance between two in all of Ego4D,
    4.9 s (Lin et al., "Egocentric Video-Language Pretraining", NeurIPS 2022), so that a longer
    pause is not taken for a longer act. Of its two passes, each one annotator's telling of the
    whole video, the first that holds anything is read. Rows with a start and an end become
    actions.

    Args:
        path: JSON, JSON lines or CSV in one of the forms of docs/importing.md, which the content
            decides; it may be gzipped.
        video: The video that they describe. Of several in the file, the one whose key is the name
            of the video's file, with or without its ending, is taken.
        frame_times: Gives the time of each of the video's frames in seconds, ascending; called
            only where the rows may name frames. None where there is no file to ask.

    Raises:
        DatasetError: If the file cannot be read, is in no known form, or holds nothing on this
            video.
    """
    rows = _rows(_of_video(_table(read_annotations(path)), video))
    rows = rows_for_video(rows, video, path)
    source, footage = f"narrations:{as_text(path.name)}", Footage.of(video, frame_times)
    has_points = not rows[0].fields().keys().isdisjoint(_TIMESTAMPS)
    read = _narration_events if has_points else _action_events
    return fit_to_video(read(rows, source, footage), video, path)


def _table(node: Node) -> Node:
    return rows_of_columns(node, (*_TIMESTAMPS, *STARTS))


def _of_video(node: Node, video: VideoInfo) -> Node:
    """Gives what the file says of one video, wherever that stands in it."""
    wrapped = (entry for key, entry in node.entries().items() if key in _WRAPPERS)
    node = next(wrapped, node)
    if listed := _videos_by_name(node):
        return for_video(listed, video, node.path)
    if node.items() or not node.fields().keys().isdisjoint((*_ROW_FIELDS, *_LISTS, *_PASSES)):
        return node
    nested = {key: part for key, part in node.entries().items() if part.items() or part.fields()}
    return _table(for_video(nested, video, node.path)) if nested else node


def _videos_by_name(node: Node) -> dict[str, Node]:
    """Gives the items of a list of videos by the name of each, none for a list of rows."""
    videos = [item for item in node.items() if not item.fields().keys().isdisjoint(_LISTS)]
    return {
        str(item.fields()[field]): item
        for item in videos
        for field in VIDEO_FIELDS
        if field in item.fields()
    }


def _rows(node: Node) -> list[Node]:
    entries = node.entries()
    if entries.keys().isdisjoint(_LISTS) and not entries.keys().isdisjoint(_ROW_FIELDS):
        return [node]
    parts = [node, *(entries[key] for key in _LISTS if key in entries)]
    for key in _PASSES:
        if key in entries and "narrations" in entries[key].fields():
            parts.append(entries[key].entries()["narrations"])
    rows = next((part.items() for part in parts if part.items()), list[Node]())
    if not rows or not all(row.fields() for row in rows):
        raise node.error(f"unknown form; {_FORMS}")
    return rows


def _narration_events(rows: list[Node], source: str, footage: Footage) -> Iterator[Event]:
    narrations = [row.parse(_Narration) for row in rows]
    points = [
        (row, named_unit(row, narration.timestamp, _TIMESTAMPS))
        for row, narration in zip(rows, narrations, strict=True)
    ]
    starts = point_seconds(points, footage, rows[0].path)
    times = sorted(starts)
    for start, narration in zip(starts, narrations, strict=True):
        later = bisect_right(times, start)
        following = times[later] if later < len(times) else math.inf
        end = min(following, start + LONGEST_NARRATION_SECONDS)
        yield Event(Interval(start, end), "caption", narration.text, source)


class _Action(BaseModel):
    """A row of EPIC-KITCHENS, Ego4D Goal-Step, THUMOS'14, ActivityNet or one's own.

    The fields are tried in this order, so that free text wins over the name of a class.
    """

    action: Text = Field(
        default="",
        validation_alias=AliasChoices("narration", "step_description", "action", "label", "type"),
    )
    verb: Text = ""
    noun: Text = ""
    score: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None, validation_alias=AliasChoices("score", "confidence")
    )

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        if not self.action and not (self.verb and self.noun):
            raise ValueError(
                "names no action; give 'action', 'label', 'narration' or 'step_description', "
                "or 'verb' and 'noun'"
            )
        return self


def _action_events(rows: list[Node], source: str, footage: Footage) -> Iterator[Event]:
    """Gives each row's action, and those of the steps within it.

    Raises:
        DatasetError: If a row has no times or no action; names file, place and field.
    """
    every = list(_with_steps(rows))
    spans = [read_span(row) for row in every]
    unit = unit_of_rows([(span.start, span.end) for span in spans], footage, rows[0].path)
    for span in spans:
        action = span.place.parse(_Action)
        interval = interval_of(span, unit, footage)
        text = action.action or f"{action.verb} {action.noun}"
        yield Event(interval, "action", text, source, action.score)


def _with_steps(rows: list[Node]) -> Iterator[Node]:
    """Gives each row, followed by the steps within it."""
    for row in rows:
        yield row
        if steps := row.entries().get("segments"):
            yield from _with_steps(steps.items())
