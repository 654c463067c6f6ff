"""The vote of overlapping clips on what is done in each part of a video."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.tools.decoding.video import Video
from foretell.tools.recognition.recognizer import Probabilities
from foretell.tools.watching.pace import Pace
from foretell.tools.watching.sampling import uniform_times
from foretell.types import Clip, Frame, Interval

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, eq=False)
class Ballot:
    """What one clip says.

    Attributes:
        parts: The numbers of the parts of the video that it covers.
        probabilities: Of each label set, (L,) how likely it holds each label.
    """

    parts: range
    probabilities: Sequence[NDArray[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class PartVote:
    """What the clips that cover a part of a video say of it.

    Attributes:
        winners: Of each label set, the number of the label that most clips hold likeliest.
        means: Of each label set, (L,) the probability of each label, averaged over the clips.
    """

    winners: tuple[int, ...]
    means: tuple[NDArray[np.float64], ...]


def vote(ballots: Sequence[Probabilities]) -> PartVote:
    """Counts, in each label set by itself, which label is the likeliest in most clips.

    After the aggregation of S. Kim et al., "PALM: Predicting Actions through Language Models"
    (ECCV 2024), which votes on verb and noun independently. A tie goes to the label that is
    likelier on average, not to chance.

    Args:
        ballots: For each label set, (C, L) probabilities of the C clips that cover the part, one
            at least.
    """
    return PartVote(
        winners=tuple(map(_winner, ballots)),
        means=tuple(ballot.mean(axis=0) for ballot in ballots),
    )


def _winner(ballot: Probabilities) -> int:
    winners = ranking.best_places(ballot, ranking.MODEL_PRECISION)
    votes = np.bincount(winners, minlength=ballot.shape[1])
    leading = np.flatnonzero(votes == votes.max())
    means = ballot[:, leading].mean(axis=0)
    return int(leading[ranking.best(means, ranking.MODEL_PRECISION)])


def sliding_votes(ballots: Iterable[Ballot]) -> Iterator[tuple[int, PartVote]]:
    """Gives (number, vote) of each part that a clip covers, as soon as no later clip does.

    Args:
        ballots: Of clips that begin with one part after the other, in that order.
    """
    covering: deque[Ballot] = deque()
    due = 0
    for ballot in ballots:
        covering.append(ballot)
        yield from _votes(covering, range(due, ballot.parts.start + 1))
        due = ballot.parts.start + 1
    if covering:
        yield from _votes(covering, range(due, covering[-1].parts.stop))


def _votes(covering: deque[Ballot], parts: range) -> Iterator[tuple[int, PartVote]]:
    """Gives the votes on these parts, and lets go of the clips that end before them."""
    for part in parts:
        while covering and covering[0].parts.stop <= part:
            covering.popleft()
        rows = [ballot.probabilities for ballot in covering if part in ballot.parts]
        if rows:
            yield part, vote([np.stack(ballots) for ballots in zip(*rows, strict=True)])


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

    def at_pace(self, pace: Pace) -> ClipGrid:
        """Gives the same clips on the clock of a video, from those of its shorter time."""
        borders = pace.times_on_clock([self.parts[0].start, *(part.end for part in self.parts)])
        return replace(self, parts=tuple(map(Interval, borders[:-1], borders[1:])))

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
