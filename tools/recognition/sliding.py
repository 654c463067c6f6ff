"""Cuts a video into parts of equal length, and gives the overlapping clips that cover them."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

import numpy as np

from foretell.tools.captioning.captioner import Clip
from foretell.tools.decoding.video import Video
from foretell.tools.watching.sampling import uniform_times
from foretell.types import Frame, Interval

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class PlacedClip:
    """A clip, and the numbers of the parts that it covers."""

    parts: range
    frames: Clip


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

    def clips(self, video: Video, first: int, size: tuple[int, int]) -> Iterator[PlacedClip]:
        """Gives the clips that begin with part `first` or later.

        No clip reaches over a part that cannot be decoded. Where fewer than `reach` parts are left
        between two of these, one clip covers them all. Each frame is decoded once, and shared by
        the clips that hold it.

        Args:
            video: The open video.
            first: Number of a part.
            size: (width, height) to decode at.

        Raises:
            VideoError: If the video cannot be decoded.
        """
        recent: deque[Sequence[Frame]] = deque(maxlen=self.reach)
        shown = self._frames(video, first, size)
        for number, frames in enumerate(chain(shown, [()]), start=first):
            if frames:
                recent.append(frames)
                if len(recent) == self.reach:
                    yield self._clip(range(number + 1 - self.reach, number + 1), recent)
            else:
                if 0 < len(recent) < self.reach:
                    yield self._clip(range(number - len(recent), number), recent)
                recent.clear()

    def _frames(self, video: Video, first: int, size: tuple[int, int]) -> Iterator[Sequence[Frame]]:
        """Gives the frames of each part from `first` on, none of one that cannot be decoded."""
        per_part = math.ceil(self.frames_per_clip / self.reach)
        times = [uniform_times(part, per_part) for part in self.parts[first:]]
        frames = video.frames([time for part in times for time in part], size=size)
        for wanted in times:
            asked = zip(wanted, frames, strict=False)
            shown = [frame for time, frame in asked if time < frame.lost_from_seconds]
            yield resampled(shown, per_part) if shown else ()

    def _clip(self, parts: range, frames: Sequence[Sequence[Frame]]) -> PlacedClip:
        shown = [frame for part in frames for frame in part]
        return PlacedClip(parts, resampled(shown, self.frames_per_clip))


def resampled(items: Sequence[Item], count: int) -> list[Item]:
    """Gives exactly `count` of the items, evenly spaced and in order; few are repeated."""
    return [items[index * len(items) // count] for index in range(count)]
