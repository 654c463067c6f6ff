"""Checks what an answer cites against the timeline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from foretell import ranking
from foretell.memory.store import Store
from foretell.types import Event, Evidence, Interval, VideoInfo

_LABELS = re.compile(r"\s*[\[(]\s*(e\d+(?:\s*[,;]\s*e?\d+)*)\s*[\])]", re.IGNORECASE)
_TIMES = re.compile(
    r"\s*\[\s*(\d+(?:\.\d+)?)\s*s?\s*(?:-|\N{EN DASH}|to)\s*(\d+(?:\.\d+)?)\s*s?\s*\]"
)
_MIN_IOU = 0.5
"""A span that overlaps an event by half of their union is taken to mean that event."""
_MIN_SHARE = 0.5
"""A span is kept where events cover at least half of its seconds; less is mostly unseen."""


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer whose citations were checked.

    Attributes:
        text: The answer, each valid citation replaced by the times it stands for.
        evidence: The events cited, each once, in the order of first mention.
        dropped: How many citations are not in the timeline; they are taken out of the text.
    """

    text: str
    evidence: tuple[Evidence, ...]
    dropped: int


def check_citations(text: str, store: Store, videos: Sequence[VideoInfo]) -> Checked:
    """Checks every citation in `text`: labels such as "[e12]", or times such as "[3.0-5.0 s]".

    A label counts where that event is in the timeline of one of `videos`; times count where an
    event there has an IoU of at least 0.5 with them.
    """
    checker = _Checker(store, videos)
    cited = _LABELS.sub(checker.replace_labels, text)
    cited = _TIMES.sub(checker.replace_times, cited)
    return Checked(cited.strip(), tuple(checker.evidence), checker.dropped)


def supported_span(text: str, events: Sequence[Event]) -> Interval | None:
    """Returns from the first to the last of the times cited in `text` that a timeline supports.

    Cited times count where events cover at least half of them.
    """
    cited = [_interval(match) for match in _TIMES.finditer(text)]
    kept = [one for one in cited if _covered_seconds(one, events) >= _MIN_SHARE * one.duration > 0]
    if not kept:
        return None
    return Interval(min(one.start for one in kept), max(one.end for one in kept))


def _covered_seconds(cited: Interval, events: Sequence[Event]) -> float:
    """Returns how much of an interval some event lies in."""
    covered, reached = 0.0, cited.start
    for event in sorted(events, key=lambda event: event.interval):
        start, end = max(reached, event.interval.start), min(cited.end, event.interval.end)
        covered += max(0.0, end - start)
        reached = max(reached, end)
    return covered


def _interval(match: re.Match[str]) -> Interval:
    start, end = sorted((float(match[1]), float(match[2])))
    return Interval(start, end)


class _Checker:
    def __init__(self, store: Store, videos: Sequence[VideoInfo]) -> None:
        self._store = store
        self._videos = {video.content_hash: video for video in videos}
        self._written: set[str] = set()
        self.evidence: list[Evidence] = []
        self.dropped = 0

    def replace_labels(self, match: re.Match[str]) -> str:
        """Returns the times that a group of labels stands for."""
        found: list[tuple[VideoInfo, Event]] = []
        for label in re.findall(r"\d+", match[1]):
            stored = self._store.event(int(label))
            if stored is None or stored[0].content_hash not in self._videos:
                self.dropped += 1
            else:
                found.append((self._videos[stored[0].content_hash], stored[1]))
        return self._cite(found)

    def replace_times(self, match: re.Match[str]) -> str:
        """Returns the times of the event that the cited times mean."""
        if match[0].strip() in self._written:
            return match[0]
        cited = _interval(match)
        meant = [
            (video, event)
            for video, event in self._events(cited)
            if cited.iou(event.interval) >= _MIN_IOU
        ]
        if not meant:
            self.dropped += 1
            return ""
        return self._cite([ranking.best_of(meant, lambda pair: cited.iou(pair[1].interval))])

    def _events(self, window: Interval) -> Iterator[tuple[VideoInfo, Event]]:
        for content_hash, video in self._videos.items():
            for event in self._store.events(content_hash, within=window):
                yield video, event

    def _cite(self, found: Sequence[tuple[VideoInfo, Event]]) -> str:
        """Adds the events to the evidence and returns their times."""
        marks: list[str] = []
        for video, event in found:
            evidence = Evidence(video.path, event.interval, event.text, event.source)
            if evidence not in self.evidence:
                self.evidence.append(evidence)
            place = f"{video.name}, " if len(self._videos) > 1 else ""
            mark = f"[{place}{event.interval}]"
            if mark not in marks:
                marks.append(mark)
        self._written.update(marks)
        return "".join(f" {mark}" for mark in marks)
