"""The time of a video with long pauses cut short, so that looking costs as much as is shown."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from foretell.tools.decoding.video import Video
from foretell.types import Interval

HELD_SECONDS = 10.0
"""Seconds that a frame counts at most, which are enough to look at it: one before a pause of a day
shows no more than that."""


@dataclass(frozen=True, slots=True)
class Pace:
    """A shorter time, in which no frame stays on show for long, and how it lies on the clock.

    What lies evenly in it lies evenly over what is shown. Where no frame stays for longer than
    `HELD_SECONDS`, it is the clock.

    Attributes:
        interval: From the first frame to the end, in seconds of the shorter time.
        leaps: When the shorter time leaps over the rest of a frame that stays, ascending, and how
            many seconds of the clock it has left out from then on.
    """

    interval: Interval
    leaps: tuple[tuple[float, float], ...] = ()

    @classmethod
    def of(cls, video: Video) -> Self:
        """Reads when the frames of a video are shown.

        Raises:
            VideoError: If the video cannot be read.
        """
        start, end = video.info.pictured.start, video.info.interval.end
        shown = [start, *(at for at in video.frame_times() if start < at < end), end]
        leaps: list[tuple[float, float]] = []
        left_out = 0.0
        for begun, over in pairwise(shown):
            if over - begun > HELD_SECONDS:
                at = begun + HELD_SECONDS - left_out
                left_out += over - begun - HELD_SECONDS
                leaps.append((at, left_out))
        return cls(Interval(start, end - left_out), tuple(leaps))

    def on_clock(self, seconds: float) -> float:
        """Gives a time on the clock of the video, from one of the shorter time."""
        passed = bisect_right(self.leaps, (seconds, math.inf))
        return seconds + self.leaps[passed - 1][1] if passed else seconds

    def times_on_clock(self, times_seconds: Iterable[float]) -> list[float]:
        """Gives times on the clock of the video, from times of the shorter time."""
        return [self.on_clock(seconds) for seconds in times_seconds]
