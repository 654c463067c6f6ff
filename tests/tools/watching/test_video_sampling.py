"""At which times a video is looked at, and which frames are on show then."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.tools.decoding.track_decoder import on_show_at, on_show_within
from foretell.tools.watching.sampling import fit_within, times_every, uniform_times
from foretell.types import Interval

TIMES = st.lists(st.integers(0, 60).map(lambda n: n / 4), min_size=1, max_size=12, unique=True)


def test_uniform_times_are_the_middles_of_equal_parts() -> None:
    assert uniform_times(Interval(2.0, 4.0), 4) == [2.25, 2.75, 3.25, 3.75]
    assert uniform_times(Interval(1.0, 1.0), 2) == [1.0, 1.0]
    with pytest.raises(ValueError, match="count must be 1 or more, got 0"):
        uniform_times(Interval(0, 1), 0)


def test_times_every_step_begin_at_the_start() -> None:
    assert times_every(Interval(1.0, 3.0), 0.5) == [1.0, 1.5, 2.0, 2.5]
    assert times_every(Interval(0.0, 0.3), 1.0) == [0.0]
    assert times_every(Interval(5.0, 5.0), 1.0) == [5.0]
    for step in (0.0, -1.0, math.inf, math.nan):
        with pytest.raises(ValueError, match="step_seconds must be positive and finite"):
            times_every(Interval(0, 1), step)


@given(start=st.floats(0, 1e4), duration=st.floats(0, 50), step=st.floats(0.01, 60))
def test_times_every_step_lie_inside(start: float, duration: float, step: float) -> None:
    interval = Interval(start, start + duration)
    times = times_every(interval, step)
    assert times[0] == start
    assert times == sorted(times)
    assert all(time < interval.end for time in times[1:])
    assert times[-1] + step >= interval.end - 1e-6


def test_a_picture_fits_with_even_sides() -> None:
    assert fit_within(1920, 1080, 640) == (640, 360)
    assert fit_within(1080, 1920, 640) == (360, 640)
    assert fit_within(176, 144, 640) == (176, 144)
    assert fit_within(193, 145, 640) == (192, 144)
    assert fit_within(10_000, 1, 100) == (100, 2)
    with pytest.raises(ValueError, match="must be positive, got 0 x 5"):
        fit_within(0, 5, 100)
    with pytest.raises(ValueError, match="max_side must be 2 or more, got 1"):
        fit_within(10, 10, 1)


@given(st.integers(2, 5000), st.integers(2, 5000), st.integers(2, 2000))
def test_a_fitted_picture_keeps_its_aspect(width: int, height: int, side: int) -> None:
    fitted = fit_within(width, height, side)
    assert all(length % 2 == 0 and 2 <= length <= max(side, 2) for length in fitted)
    scale = min(1.0, side / max(width, height))
    assert abs(fitted[0] - width * scale) <= 2
    assert abs(fitted[1] - height * scale) <= 2


class Shelf:
    """Frames that are numbers, of which a seek finds those that are multiples of five."""

    def __init__(self, times: list[float], lost_from: float = math.inf) -> None:
        self._frames = [(time, number) for number, time in enumerate(times)]
        self._next = 0
        self._lost_from = lost_from

    def peek(self) -> tuple[float, int] | None:
        return self._frames[self._next] if self._next < len(self._frames) else None

    def take(self) -> tuple[float, int] | None:
        frame = self.peek()
        self._next += frame is not None
        return frame

    def lost_after(self, seconds: float) -> float:
        return self._lost_from

    def skip_towards(self, seconds: float) -> bool:
        behind = [n for time, n in self._frames if n % 5 == 0 and time <= seconds]
        if not behind or behind[-1] <= self._next:
            return False
        self._next = behind[-1]
        return True


def shown(starts: list[float], time: float) -> int:
    """The number of the frame on show at a time, by looking at all of them."""
    return max([n for n, start in enumerate(starts) if start <= time], default=0)


@given(starts=TIMES.map(sorted), wanted=st.lists(st.floats(-2, 20), max_size=10).map(sorted))
def test_the_frames_on_show_at_times(starts: list[float], wanted: list[float]) -> None:
    got = [number for _, number in on_show_at(Shelf(starts), wanted)]
    assert got == [shown(starts, time) for time in wanted]


@given(
    starts=TIMES.map(sorted), ends=st.lists(st.floats(0, 20), min_size=2, max_size=2).map(sorted)
)
def test_the_frames_on_show_within(starts: list[float], ends: list[float]) -> None:
    within = Interval(*ends)
    shows = [*zip(starts, [*starts[1:], math.inf], strict=True)]
    expected = [
        number
        for number, (begin, end) in enumerate(shows)
        if end > within.start and (begin < within.end or begin <= within.start)
    ]
    assert [number for _, number in on_show_within(Shelf(starts), within)] == expected


def test_where_decoding_broke_nothing_is_shown_for_longer_than_a_second() -> None:
    starts = [0.0, 1.0, 2.0]
    wanted = [0.5, 2.5, 3.1, 3.5, 60.0]
    assert [n for _, n in on_show_at(Shelf(starts, lost_from=2.1), wanted)] == [0, 2, 2]
    assert [n for _, n in on_show_at(Shelf(starts), wanted)] == [0, 2, 2, 2, 2]
    assert list(on_show_at(Shelf([], lost_from=0.0), wanted)) == []
