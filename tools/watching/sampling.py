"""Chooses at which times, and at what size, a video is looked at."""

from __future__ import annotations

import math

from foretell.ranges import check_positive, check_range
from foretell.types import Interval


def uniform_times(interval: Interval, count: int) -> list[float]:
    """Gives the middles of `count` equal parts of `interval`, in seconds, ascending.

    Raises:
        ValueError: If `count` is not positive.
    """
    check_range("count", count, 1, error=ValueError)
    step = interval.duration / count
    return [interval.start + (index + 0.5) * step for index in range(count)]


def times_every(interval: Interval, step_seconds: float) -> list[float]:
    """Gives start, start + step, ... in seconds as far as they lie inside [start, end).

    An interval without length gives its one instant.

    Raises:
        ValueError: If `step_seconds` is not positive and finite.
    """
    check_positive("step_seconds", step_seconds, error=ValueError)
    count = max(1, math.ceil(interval.duration / step_seconds))
    times = [interval.start + index * step_seconds for index in range(count)]
    return [time for time in times if time < interval.end] or [interval.start]


def fit_within(width: int, height: int, max_side: int) -> tuple[int, int]:
    """Gives (width, height) with the same aspect, even, and the longer side at most `max_side`.

    A picture that already fits keeps its size, to the next even number below.

    Raises:
        ValueError: If a side is not positive, or `max_side` is less than 2.
    """
    if width <= 0 or height <= 0:
        raise ValueError(f"width and height must be positive, got {width!r} x {height!r}")
    check_range("max_side", max_side, 2, error=ValueError)
    scale = min(1.0, max_side / max(width, height))
    return _even(width * scale), _even(height * scale)


def fit_around(width: int, height: int, min_side: int) -> tuple[int, int]:
    """Gives (width, height) with the same aspect, even, the shorter side about `min_side`.

    A picture that is smaller keeps its size, to the next even number below.

    Raises:
        ValueError: If a side is not positive, or `min_side` is less than 2.
    """
    if min(width, height) <= 0:
        raise ValueError(f"width and height must be positive, got {width!r} x {height!r}")
    check_range("min_side", min_side, 2, error=ValueError)
    scale = min(1.0, min_side / min(width, height))
    return _even(width * scale), _even(height * scale)


def _even(length: float) -> int:
    return max(2, 2 * int(length / 2 + 1e-9))
