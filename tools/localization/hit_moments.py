"""Finds when something happens, from the events that a search gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from foretell import ranking
from foretell.tools.localization.settings import LocalizerSettings
from foretell.tools.localization.windows import stretches_above
from foretell.types import Hit, Interval, VideoInfo

_SETTINGS = LocalizerSettings()


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of a video that matches a description; `score` is that of its best event."""

    video: VideoInfo
    interval: Interval
    score: float
    hits: tuple[Hit, ...]


def find_moments(hits: Sequence[Hit], *, limit: int = _SETTINGS.limit) -> list[Moment]:
    """Gives the stretches in which well-matching events lie side by side, best first.

    The threshold is relative to the best event of all videos; see `stretches_above`. Where none
    scores anything, all are alike.
    """
    floor = _SETTINGS.threshold * max((hit.score for hit in hits), default=0.0)
    strong = sorted((hit for hit in hits if hit.score >= floor), key=lambda hit: hit.event.interval)
    videos = {hit.video.content_hash: hit.video for hit in strong}
    moments = [
        _moment([hit for hit in here if hit.event.interval.overlaps(stretch)], stretch)
        for content_hash in sorted(videos)
        for here in [[hit for hit in strong if hit.video.content_hash == content_hash]]
        for stretch in stretches_above(
            ((hit.event.interval, 1.0) for hit in here),
            share=1.0,
            gap_seconds=_SETTINGS.gap_seconds,
        )
    ]
    return ranking.ordered(moments, lambda moment: moment.score)[:limit]


def _moment(hits: Sequence[Hit], stretch: Interval) -> Moment:
    score = max(hit.score for hit in hits)
    return Moment(hits[0].video, stretch, score, tuple(hits))
