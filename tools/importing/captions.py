"""Reads captions that another program wrote about a video."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pydantic import AliasChoices, BaseModel, Field

from foretell.tools.texts.annotation_file import Node, for_video, read_annotations, rows_for_video
from foretell.tools.texts.narration_grammar import readable_narration
from foretell.tools.texts.timed_text import Seconds, Text, fit_to_video, interval_at
from foretell.types import Event, Interval, VideoInfo

FrameTimes = Callable[[], Sequence[float]]

_FORMS = (
    "captions are a list with one text a second, an object of 'startframe_endframe' and text, "
    "rows of start, end and text, or an object of 'timestamps' and 'sentences', each also by "
    "video; see docs/importing.md"
)
_STARTS = ("start", "start_time", "start_sec")
_ENDS = ("end", "end_time", "end_sec")
_FRAME_SPAN = re.compile(r"\d{1,12}_\d{1,12}")
_SLACK_SECONDS = 3.0
_SLACK_SHARE = 0.05
"""By how much the number of captions may miss the seconds of a video, one a second."""


class _Caption(BaseModel):
    start: Seconds = Field(validation_alias=AliasChoices(*_STARTS))
    end: Seconds = Field(validation_alias=AliasChoices(*_ENDS))
    text: Text = Field(validation_alias=AliasChoices("text", "caption", "description", "sentence"))


class _Sentences(BaseModel):
    timestamps: list[tuple[Seconds, Seconds]]
    sentences: list[Text]


def read_captions(path: Path, video: VideoInfo, frame_times: FrameTimes) -> list[Event]:
    """Gives the captions of one video, in order of time.

    Args:
        path: JSON, JSON lines or CSV in one of the forms of docs/importing.md, which the content
            decides; it may be gzipped.
        video: The video that they describe. Of several in the file, the one whose key is the name
            of the video's file, with or without its ending, is taken.
        frame_times: Gives the time of each of the video's frames in seconds, ascending; called
            only where the captions name frames.

    Raises:
        DatasetError: If the file cannot be read, is in no known form, holds no captions of this
            video, or more or fewer than fit its length.
    """
    node = read_annotations(path)
    if _is_by_video(node):
        node = for_video(node.entries(), video, path)
    source = f"captions:{path.name}"
    timed = _timed_texts(node, video, frame_times)
    events = [Event(interval, "caption", text, source) for interval, text in timed]
    return fit_to_video(events, video, path)


def _is_by_video(node: Node) -> bool:
    fields = node.fields()
    nested = all(isinstance(value, list | dict) for value in fields.values())
    return bool(fields) and nested and "sentences" not in fields


def _timed_texts(
    node: Node, video: VideoInfo, frame_times: FrameTimes
) -> Iterator[tuple[Interval, str]]:
    items, fields = node.items(), node.fields()
    if items and all(isinstance(item.value, str) for item in items):
        return _one_a_second(node, items, video)
    if items and all(item.fields() for item in items):
        return _rows(rows_for_video(items, video, node.path))
    if "timestamps" in fields and "sentences" in fields:
        return _sentences(node)
    if fields and all(map(_FRAME_SPAN.fullmatch, fields)):
        return _frame_spans(node.entries(), video, frame_times())
    if not fields.keys().isdisjoint(_STARTS):
        return _rows([node])
    raise node.error(f"unknown form; {_FORMS}")


def _one_a_second(
    node: Node, items: list[Node], video: VideoInfo
) -> Iterator[tuple[Interval, str]]:
    """Reads LLoVi's form; its real files fall short of their video by up to a few seconds."""
    duration = video.duration_seconds
    if abs(len(items) - duration) > max(_SLACK_SECONDS, _SLACK_SHARE * duration):
        raise node.error(
            f"holds {len(items)} captions, the video {video.name!r} lasts {duration:.1f} s; "
            "a list without times must have one caption a second"
        )
    for second, item in enumerate(items):
        start = video.interval.start + second
        yield Interval(start, start + 1.0), readable_narration(str(item.value))


def _rows(rows: list[Node]) -> Iterator[tuple[Interval, str]]:
    for row in rows:
        caption = row.parse(_Caption)
        yield interval_at(row, caption.start, caption.end), caption.text


def _sentences(node: Node) -> Iterator[tuple[Interval, str]]:
    """Reads the form of ActivityNet Captions."""
    listed = node.parse(_Sentences)
    if len(listed.timestamps) != len(listed.sentences):
        raise node.error(
            f"holds {len(listed.timestamps)} timestamps and {len(listed.sentences)} sentences; "
            "give as many of each"
        )
    for (start, end), sentence in zip(listed.timestamps, listed.sentences, strict=True):
        yield interval_at(node, start, end), sentence


def _frame_spans(
    entries: dict[str, Node], video: VideoInfo, times_seconds: Sequence[float]
) -> Iterator[tuple[Interval, str]]:
    """Reads VideoAgent's form, whose keys count frames: the second is the first one after."""
    borders = [*times_seconds, video.interval.end]
    for span, entry in entries.items():
        first, after = map(int, span.split("_"))
        if not first < after < len(borders):
            raise entry.error(
                f"frames {first} to {after} are not in {video.name!r}, which has frames 0 to "
                f"{len(times_seconds)}; give the captions of this very file"
            )
        if not isinstance(entry.value, str):
            raise entry.error(f"is {entry.value!r}; give a text")
        yield Interval(borders[first], borders[after]), readable_narration(entry.value)
