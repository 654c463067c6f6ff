"""How well each moment of a video fits a query, as a curve over its timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell.types import Interval

INSTANT_SECONDS = 0.5
"""How long an event without a length is taken to last."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A step function over a video; nothing is known of the cells that no event covers.

    Attributes:
        borders: (C + 1,) seconds, ascending.
        values: (C,) fit of each cell, 0 where nothing is known.
        seen: (C,) seconds of each cell that events cover: its length, or 0.
    """

    borders: NDArray[np.float64]
    values: NDArray[np.float64]
    seen: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.values)

    def interval(self, first: int, after: int) -> Interval:
        """Gives the time from cell `first` up to cell `after`."""
        return Interval(float(self.borders[first]), float(self.borders[after]))


def draw_curve(
    intervals: Sequence[Interval], scores: NDArray[np.floating], video: Interval
) -> Curve:
    """Gives the curve whose cells lie between the beginnings and ends of events.

    Real times are kept, whatever their grid: a cell has the score of the best event that covers
    it.

    Args:
        intervals: (E,) of the events.
        scores: (E,) how well each fits.
        video: What the curve spans; what lies outside is left out.
    """
    ends = np.array([(one.start, _end(one)) for one in intervals], np.float64).reshape(-1, 2)
    ends = ends.clip(video.start, video.end)
    borders = np.unique(np.append(ends, [video.start, video.end]))
    firsts, afters = np.searchsorted(borders, ends[:, 0]), np.searchsorted(borders, ends[:, 1])
    values = np.full(max(0, len(borders) - 1), -np.inf)
    for first, after, score in zip(firsts, afters, scores, strict=True):
        np.maximum(values[first:after], score, out=values[first:after])
    seen = np.where(np.isfinite(values), np.diff(borders), 0.0)
    return Curve(borders, np.where(seen > 0.0, values, 0.0), seen)


def smooth(curve: Curve, sigma_seconds: float) -> Curve:
    """Gives the curve with each known cell averaged with those near it, weighted by a Gaussian."""
    if sigma_seconds <= 0.0 or len(curve) < 2:
        return curve
    middles = (curve.borders[:-1] + curve.borders[1:]) / 2.0
    values = np.empty_like(curve.values)
    for cell, middle in enumerate(middles):
        low, high = np.searchsorted(
            middles, [middle - 3 * sigma_seconds, middle + 3 * sigma_seconds]
        )
        near = slice(low, high)
        weights = np.exp(-0.5 * ((middles[near] - middle) / sigma_seconds) ** 2) * curve.seen[near]
        total = weights.sum()
        values[cell] = weights @ curve.values[near] / total if total > 0.0 else 0.0
    return Curve(curve.borders, np.where(curve.seen > 0.0, values, 0.0), curve.seen)


def _end(interval: Interval) -> float:
    return interval.end if interval.duration > 0.0 else interval.start + INSTANT_SECONDS
