"""Finds where one shot turns into the next: hard cuts, dissolves, fades.

Both detectors look at a bounded window on either side of a moment and nothing else, so that
what they say about it does not depend on where watching began.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from foretell.tools.glances import Picture, difference
from foretell.types import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TransitionKind = Literal["cut", "dissolve", "fade out", "fade in"]

REACH_SECONDS = 10.0
"""A transition depends on no picture farther from it than this."""

_CUT_NEIGHBOURS = 8
_CUT_NEIGHBOUR_SECONDS = 1.0
_CUT_DIFFERENCE = 12.0
_LONE_CUT_DIFFERENCE = 30.0
_CUT_RATIO = 3.0
_LASTING_SHARE = 0.5

_GRID_HERTZ = 10
_DISSOLVE_STEPS = (4, 8, 16, 32)
_MAX_GRID_SECONDS = 0.15
_LONGEST_SECONDS = _DISSOLVE_STEPS[-1] * _MAX_GRID_SECONDS
_DISSOLVE_CHANGE = 20.0
_MAX_RESIDUAL = 0.2
_MAX_CORRELATION = 0.8
_STEP_RANGE = (-0.05, 0.5)
_BLANK_CONTRAST = 8.0
_BLACK, _WHITE = 16.0, 239.0


@dataclass(frozen=True, slots=True)
class Transition:
    """The change from one shot to the next.

    Attributes:
        at_seconds: Where the new shot begins: the first frame after a cut, the middle of a
            dissolve, the moment when a fade out is complete or a fade in sets off.
        kind: What it looks like.
        interval: How long it takes; an instant for a cut.
    """

    at_seconds: float
    kind: TransitionKind
    interval: Interval


class CutDetector:
    """Finds frames that differ from the one before far more than their neighbours do.

    The ratio to the neighbours is the idea of PySceneDetect's AdaptiveDetector; here the second
    largest neighbour stands for them, which one more cut nearby cannot raise. What comes before and
    after must differ as well, which a camera flash does not bring about.
    """

    def __init__(self) -> None:
        self._pictures: deque[Picture] = deque()
        self._steps: deque[float] = deque()
        self._next = 0

    def add(self, picture: Picture) -> list[Transition]:
        """Takes the next picture; gives the cuts that are now certain."""
        if self._pictures:
            self._steps.append(difference(self._pictures[-1].rgb, picture.rgb))
        self._pictures.append(picture)
        found = self._judge_until(len(self._steps) - _CUT_NEIGHBOURS)
        while self._next > _CUT_NEIGHBOURS:
            self._pictures.popleft()
            self._steps.popleft()
            self._next -= 1
        return found

    def finish(self) -> list[Transition]:
        """Gives the cuts among the last pictures."""
        return self._judge_until(len(self._steps))

    def _judge_until(self, stop: int) -> list[Transition]:
        found: list[Transition] = []
        while self._next < stop:
            at = self._pictures[self._next + 1].at_seconds
            if self._is_cut(self._next):
                found.append(Transition(at, "cut", Interval(at, at)))
            self._next += 1
        return found

    def _is_cut(self, index: int) -> bool:
        step = self._steps[index]
        if step < _CUT_DIFFERENCE:
            return False
        low, high = self._neighbourhood(index)
        others = sorted(self._steps[i] for i in range(low, high) if i != index)
        if len(others) < _CUT_NEIGHBOURS // 2:
            return step >= _LONE_CUT_DIFFERENCE
        return step >= _CUT_RATIO * others[-2] and self._lasts(low, index, high)

    def _neighbourhood(self, index: int) -> tuple[int, int]:
        """Gives the range of steps close enough in count and in time to compare with."""
        at = self._pictures[index + 1].at_seconds
        near = [
            i
            for i in range(
                max(0, index - _CUT_NEIGHBOURS), min(len(self._steps), index + _CUT_NEIGHBOURS + 1)
            )
            if abs(self._pictures[i + 1].at_seconds - at) <= _CUT_NEIGHBOUR_SECONDS
        ]
        return near[0], near[-1] + 1

    def _lasts(self, low: int, index: int, high: int) -> bool:
        import numpy as np

        before = np.median([self._pictures[i].rgb for i in range(low, index + 1)], axis=0)
        after = np.median([self._pictures[i].rgb for i in range(index + 1, high + 1)], axis=0)
        return difference(before, after) >= _LASTING_SHARE * self._steps[index]


@dataclass(frozen=True, slots=True)
class _Mixture:
    """A window whose pictures are mixtures of its first and its last."""

    score: float
    transition: Transition

    def beats(self, other: _Mixture) -> bool:
        """Whether both claim the same moments and this one fits better."""
        ours, theirs = self.transition.interval, other.transition.interval
        key = (self.score, -ours.start, -ours.end)
        return ours.overlaps(theirs) and key > (other.score, -theirs.start, -theirs.end)


class DissolveDetector:
    """Finds windows in which every picture is a mixture of the first and the last.

    During a dissolve x(t) = (1 - a(t)) x(0) + a(t) x(1) with `a` rising from 0 to 1, which neither
    a moving camera nor a moving subject brings about: the production model of Hampapur, Jain and
    Weymouth (1995), fitted by least squares. A change of exposure fits as well, but keeps the
    picture's structure; a fade is a dissolve from or to a blank picture.
    """

    def __init__(self) -> None:
        self._window: deque[Picture] = deque(maxlen=_DISSOLVE_STEPS[-1] + 1)
        self._tick = -1
        self._settled = float("-inf")
        self._mixtures: list[_Mixture] = []

    def add(self, picture: Picture) -> list[Transition]:
        """Takes the next picture; gives the dissolves and fades that are now certain."""
        tick = int(picture.at_seconds * _GRID_HERTZ)
        if tick == self._tick:
            return []
        self._tick = tick
        self._window.append(Picture(picture.at_seconds, _shrunk(picture.rgb)))
        self._mixtures += self._mixtures_ending_now()
        return self._settle(picture.at_seconds)

    def finish(self) -> list[Transition]:
        """Gives the dissolves and fades among the last pictures."""
        return self._settle(float("inf"))

    def _settle(self, now_seconds: float) -> list[Transition]:
        """Gives the best of overlapping mixtures, each once no better one can come."""
        certain = now_seconds - _LONGEST_SECONDS
        found = [
            mixture.transition
            for mixture in self._mixtures
            if self._settled <= mixture.transition.interval.end < certain
            and not any(other.beats(mixture) for other in self._mixtures)
        ]
        self._settled = certain
        oldest = certain - _LONGEST_SECONDS
        self._mixtures = [m for m in self._mixtures if m.transition.interval.end >= oldest]
        return found

    def _mixtures_ending_now(self) -> list[_Mixture]:
        import numpy as np

        pictures = np.stack([picture.rgb.ravel() for picture in self._window])
        times = [picture.at_seconds for picture in self._window]
        candidates = (
            _fit(pictures[-1 - steps :], times[-1 - steps :])
            for steps in _DISSOLVE_STEPS
            if steps < len(times) and times[-1] - times[-1 - steps] <= steps * _MAX_GRID_SECONDS
        )
        return [candidate for candidate in candidates if candidate is not None]


def _fit(pictures: NDArray[np.float32], times: list[float]) -> _Mixture | None:
    """Fits the mixture model to (N, P) pictures; None where it does not hold."""
    import numpy as np

    first, last = pictures[0], pictures[-1]
    change = last - first
    power = float(change @ change)
    size = (power / change.size) ** 0.5
    kind = _kind(first, last) if size >= _DISSOLVE_CHANGE else None
    if kind is None:
        return None
    shares = (pictures - first) @ change / power
    if not _rises(np.diff(shares)):
        return None
    off = pictures - first - shares[:, None] * change
    residual = float(np.sqrt((off * off).mean(axis=1)).max()) / size
    if residual > _MAX_RESIDUAL:
        return None
    start = times[max(0, int(np.argmax(shares > 0.05)) - 1)]
    end = times[int(np.argmax(shares > 0.95))]
    at = {"fade out": end, "fade in": start}.get(kind, (start + end) / 2)
    score = size * (1 - 2 * residual) - (times[-1] - times[0])
    return _Mixture(score, Transition(at, kind, Interval(start, end)))


def _kind(first: NDArray[np.float32], last: NDArray[np.float32]) -> TransitionKind | None:
    """Says what a change between two pictures would be; None where their structure stays."""
    blank = _is_blank(first), _is_blank(last)
    if any(blank):
        return None if all(blank) else "fade in" if blank[0] else "fade out"
    covariance = float(((first - first.mean()) * (last - last.mean())).mean())
    correlated = covariance >= _MAX_CORRELATION * float(first.std() * last.std())
    return None if correlated else "dissolve"


def _is_blank(picture: NDArray[np.float32]) -> bool:
    mean = float(picture.mean())
    return float(picture.std()) < _BLANK_CONTRAST and not _BLACK < mean < _WHITE


def _rises(steps: NDArray[np.float32]) -> bool:
    low, high = _STEP_RANGE
    return bool(steps.min() >= low and steps.max() <= high)


def _shrunk(rgb: NDArray[np.float32]) -> NDArray[np.float32]:
    """Halves a picture, so that small motions weigh less than the mixture."""
    height, width, channels = rgb.shape
    shrunk: NDArray[np.float32] = rgb.reshape(height // 2, 2, width // 2, 2, channels).mean(
        axis=(1, 3)
    )
    return shrunk
