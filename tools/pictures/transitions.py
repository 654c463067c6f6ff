"""Finds where one shot turns into the next: hard cuts, dissolves, fades.

Both detectors look at a bounded window on either side of a moment and nothing else, so that
what they say about it does not depend on where watching began.
"""

from __future__ import annotations

import itertools
import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from foretell.tools.pictures.glances import Picture
from foretell.tools.pictures.picture_measures import difference, edge_likeness, luminance
from foretell.types import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TransitionKind = Literal["cut", "dissolve", "fade out", "fade in"]

REACH_SECONDS = 10.0
"""A transition depends on no picture farther from it than this."""

_CUT_WINDOW_SECONDS = 0.4
"""Seconds on either side with which a jump is compared."""
_CUT_NEIGHBOURS = 4
"""Jumps that must lie within them for a comparison."""
_CUT_DIFFERENCE = 12.0
"""Mean difference, of 255, from which a jump may be a cut (docs/design/perception.md)."""
_LONE_CUT_DIFFERENCE = 30.0
"""The same where it has too few neighbours."""
_CUT_RATIO = 3.0
"""How often the second largest neighbour; true cuts reach 4.6, false ones 1.2."""
_SAME_EDGES = 0.5
"""Likeness of edges from which two pictures are of one shot; true cuts stay below 0.07."""
_LASTING_SHARE = 0.5
"""Share of the jump that is still there afterwards; a flash leaves nothing."""

_GRID_HERTZ = 10
"""Pictures a second among which dissolves are looked for."""
_DISSOLVE_STEPS = (4, 8, 16, 32)
"""Lengths tried, in steps of the grid: 0.4 to 3.2 s."""
_MAX_GRID_SECONDS = 0.15
"""Seconds between pictures up to which the grid has no hole."""
_LONGEST_SECONDS = _DISSOLVE_STEPS[-1] * _MAX_GRID_SECONDS
"""Seconds after which nothing more is found about a moment."""
_DISSOLVE_CHANGE = 20.0
"""Difference of the two ends, of 255; less looks like a drift of light."""
_MAX_RESIDUAL = 0.15
"""What no mixture of the ends explains; true 0.01, false 0.20 and more."""
_MAX_CORRELATION = 0.7
"""Of the two ends; one shot that moves has 0.80."""
_STEP_RANGE = (-0.05, 0.5)
"""By how much the share of the later end may grow from picture to picture."""
_BLANK_CONTRAST = 8.0
"""Standard deviation in grey levels below which a picture is plain."""
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


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """A picture and how much it differs from the one before, 0 to 255."""

    picture: Picture
    size: float

    @property
    def at_seconds(self) -> float:
        return self.picture.at_seconds


class CutDetector:
    """Finds pictures that differ from the one before far more than their neighbours do.

    The ratio to the neighbours is the idea of PySceneDetect's AdaptiveDetector; here the second
    largest neighbour stands for them, which one more cut nearby cannot raise. What comes before and
    after must differ as well, which a camera flash does not bring about, and so must the edges,
    which a change of light or colour leaves as they are.
    """

    def __init__(self) -> None:
        self._steps: deque[_Step] = deque()
        self._next = 0

    def add(self, picture: Picture) -> list[Transition]:
        """Takes the next picture; gives the cuts that are now certain."""
        compared = self._steps and not picture.vouched
        size = difference(self._steps[-1].picture.rgb, picture.rgb) if compared else 0.0
        self._steps.append(_Step(picture, size))
        return self._judge_until(picture.at_seconds - _CUT_WINDOW_SECONDS)

    def finish(self) -> list[Transition]:
        """Gives the cuts among the last pictures."""
        return self._judge_until(math.inf)

    def _judge_until(self, end_seconds: float) -> list[Transition]:
        found: list[Transition] = []
        while self._next < len(self._steps) and self._steps[self._next].at_seconds < end_seconds:
            if self._is_cut(self._next):
                at = self._steps[self._next].at_seconds
                found.append(Transition(at, "cut", Interval(at, at)))
            self._next += 1
            self._forget()
        return found

    def _forget(self) -> None:
        """Lets go of pictures that no later judgement looks at."""
        while self._next > 1 and not self._near(self._steps[0], self._steps[self._next - 1]):
            self._steps.popleft()
            self._next -= 1

    def _near(self, one: _Step, other: _Step) -> bool:
        return abs(one.at_seconds - other.at_seconds) <= _CUT_WINDOW_SECONDS

    def _is_cut(self, index: int) -> bool:
        step = self._steps[index]
        if step.size < _CUT_DIFFERENCE:
            return False
        others = sorted(s.size for s in self._steps if s is not step and self._near(s, step))
        if len(others) < _CUT_NEIGHBOURS:
            earlier = self._steps[index - 1].picture.rgb
            large = step.size >= _LONE_CUT_DIFFERENCE
            return large and not _same_structure(earlier, step.picture.rgb)
        return step.size >= _CUT_RATIO * others[-2] and self._lasts(index)

    def _lasts(self, index: int) -> bool:
        """Whether the pictures before and after differ too, taken together, edges and all."""
        import numpy as np

        step = self._steps[index]
        near = [(i, s.picture.rgb) for i, s in enumerate(self._steps) if self._near(s, step)]
        before = [rgb for i, rgb in near if i < index] or [self._steps[index - 1].picture.rgb]
        after = [rgb for i, rgb in near if i >= index]
        was, then = np.median(before, axis=0), np.median(after, axis=0)
        lasts = difference(was, then) >= _LASTING_SHARE * step.size
        return lasts and not _same_structure(was, then)


