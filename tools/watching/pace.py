"""The time of a video with long pauses cut short, so that looking costs as much as is shown."""

from __future__ import annotations

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
class Hold:
    """A frame that stays on show for longer than it counts.

    Attributes:
        paced: When it counts, in seconds of the shorter time.
        clock: When it is on show, in seconds on the clock of the video.
    """

    paced: Interval
    clock: Interval


@dataclass(frozen=True, slots=True)
class Pace:
    """A shorter time, in which no frame stays on show for long, and how it lies on the clock.

    What lies evenly in it lies evenly over what is shown. Where no frame stays for longer than
    `HELD_SECONDS`, it is the clock.

    Attributes:
        interval: From the first frame to the end, in seconds of the shorter time.
        holds: The frames that stay longer, in order.
    """

    interval: Interval
    holds: tuple[Hold, ...] = ()

    @classmethod
    def of(cls, video: Video) -> Self:
        """Reads when the frames of a video are shown.

        Raises:
            VideoError: If the video cannot be read.
        """
        start, end = video.info.pictured.start, video.info.interval.end
        shown = [start, *(at for at in video.frame_times() if start < at < end), end]
        holds: list[Hold] = []
        cut_seconds = 0.0
        for begun, over in pairwise(shown):
            if over - begun > HELD_SECONDS:
                paced = Interval(begun - cut_seconds, begun - cut_seconds + HELD_SECONDS)
                holds.append(Hold(paced, Interval(begun, over)))
                cut_seconds += over - begun - HELD_SECONDS
        return cls(Interval(start, end - cut_seconds), tuple(holds))

    def on_clock(self, seconds: float) -> float:
        """Gives a time on the clock of the video, from one of the shorter time."""
        passed = bisect_right(self.holds, seconds, key=lambda hold: hold.paced.start)
        if not passed:
            return seconds
        hold = self.holds[passed - 1]
        if seconds >= hold.paced.end:
            return seconds - hold.paced.end + hold.clock.end
        share = (seconds - hold.paced.start) / hold.paced.duration
        return hold.clock.start + share * hold.clock.duration

    def times_on_clock(self, times_seconds: Iterable[float]) -> list[float]:
        """Gives times on the clock of the video, from times of the shorter time."""
        return [self.on_clock(seconds) for seconds in times_seconds]
