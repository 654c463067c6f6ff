"""Intervals of a mean by resampling videos."""

from __future__ import annotations

import numpy as np
import pytest

from foretell.evals.metrics.bootstrap import mean_interval


def test_the_interval_holds_the_mean_and_is_as_wide_as_theory_says() -> None:
    values = np.random.default_rng(1).normal(0.5, 0.1, 400)
    interval = mean_interval(values, range(400))
    error = values.std() / np.sqrt(400)
    assert interval.low == pytest.approx(values.mean() - 1.96 * error, abs=0.2 * error)
    assert interval.high == pytest.approx(values.mean() + 1.96 * error, abs=0.2 * error)


def test_windows_of_one_video_count_as_one() -> None:
    values = np.random.default_rng(1).normal(0.5, 0.1, 20)
    alone = mean_interval(values, range(20))
    copied = mean_interval(values.repeat(30), [video for video in range(20) for _ in range(30)])
    assert (copied.low, copied.high) == pytest.approx((alone.low, alone.high))


def test_larger_videos_weigh_more() -> None:
    interval = mean_interval(np.array([0.0, 1.0, 1.0, 1.0]), ["a", "b", "b", "b"])
    assert (interval.low, interval.high) == (0.0, 1.0)
    videos = [f"{copy}{video}" for copy in range(500) for video in "abbb"]
    many = mean_interval(np.tile([0.0, 1.0, 1.0, 1.0], 500), videos)
    assert many.low < 0.75 < many.high


def test_the_same_seed_gives_the_same_interval() -> None:
    values = np.random.default_rng(1).random(50)
    assert mean_interval(values, range(50), seed=3) == mean_interval(values, range(50), seed=3)
    assert mean_interval(values, range(50), seed=3) != mean_interval(values, range(50), seed=4)


@pytest.mark.parametrize(("count", "confidence"), [(0, 0.95), (3, 1.0), (3, 0.0)])
def test_there_must_be_values_and_a_confidence(count: int, confidence: float) -> None:
    with pytest.raises(ValueError, match=f"{count} values and a confidence of {confidence}"):
        mean_interval(np.zeros(count), range(count), confidence=confidence)
