"""Finds when something happens, from the events that a search gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from foretell.types import Hit, Interval, VideoInfo

RELATIVE_THRESHOLD = 0.75
"""An event belongs to a moment where its score is at least this share of the best one's."""
MAX_GAP_SECONDS = 1.0
"""Events of one moment lie at most this far apart."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of a video that matches a description; `score` is that of its best event."""

    video: VideoInfo
    interval: Interval
    score: float
    hits: tuple[Hit, ...]


def find_moments(hits: Sequence[Hit], *, limit: int = 5) -> list[Moment]:
    """Gives the stretches in which well-matching events lie side by side, best first.

    The threshold is relative to the best event, as in the curve-threshold route of T3AL
    (CVPR 2024), with events in place of frames.
    """
    if not hits:
        return []
    floor = max(hit.score for hit in hits) * RELATIVE_THRESHOLD
    strong = [hit for hit in hits if hit.score >= floor > 0.0]
    strong.sort(key=lambda hit: (hit.video.content_hash, hit.event.interval))
    groups: list[list[Hit]] = []
    for hit in strong:
        if groups and _continues(groups[-1], hit):
            groups[-1].append(hit)
        else:
            groups.append([hit])
    moments = [_moment(group) for group in groups]
    return sorted(moments, key=lambda moment: -moment.score)[:limit]


def _continues(group: Sequence[Hit], hit: Hit) -> bool:
    """Whether `hit` lies in the same video, next to the group."""
    end = max(member.event.interval.end for member in group)
    same_video = group[0].video.content_hash == hit.video.content_hash
    return same_video and hit.event.interval.start - end <= MAX_GAP_SECONDS


def _moment(group: Sequence[Hit]) -> Moment:
    start = group[0].event.interval.start
    end = max(hit.event.interval.end for hit in group)
    score = max(hit.score for hit in group)
    return Moment(group[0].video, Interval(start, end), score, tuple(group))
