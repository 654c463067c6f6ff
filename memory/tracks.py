"""Tells how far each source got with a video, and what it looked for where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from foretell.types import SHOWN_KINDS, Coverage, Event, EventKind, Interval, VideoInfo

_DESCRIBING: tuple[EventKind, ...] = ("caption", "action")
"""Kinds whose events tell what is shown while they last: between them, nobody looked."""


@dataclass(frozen=True, slots=True)
class Track:
    """The events that one source gives for one video.

    Attributes:
        source: Which tool or file gives them.
        settings: Everything that changes what it would give.
        done: Whether it got to the end of the video.
        note: What is worth telling about it, such as how far a damaged file could be read.
        resume_after_seconds: The latest end of the events kept so far; None before the first,
            and where it is done.
        kinds: The kinds of events that it looks for in this video.
    """

    source: str
    settings: str
    done: bool = False
    note: str = ""
    resume_after_seconds: float | None = None
    kinds: tuple[EventKind, ...] = ()


def coverage_of(
    video: VideoInfo, tracks: Sequence[Track], events: Sequence[Event]
) -> tuple[Coverage, ...]:
    """Returns what each track looked for, and where; one that can see nothing is left out.

    Captions and actions cover the time that they tell of. Of the other kinds, silence tells
    something, too: they cover the video as far as the track got.
    """
    reached = max((event.interval.end for event in events), default=video.interval.start)
    covered = [
        _covered(video, reached, track, [e for e in events if e.source == track.source])
        for track in tracks
    ]
    return tuple(one for one in covered if one.kinds and one.intervals)


def _covered(video: VideoInfo, reached: float, track: Track, events: Sequence[Event]) -> Coverage:
    told = {*track.kinds} or {event.kind for event in events}
    kinds: tuple[EventKind, ...] = tuple(kind for kind in SHOWN_KINDS if kind in told)
    if any(kind in _DESCRIBING for kind in kinds):
        return Coverage(track.source, kinds, united(event.interval for event in events))
    end = video.interval.end
    if not track.done:
        end = max((event.interval.end for event in events), default=video.interval.start)
    elif track.note:  # the file is damaged, and was read as far as anything was seen
        end = reached
    whole = Interval(video.interval.start, max(video.interval.start, end))
    return Coverage(track.source, kinds, (whole,) if whole.duration else ())


def united(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Returns the stretches that some of the intervals cover, in order and apart."""
    stretches: list[Interval] = []
    for interval in sorted(intervals):
        if stretches and interval.start <= stretches[-1].end:
            last = stretches.pop()
            interval = Interval(last.start, max(last.end, interval.end))
        stretches.append(interval)
    return tuple(stretches)
