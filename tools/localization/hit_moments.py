"""Finds when something happens, from the events that a search gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from foretell.tools.localization.settings import LocalizerSettings
from foretell.tools.localization.windows import stretches_above
from foretell.types import Hit, Interval, VideoInfo

_SETTINGS = LocalizerSettings()
Time = TypeVar("Time")


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of a video that matches a description; `score` is that of its best event."""

    video: VideoInfo
    interval: Interval
    score: float
    hits: tuple[Hit, ...]


def find_moments(hits: Sequence[Hit]) -> list[Moment]:
    """Gives all the stretches in which well-matching events lie side by side, in order of time.

    Videos come in the order of their paths. Lines that are said one after the other stay apart, as
    each is said once.

    The threshold is relative to the best event of all videos; see `stretches_above`. Where none
    scores anything, all are alike.
    """
    floor = _SETTINGS.threshold * max((hit.score for hit in hits), default=0.0)
    by_video: dict[str, list[Hit]] = {}
    for hit in sorted(hits, key=lambda hit: (hit.video.path, hit.event.interval)):
        if hit.score >= floor:
            by_video.setdefault(hit.video.content_hash, []).append(hit)
    return [moment for here in by_video.values() for moment in _of_one_video(here)]


def of_turn(times: Sequence[Time], turn: int) -> Time | None:
    """Gives the one whose turn it is: 1 for the first, -1 for the last; None without it."""
    place = turn - 1 if turn > 0 else len(times) + turn
    return times[place] if 0 <= place < len(times) else None


def _of_one_video(hits: Sequence[Hit]) -> list[Moment]:
    """Gives the moments of hits in order of time: each line of speech, and what lies joined."""
    said = [hit for hit in hits if hit.event.kind == "speech"]
    shown = [hit for hit in hits if hit.event.kind != "speech"]
    stretches = stretches_above(
        ((hit.event.interval, 1.0) for hit in shown), share=1.0, gap_seconds=_SETTINGS.gap_seconds
    )
    groups: list[list[Hit]] = [[] for _ in stretches]
    place = 0
    for hit in shown:
        while hit.event.interval.start > stretches[place].end:
            place += 1
        groups[place].append(hit)
    moments = [_moment(group, at) for group, at in zip(groups, stretches, strict=True)]
    moments += [_moment([hit], hit.event.interval) for hit in said]
    return sorted(moments, key=lambda moment: moment.interval)


def _moment(hits: Sequence[Hit], stretch: Interval) -> Moment:
    score = max(hit.score for hit in hits)
    return Moment(hits[0].video, stretch, score, tuple(hits))
