"""Cuts a video into parts of equal length, and gives the overlapping clips that cover them."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import numpy as np

from foretell.tools.captioner import Clip
from foretell.tools.sampling import uniform_times
from foretell.tools.video import Video
from foretell.types import Frame, Interval

Item = TypeVar("Item")
_STALE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class ClipGrid:
    """Where the clips of a video lie.

    Attributes:
        parts: What the video is cut into, in order.
        reach: How many parts each clip covers.
        frames_per_clip: How many frames each clip has.
    """

    parts: tuple[Interval, ...]
    reach: int
    frames_per_clip: int

    @classmethod
    def over(
        cls, interval: Interval, clip_seconds: float, overlap: int, frames_per_clip: int
    ) -> ClipGrid:
        """Lays clips of about `clip_seconds` over an interval, `overlap` of them over each part.

        An interval shorter than a clip is covered by one.
        """
        count = max(1, math.ceil(interval.duration * overlap / clip_seconds - 1e-9))
        borders: list[float] = np.linspace(interval.start, interval.end, count + 1).tolist()
        parts = tuple(map(Interval, borders[:-1], borders[1:]))
        return cls(parts, min(overlap, count), frames_per_clip)

    def first_part_after(self, seconds: float) -> int:
        """Gives the number of the first part that ends after a time; their count if none does."""
        return next((n for n, part in enumerate(self.parts) if part.end > seconds), len(self.parts))

    def clips(self, video: Video, first: int, size: tuple[int, int]) -> Iterator[Clip]:
        """Gives the clips that begin with part `first` or later, up to where the file is broken.

        Each frame is decoded once, and shared by the clips that hold it.

        Args:
            video: The open video.
            first: Number of a part.
            size: (width, height) to decode at.

        Raises:
            VideoError: If the video cannot be decoded.
        """
        per_part = math.ceil(self.frames_per_clip / self.reach)
        times = [uniform_times(part, per_part) for part in self.parts[first:]]
        frames = video.frames([time for part in times for time in part], size=size)
        recent: deque[list[Frame]] = deque(maxlen=self.reach)
        for wanted in times:
            recent.append(list(islice(frames, per_part)))
            if _is_broken_off(video, recent[-1], wanted):
                return
            if len(recent) == self.reach:
                shown = [frame for part in recent for frame in part]
                yield resampled(shown, self.frames_per_clip)


def resampled(items: Sequence[Item], count: int) -> list[Item]:
    """Gives exactly `count` of the items, evenly spaced and in order; few are repeated."""
    return [items[index * len(items) // count] for index in range(count)]


def _is_broken_off(video: Video, shown: Sequence[Frame], wanted: Sequence[float]) -> bool:
    """Whether the frames of a part are missing, or are the last ones before the damage."""
    if len(shown) < len(wanted):
        return True
    return video.damage is not None and shown[-1].pts_seconds < wanted[-1] - _STALE_SECONDS