def _same_structure(first: NDArray[np.float32], second: NDArray[np.float32]) -> bool:
    """Whether two pictures show the same in another light, as where the white balance jumps."""
    return edge_likeness(luminance(first), luminance(second)) >= _SAME_EDGES


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
        self._window: deque[_Sample] = deque(maxlen=_DISSOLVE_STEPS[-1] + 1)
        self._tick = -1
        self._settled = -math.inf
        self._mixtures: list[_Mixture] = []

    def add(self, picture: Picture) -> list[Transition]:
        """Takes the next picture; gives the dissolves and fades that are now certain."""
        tick = int(picture.at_seconds * _GRID_HERTZ)
        if tick == self._tick:
            return []
        self._tick = tick
        self._window.append(_sample(picture))
        self._mixtures += self._mixtures_ending_now()
        return self._settle(picture.at_seconds)

    def finish(self) -> list[Transition]:
        """Gives the dissolves and fades among the last pictures."""
        return self._settle(math.inf)

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

    def _mixtures_ending_now(self) -> Iterator[_Mixture]:
        last = self._window[-1]
        for steps in _DISSOLVE_STEPS:
            if steps >= len(self._window):
                return
            first = self._window[-1 - steps]
            gap_free = last.at_seconds - first.at_seconds <= steps * _MAX_GRID_SECONDS
            kind = _kind(first, last) if gap_free else None
            if kind is not None:
                within = itertools.islice(self._window, len(self._window) - 1 - steps, None)
                yield from _fit(kind, list(within))


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """A picture halved in size, as one row of pixels, with their mean and deviation."""

    at_seconds: float
    pixels: NDArray[np.float32]
    mean: float
    deviation: float

    @property
    def is_blank(self) -> bool:
        return self.deviation < _BLANK_CONTRAST and not _BLACK < self.mean < _WHITE


def _sample(picture: Picture) -> _Sample:
    height, width, channels = picture.rgb.shape
    quartets = picture.rgb.reshape(height // 2, 2, width // 2, 2, channels)
    pixels = quartets.mean(axis=(1, 3)).ravel()
    return _Sample(picture.at_seconds, pixels, float(pixels.mean()), float(pixels.std()))


def _kind(first: _Sample, last: _Sample) -> TransitionKind | None:
    """Says what the change between two pictures would be; None where it is small or none.

    Where the structure stays, only the exposure or the white balance changed.
    """
    change = last.pixels - first.pixels
    if float(change @ change) < _DISSOLVE_CHANGE**2 * change.size:
        return None
    if first.is_blank or last.is_blank:
        both = first.is_blank and last.is_blank
        return None if both else "fade in" if first.is_blank else "fade out"
    covariance = float(first.pixels @ last.pixels) / change.size - first.mean * last.mean
    correlated = covariance >= _MAX_CORRELATION * first.deviation * last.deviation
    tinted = _colours_apart(first, last) >= _MAX_CORRELATION
    return None if correlated or tinted else "dissolve"


def _colours_apart(first: _Sample, last: _Sample) -> float:
    """Gives the correlation of two pictures once each colour channel has lost its mean."""
    import numpy as np

    one, two = (sample.pixels.reshape(-1, 3) for sample in (first, last))
    one, two = one - one.mean(axis=0), two - two.mean(axis=0)
    size = float(np.linalg.norm(one)) * float(np.linalg.norm(two))
    return float((one * two).sum()) / size if size else 0.0


def _fit(kind: TransitionKind, samples: Sequence[_Sample]) -> Iterator[_Mixture]:
    """Fits the mixture model to a window; gives nothing where it does not hold."""
    import numpy as np

    pictures = np.stack([sample.pixels for sample in samples])
    times = [sample.at_seconds for sample in samples]
    change = pictures[-1] - pictures[0]
    power = float(change @ change)
    shares = (pictures - pictures[0]) @ change / power
    low, high = _STEP_RANGE
    steps = np.diff(shares)
    if steps.min() < low or steps.max() > high:
        return
    size = (power / change.size) ** 0.5
    off = pictures - pictures[0] - shares[:, None] * change
    residual = float(np.sqrt((off * off).mean(axis=1)).max()) / size
    if residual > _MAX_RESIDUAL:
        return
    start = times[max(0, _first(shares > 0.05) - 1)]
    end = times[_first(shares > 0.95)]
    at = {"fade out": end, "fade in": start}.get(kind, (start + end) / 2)
    score = size * (1 - 2 * residual) - (times[-1] - times[0])
    yield _Mixture(score, Transition(at, kind, Interval(start, end)))


def _first(flags: NDArray[np.bool_]) -> int:
    """Gives the place of the first flag that is set; there is one."""
    return int(flags.nonzero()[0][0])
