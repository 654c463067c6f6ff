"""Tells how far each source got with a video, and what it looked for where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from foretell.types import SHOWN_KINDS, Coverage, EventKind, Interval, VideoInfo

_DESCRIBING: tuple[EventKind, ...] = ("caption", "action")
"""Kinds whose events tell what is shown while they last: between them, nobody looked."""


@dataclass(frozen=True, slots=True)
class Track:
    """The events that one source gives for one video.

    Attributes:
        source: Which tool or file gives them.
        settings: Everything that changes what it would give.
        done: Whether it got to the end of the video.
        note: How far a damaged file could be read; empty for one that is whole.
        resume_after_seconds: The latest end of the events kept so far; None before the first,
            and where it is done.
        kinds: The kinds of events that it looks for in this video.
        remarks: What else is worth telling about it; it hides nothing of what was looked for.
    """

    source: str
    settings: str
    done: bool = False
    note: str = ""
    resume_after_seconds: float | None = None
    kinds: tuple[EventKind, ...] = ()
    remarks: tuple[str, ...] = ()


def coverage_of(
    video: VideoInfo, tracks: Sequence[Track], told: Iterable[tuple[str, EventKind, Interval]]
) -> tuple[Coverage, ...]:
    """Returns what each track looked for, and where; one that can see nothing is left out.

    Captions and actions cover the time that they tell of. Of the other kinds, silence tells
    something, too: they cover the video as far as the track got.

    Args:
        video: What the video is.
        tracks: Its tracks.
        told: The source, kind and time of each of its events.
    """
    of_source: dict[str, list[tuple[EventKind, Interval]]] = {}
    reached = video.interval.start
    for source, kind, at in told:
        of_source.setdefault(source, []).append((kind, at))
        reached = max(reached, at.end)
    covered = [_covered(video, reached, track, of_source.get(track.source, ())) for track in tracks]
    return tuple(one for one in covered if one.kinds and one.intervals)


def _covered(
    video: VideoInfo, reached: float, track: Track, told: Sequence[tuple[EventKind, Interval]]
) -> Coverage:
    looked_for = {*track.kinds} or {kind for kind, _ in told}
    kinds: tuple[EventKind, ...] = tuple(kind for kind in SHOWN_KINDS if kind in looked_for)
    if any(kind in _DESCRIBING for kind in kinds):
        return Coverage(track.source, kinds, united(at for _, at in told))
    end = video.interval.end
    if not track.done:
        end = max((at.end for _, at in told), default=video.interval.start)
    elif track.note:  # the file is damaged, and was read as far as anything was seen
        end = reached
    whole = Interval(video.interval.start, max(video.interval.start, end))
    return Coverage(track.source, kinds, (whole,) if whole.duration else ())


def united(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Returns the stretches that some of the intervals cover, in order and apart."""
    stretches: list[tuple[float, float]] = []
    for start, end in sorted((at.start, at.end) for at in intervals):
        if stretches and start <= stretches[-1][1]:
            start, last_end = stretches.pop()
            end = max(last_end, end)
        stretches.append((start, end))
    return tuple(Interval(start, end) for start, end in stretches)


def seconds_of(stretches: Iterable[Interval]) -> float:
    """Returns how long stretches are together, in seconds."""
    return sum(stretch.duration for stretch in stretches)


def seconds_by_kind(coverage: Sequence[Coverage]) -> dict[EventKind, float]:
    """Returns the seconds of a video that were looked at for each kind of event."""
    return {
        kind: seconds_of(
            united(at for one in coverage if kind in one.kinds for at in one.intervals)
        )
        for kind in SHOWN_KINDS
    }
