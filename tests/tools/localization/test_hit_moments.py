"""Moments of the events that a search gave."""

from __future__ import annotations

from foretell.tools.localization.hit_moments import find_moments
from foretell.types import Event, Hit, Interval, VideoInfo

VIDEO = VideoInfo("clip.mp4", "hash", Interval(0.0, 60.0), 320, 180, "h264")


def hit(start: float, score: float) -> Hit:
    return Hit(Event(Interval(start, start + 2.0), "caption", "a dog", "made"), VIDEO, score)


def test_weak_hits_are_no_moments_beside_strong_ones() -> None:
    moments = find_moments([hit(0.0, 0.1), hit(30.0, 0.9), hit(32.0, 0.8)])
    assert [(one.interval, one.score) for one in moments] == [(Interval(30.0, 34.0), 0.9)]


def test_hits_that_score_nothing_are_alike() -> None:
    moments = find_moments([hit(0.0, 0.0), hit(30.0, 0.0)])
    assert [one.interval.start for one in moments] == [0.0, 30.0]


def test_no_hits_make_no_moments() -> None:
    assert find_moments([]) == []
