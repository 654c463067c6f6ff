"""Reads captions that another program wrote about a video."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import AliasChoices, BaseModel, Field

from foretell.paths import as_text
from foretell.patterns import LazyPattern
from foretell.tools.importing.time_units import (
    STARTS,
    Footage,
    FrameTimes,
    Time,
    TimeSpan,
    interval_of,
    read_span,
    read_time,
    unit_of_rows,
    unit_of_whole,
)
from foretell.tools.texts.annotation_file import (
    Node,
    for_video,
    read_annotations,
    rows_for_video,
    rows_of_columns,
)
from foretell.tools.texts.narration_grammar import readable_narration
from foretell.tools.texts.timed_text import Seconds, Text, fit_to_video, interval_at
from foretell.types import Event, EventKind, Interval, VideoInfo

FORMS = (
    "captions are a list with one text a second, an object of 'startframe_endframe' and text, "
    "rows of start, end and text, columns of them, or an object of 'timestamps' and 'sentences', "
    "each also by video; see docs/importing.md"
)
_TEXTS = ("text", "caption", "description", "sentence")
_SPAN_KEY = LazyPattern(r"([^_]+)_([^_]+)")
_BESIDE_SPANS = ("subject_registry",)
"""What DeepVideoDiscovery writes beside its captions."""

_TimedText = tuple[Interval, EventKind, str]


class _Caption(BaseModel):
    text: Text = Field(validation_alias=AliasChoices(*_TEXTS))


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
            only where the captions may name frames.

    Raises:
        DatasetError: If the file cannot be read, is in no known form, holds no captions of this
            video, or more or fewer than fit its length.
    """
    node = _table(read_annotations(path))
    if _is_by_video(node):
        node = _table(for_video(node.entries(), video, path))
    footage = Footage.of(video, frame_times)
    if rows := rows_of(node):
        events = events_of_rows(rows_for_video(rows, video, path), footage)
    else:
        events = caption_events(node, footage)
    captions = [event for event in events if event.kind == "caption"]
    if any(event.kind != "caption" for event in events):
        raise node.error(f"unknown form; {FORMS}")
    return fit_to_video(captions, video, path)


def caption_events(node: Node, footage: Footage) -> list[Event]:
    """Gives what the captions of one video say, and when, in their order; empty texts are left out.

    Args:
        node: The captions: a list with a text, or with a list of objects, for each second; rows; an
            object from spans to texts; or 'timestamps' and 'sentences'.
        footage: The video, as far as it is known.

    Returns:
        Events of kind "caption", or "object" where each second has a list of them.

    Raises:
        DatasetError: If they are in no known form, or do not fit the video's length.
    """
    node = _table(node)
    source = f"captions:{as_text(node.path.name)}"
    texts = _timed_texts(node, footage)
    return [Event(span, kind, text, source) for span, kind, text in texts if text]


def events_of_rows(rows: list[Node], footage: Footage) -> list[Event]:
    """Gives what the rows of one video say, and when; empty texts are left out.

    Raises:
        DatasetError: If a row has no times or no text; names file, place and field.
    """
    source = f"captions:{as_text(rows[0].path.name)}"
    return [Event(span, kind, text, source) for span, kind, text in _rows(rows, footage) if text]


def _timed_texts(node: Node, footage: Footage) -> Iterator[_TimedText]:
    items, fields = node.items(), node.fields()
    if items and all(isinstance(item.value, str | list) for item in items):
        return _one_a_second(node, items, footage)
    if rows := rows_of(node):
        return _rows(rows, footage)
    if {"timestamps", "sentences"} <= fields.keys():
        return _sentences(node)
    if spans := _keyed_spans(node):
        return _spans(spans, footage)
    raise node.error(f"unknown form; {FORMS}")


def _is_by_video(node: Node) -> bool:
    fields = node.fields()
    nested = all(isinstance(value, list | dict) for value in fields.values())
    return nested and bool(fields) and "sentences" not in fields and not _keyed_spans(node)


def _table(node: Node) -> Node:
    return rows_of_columns(node, STARTS)


def rows_of(node: Node) -> list[Node]:
    """Gives the rows of a table, of which an object with a start is one; else nothing."""
    items = node.items()
    if items and all(item.fields() for item in items):
        return items
    return [node] if not node.fields().keys().isdisjoint((*STARTS, "segment")) else []


def _one_a_second(node: Node, items: list[Node], footage: Footage) -> Iterator[_TimedText]:
    """Reads LLoVi's form; its real files fall short of their video by up to a few seconds."""
    whole = footage.interval
    if whole is not None and abs(len(items) - whole.duration) > footage.slack_seconds:
        raise node.error(
            f"holds {len(items)} captions, the video {footage.name!r} lasts {whole.duration:.1f} "
            "s; a list without times must have one caption a second"
        )
    first = 0.0 if whole is None else whole.start
    for second, item in enumerate(items):
        interval = Interval(first + second, first + second + 1.0)
        if isinstance(item.value, str):
            yield interval, "caption", readable_narration(item.value)
        else:
            yield interval, "object", ", ".join(str(one.value) for one in item.items())


def _rows(rows: list[Node], footage: Footage) -> Iterator[_TimedText]:
    spans = [read_span(row) for row in rows]
    unit = unit_of_rows([(span.start, span.end) for span in spans], footage, rows[0].path)
    for span in spans:
        caption = span.place.parse(_Caption)
        yield interval_of(span, unit, footage), "caption", caption.text


def _sentences(node: Node) -> Iterator[_TimedText]:
    """Reads the form of ActivityNet Captions."""
    listed = node.parse(_Sentences)
    if len(listed.timestamps) != len(listed.sentences):
        raise node.error(
            f"holds {len(listed.timestamps)} timestamps and {len(listed.sentences)} sentences; "
            "give as many of each"
        )
    for (start, end), sentence in zip(listed.timestamps, listed.sentences, strict=True):
        yield interval_at(node, start, end), "caption", sentence


def _keyed_spans(node: Node) -> list[TimeSpan]:
    """Gives the spans that are keys of an object, of which all are spans; else nothing."""
    keyed = {key: one for key, one in node.entries().items() if key not in _BESIDE_SPANS}
    spans = [_span_of_key(key, entry) for key, entry in keyed.items()]
    return [span for span in spans if span] if spans and all(spans) else []


def _span_of_key(key: str, entry: Node) -> TimeSpan | None:
    found = _SPAN_KEY.fullmatch(key)
    is_text = not isinstance(entry.value, list) and not _is_part(entry)
    times = [_time(part) for part in found.groups()] if found and is_text else []
    if len(times) == 2 and times[0] and times[1]:
        return TimeSpan(entry, times[0], times[1])
    return None


def _is_part(entry: Node) -> bool:
    """Whether a value holds the captions of a video, not one of them."""
    return bool(entry.fields()) and entry.fields().keys().isdisjoint(_TEXTS)


def _time(text: str) -> Time | None:
    try:
        return read_time(text)
    except ValueError:
        return None


def _spans(spans: list[TimeSpan], footage: Footage) -> Iterator[_TimedText]:
    """Reads VideoAgent's form, whose keys count frames, and DeepVideoDiscovery's, of seconds."""
    unit = unit_of_whole(spans, footage, spans[0].place.path)
    for span in spans:
        yield interval_of(span, unit, footage), "caption", _text_of(span.place)


def _text_of(entry: Node) -> str:
    if isinstance(entry.value, str):
        return readable_narration(entry.value)
    if not entry.fields():
        raise entry.error(f"is {entry.value!r}; give a text")
    return entry.parse(_Caption).text
