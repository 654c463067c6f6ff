"""Captions of many videos in one file, as they are shared beside question sets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from foretell.errors import DatasetError
from foretell.tools.importing.captions import FORMS, caption_events, events_of_rows, rows_of
from foretell.tools.importing.time_units import STARTS, Footage
from foretell.tools.texts.annotation_file import (
    Node,
    read_annotations,
    rows_by_video,
    rows_of_columns,
)
from foretell.types import Event, Interval

Captions = dict[str, tuple[Event, ...]]


def load_captions(path: Path, seconds: Mapping[str, float] | None = None) -> Captions:
    """Returns what each video shows, in order of time, by the video's name.

    Args:
        path: A file of captions by video in a form of docs/importing.md, which may be gzipped; a
            list of detected objects may stand for the text of a second.
        seconds: How long each video is, as far as it is known; checked as watching checks it.

    Returns:
        Events of kind "caption", or "object" where each second has a list of them; a caption of
        one second lasts from that second to the next. Empty texts are left out.

    Raises:
        DatasetError: If the file cannot be read, is in no known form, or captions do not fit the
            length of their video.
    """
    lengths = seconds or {}
    node = rows_of_columns(read_annotations(path), STARTS)
    if rows := rows_of(node):
        by_video = rows_by_video(rows)
        if not by_video:
            raise rows[0].error(f"names no video; {FORMS}")
        read = {name: events_of_rows(of, _footage(name, lengths)) for name, of in by_video.items()}
    else:
        read = {
            name: caption_events(part, _footage(name, lengths))
            for name, part in _entries(node).items()
        }
    for name, events in read.items():
        _check_inside(events, _footage(name, lengths), path)
    return {
        name: tuple(sorted(events, key=lambda event: event.interval))
        for name, events in read.items()
    }


def _entries(node: Node) -> dict[str, Node]:
    if entries := node.entries():
        return entries
    raise node.error(f"unknown form; {FORMS}")


def _footage(name: str, seconds: Mapping[str, float]) -> Footage:
    return Footage(name, Interval(0.0, seconds[name]) if name in seconds else None)


def _check_inside(events: list[Event], footage: Footage, path: Path) -> None:
    """Refuses captions of a video that all lie outside it."""
    whole = footage.interval
    if whole is not None and events and not any(one.interval.overlaps(whole) for one in events):
        raise DatasetError(
            f"{path}: all {len(events)} texts of {footage.name!r} lie outside it, the first at "
            f"{events[0].interval}, the video at {whole}; give the captions that belong to it"
        )
