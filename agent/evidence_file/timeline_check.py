"""Looks up in a library whether the quotes of an evidence file stand in its timelines."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from foretell.agent.evidence_file.findings import Finding
from foretell.agent.evidence_file.record import (
    CitationRow,
    EventRow,
    TrackRow,
    VideoRow,
    as_argument,
    row_digest,
    row_of,
    track_rows,
)
from foretell.memory.store import Store
from foretell.tools.importing.sidecars import EMBEDDED
from foretell.tools.texts.text_cleaning import quoted_name
from foretell.types import Event

_OPTIONS = {"captions": "--captions", "narrations": "--narrations", "subtitles": "--subtitles"}
"""How `foretell watch` is given the file that a source is named after."""


class TimelineCheck:
    """Compares what a file tells of one video with what a library knows of it.

    Args:
        video: As the file tells it.
        store: The library; None where there is none.
    """

    def __init__(self, video: VideoRow, store: Store | None) -> None:
        self._video = video
        known = store is not None and store.video(video.sha256) is not None
        self._events = store.events(video.sha256) if store is not None and known else None
        self._digests = {row_digest(row_of(one)) for one in self._events or ()}

    def tracks(self, cited: Collection[str]) -> Finding:
        """Tells whether the timeline is the one that the answer was given from.

        Args:
            cited: The sources that must be the same; others may differ between two machines.
        """
        if self._events is None:
            return Finding("timeline", "unchecked", self._unwatched())
        here = {track.source: track for track in track_rows(self._events)}
        there = {track.source: track for track in self._video.tracks}
        if changed := [s for s in cited if s in here and s in there and here[s] != there[s]]:
            return Finding("timeline", "fails", _changed(changed, here, there))
        sources = sorted(here.keys() | there.keys())
        if other := [s for s in sources if here.get(s) != there.get(s)]:
            names = ", ".join(map(quoted_name, other))
            return Finding("timeline", "unchecked", f"this library tells something else by {names}")
        return Finding("timeline", "holds", "every event is the same in this library")

    def quote(self, citation: CitationRow) -> Finding:
        """Tells whether a citation's quote stands at its times."""
        event = citation.event
        if self._events is None:
            return Finding("quote", "unchecked", self._unwatched(event.source))
        of_source = [one for one in self._events if one.source == event.source]
        if not of_source:
            why = f"nothing came from {quoted_name(event.source)} here: {self._watch(event.source)}"
            return Finding("quote", "unchecked", why)
        if row_digest(event) in self._digests:
            return Finding("quote", "holds", "it stands in the timeline of this library")
        return Finding("quote", "fails", _instead(event, of_source))

    def _unwatched(self, source: str = "") -> str:
        return f"no library here knows {quoted_name(self._video.name)}: {self._watch(source)}"

    def _watch(self, source: str) -> str:
        """Says how the timeline would come into a library of this machine."""
        kind, _, named = source.partition(":")
        if kind == "look_at":
            return "only the library in which a model looked at the frames has it"
        is_file = kind in _OPTIONS and source != EMBEDDED
        given = f" {_OPTIONS[kind]} {as_argument(named)}" if is_file else ""
        return f"run `foretell watch {as_argument(self._video.name)}{given}` and verify again"


def _changed(sources: Sequence[str], here: dict[str, TrackRow], there: dict[str, TrackRow]) -> str:
    told = (
        f"{quoted_name(one)} ({there[one].rows} in the file, {here[one].rows} here)"
        for one in sources
    )
    return f"this library has other events from {', '.join(told)}"


def _instead(event: EventRow, of_source: Sequence[Event]) -> str:
    """Says what the timeline tells in the place of an event."""
    for one in of_source:
        if (one.interval, one.kind, one.text) == (event.interval, event.kind, event.text):
            return "the timeline has it with another confidence or other labels"
    if same := [one for one in of_source if (one.kind, one.text) == (event.kind, event.text)]:
        return f"the timeline has it at {' and '.join(str(one.interval) for one in same[:3])}"
    around = [one for one in of_source if one.interval.overlaps(event.interval)]
    if around:
        return f"the timeline says there: {quoted_name(around[0].text)}"
    return "the timeline says nothing there"
