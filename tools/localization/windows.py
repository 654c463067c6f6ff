"""Reads a curve of how well each moment fits a query: its windows that stand out from the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.types import Interval

EVERY_LENGTH_UP_TO = 32
"""Windows of up to so many cells are tried in every length; longer ones in growing steps."""
LENGTH_GROWTH = 1.1
"""Ratio of two lengths: the best of them overlaps any window by 95 % of its length."""
RISE_SHARE = 0.02
"""A curve rises where it gains this share of its range in a cell."""
IOU_POWER = 0.6
"""Of overlap where near moments vote; below 1, so that a loose overlap counts too."""
INSTANT_SECONDS = 0.5
"""How long an event without a length is taken to last."""


@dataclass(frozen=True, slots=True)
class ScoredInterval:
    """A stretch of time and how well it fits; a higher score is better."""

    interval: Interval
    score: float


def best_windows(
    curve: Curve, *, extent: float, limit: int, overlap: float
) -> list[ScoredInterval]:
    """Gives the windows with the highest mean inside above that outside, best first.

    The mean outside is 0 where nothing lies outside, so that the whole video stays possible. The
    starts are moved back to where the curve begins to rise. After TFVTG (M. Zheng et al.,
    "Training-free Video Temporal Grounding using Large-scale Pre-trained Models", ECCV 2024).

    Args:
        curve: Of the fit, above what unrelated text has; nothing negative counts.
        extent: From 0 to 1: how much a window gains by its share of the video; 0 takes the
            sharpest peak.
        limit: How many to give at most.
        overlap: Windows with more IoU than this with a better one are left out.
    """
    firsts, afters = _all_windows(len(curve))
    scores = _contrast(curve, firsts, afters, extent)
    best: list[ScoredInterval] = []
    order = ranking.order(scores)
    starts, ends = curve.borders[firsts], curve.borders[afters]
    alive = scores > 0.0
    for window in order.tolist():
        if len(best) == limit or scores[window] <= 0.0:
            break
        if not alive[window]:
            continue
        first = _rise(curve, int(firsts[window]))
        after = int(afters[window])
        best.append(ScoredInterval(curve.interval(first, after), float(scores[window])))
        start, end = float(starts[window]), float(ends[window])
        alive &= _ious(starts, ends, start, end) <= overlap
    return best


def shares_of_best(windows: Sequence[ScoredInterval]) -> list[ScoredInterval]:
    """Gives the windows with their scores as shares of the best's; none where that is not positive.

    So the windows of several curves can be compared.
    """
    best = max((window.score for window in windows), default=0.0)
    return [ScoredInterval(window.interval, window.score / best) for window in windows if best > 0]


def _all_windows(cells: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Gives the first cell of each window, and the one after its last."""
    lengths = {*range(1, min(cells, EVERY_LENGTH_UP_TO) + 1), cells} - {0}
    length = float(EVERY_LENGTH_UP_TO)
    while (length := length * LENGTH_GROWTH) < cells:
        lengths.add(int(length))
    firsts = [np.arange(0, cells - length + 1) for length in sorted(lengths)]
    afters = [first + length for first, length in zip(firsts, sorted(lengths), strict=True)]
    if not firsts:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate(firsts), np.concatenate(afters)


def _contrast(
    curve: Curve, firsts: NDArray[np.int64], afters: NDArray[np.int64], extent: float
) -> NDArray[np.float64]:
    mass = np.append(0.0, np.cumsum(curve.values * curve.seen))
    time = np.append(0.0, np.cumsum(curve.seen))
    inside, seconds = mass[afters] - mass[firsts], time[afters] - time[firsts]
    outside, others = mass[-1] - inside, time[-1] - seconds
    mean_inside = np.divide(inside, seconds, out=np.zeros_like(inside), where=seconds > 1e-9)
    mean_outside = np.divide(outside, others, out=np.zeros_like(outside), where=others > 1e-9)
    share = seconds / max(float(time[-1]), 1e-9)
    contrast: NDArray[np.float64] = (mean_inside - mean_outside) * share**extent
    return contrast


def _rise(curve: Curve, first: int) -> int:
    """Gives the cell at which the rise that leads to `first` begins."""
    least = RISE_SHARE * float(np.ptp(curve.values))
    while (
        first > 0
        and curve.seen[first - 1] > 0.0
        and curve.values[first - 1] > 0.0
        and curve.values[first] - curve.values[first - 1] > least
        and curve.values[first - 1] > curve.values[first] / 2.0
    ):
        first -= 1
    return first


def _ious(
    starts: NDArray[np.float64], ends: NDArray[np.float64], start: float, end: float
) -> NDArray[np.float64]:
    shared = np.clip(np.minimum(ends, end) - np.maximum(starts, start), 0.0, None)
    hull = (ends - starts) + (end - start) - shared
    ious: NDArray[np.float64] = np.divide(shared, hull, out=np.zeros_like(shared), where=hull > 0.0)
    return ious


def stretches_above(
    scored: Iterable[tuple[Interval, float]], *, share: float, gap_seconds: float
) -> list[Interval]:
    """Gives the stretches made of intervals that reach a share of the best score, in order.

    The curve-threshold route of T3AL (B. Liberatori et al., "Test-Time Zero-Shot Temporal Action
    Localization", CVPR 2024): what is above the threshold is joined where it lies side by side.

    Args:
        scored: Intervals and how well each fits.
        share: Of the best score that an interval must reach, in (0, 1].
        gap_seconds: How far apart two may lie that are joined.
    """
    kept = list(scored)
    floor = share * max((score for _, score in kept), default=0.0)
    stretches: list[Interval] = []
    for interval in sorted(one for one, score in kept if score >= floor > 0.0):
        last = stretches[-1] if stretches else None
        if last is not None and interval.start - last.end <= gap_seconds:
            stretches[-1] = Interval(last.start, max(last.end, interval.end))
        else:
            stretches.append(interval)
    return stretches


def vote(candidates: Sequence[ScoredInterval], *, overlap: float) -> list[ScoredInterval]:
    """Gives the candidates that agree best with all, with their votes as scores, best first.

    A candidate gets IoU^0.6 times its score from every one, itself included, as in TFVTG's
    selection of proposals (ECCV 2024).

    Args:
        candidates: With comparable scores.
        overlap: A candidate with more IoU than this with a better one is left out.
    """
    voted = [
        ScoredInterval(
            one.interval,
            sum(
                one.interval.iou(other.interval) ** IOU_POWER * other.score for other in candidates
            ),
        )
        for one in candidates
    ]
    return apart(voted, overlap=overlap)


def apart(candidates: Sequence[ScoredInterval], *, overlap: float) -> list[ScoredInterval]:
    """Gives the candidates without those that have more IoU with a better one, best first."""
    kept: list[ScoredInterval] = []
    for one in ranking.ordered(candidates, lambda one: one.score):
        if all(one.interval.iou(better.interval) <= overlap for better in kept):
            kept.append(one)
    return kept


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
