"""Captions of many videos in one file, as they are shared beside question sets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import AliasChoices, BaseModel, Field

from foretell.tools.texts.annotation_file import VIDEO_FIELDS, Node, read_annotations
from foretell.tools.texts.narration_grammar import readable_narration
from foretell.tools.texts.timed_text import Seconds, Text, interval_at
from foretell.types import Event, EventKind, Interval

Captions = dict[str, tuple[Event, ...]]

_FORMS = (
    "give a JSON object from each video to a list with one text (or list of objects) a second, to "
    "rows of 'start', 'end' and 'text', or to 'timestamps' and 'sentences'; or rows that also name "
    "their 'video'"
)


class _Row(BaseModel):
    start: Seconds = Field(validation_alias=AliasChoices("start", "start_time", "start_sec"))
    end: Seconds = Field(validation_alias=AliasChoices("end", "end_time", "end_sec"))
    text: Text = Field(validation_alias=AliasChoices("text", "caption", "description", "sentence"))


class _Sentences(BaseModel):
    timestamps: list[tuple[Seconds, Seconds]]
    sentences: list[Text]


def load_captions(path: Path) -> Captions:
    """Returns what each video shows, in order of time, by the video's name.

    Args:
        path: A file, which may be gzipped: LLoVi's and VideoINSTA's lists with a caption, or some
            detected objects, for each second; or rows with times.

    Returns:
        Events of kind "caption", or "object" where each second has a list of them; a caption of
        one second lasts from that second to the next. Empty texts are left out.

    Raises:
        DatasetError: If the file cannot be read, or is in no known form.
    """
    node = read_annotations(path)
    source = f"captions:{path.name}"
    return {
        video: tuple(sorted(_events(part, source), key=lambda event: event.interval))
        for video, part in _by_video(node).items()
    }


def _by_video(node: Node) -> dict[str, Node]:
    if entries := node.entries():
        return entries
    by_video: dict[str, list[object]] = {}
    for row in node.items():
        named = [row.fields()[field] for field in VIDEO_FIELDS if field in row.fields()]
        if not named:
            raise row.error(f"names no video; {_FORMS}")
        by_video.setdefault(str(named[0]), []).append(row.value)
    return {video: Node(node.path, rows, repr(video)) for video, rows in by_video.items()}


def _events(part: Node, source: str) -> Iterator[Event]:
    for interval, kind, text in _timed_texts(part):
        if text:
            yield Event(interval, kind, text, source)


def _timed_texts(part: Node) -> Iterator[tuple[Interval, EventKind, str]]:
    if {"timestamps", "sentences"} <= part.fields().keys():
        yield from _sentences(part)
        return
    if not isinstance(part.value, list):
        raise part.error(f"unknown form; {_FORMS}")
    for second, item in enumerate(part.items()):
        if isinstance(item.value, str):
            yield _second(second), "caption", readable_narration(item.value)
        elif isinstance(item.value, list):
            objects = (str(one.value) for one in item.items())
            yield _second(second), "object", ", ".join(objects)
        else:
            row = item.parse(_Row)
            yield interval_at(item, row.start, row.end), "caption", row.text


def _second(second: int) -> Interval:
    return Interval(float(second), second + 1.0)


def _sentences(part: Node) -> Iterator[tuple[Interval, EventKind, str]]:
    """Reads the form of ActivityNet Captions."""
    listed = part.parse(_Sentences)
    if len(listed.timestamps) != len(listed.sentences):
        raise part.error(
            f"holds {len(listed.timestamps)} timestamps and {len(listed.sentences)} sentences; "
            "give as many of each"
        )
    for (start, end), sentence in zip(listed.timestamps, listed.sentences, strict=True):
        yield interval_at(part, start, end), "caption", sentence
