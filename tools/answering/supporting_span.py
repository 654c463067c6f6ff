"""Finds the stretch of a timeline that supports a chosen answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.types import Event, Interval

SMOOTH_SECONDS = 2.0
"""Standard deviation of the bell that evens out the curve of cosines."""
WIDTH_SHARE = 0.2
"""Length of the span, as a share of the timeline."""


def supporting_span(
    cosines: NDArray[np.floating],
    events: Sequence[Event],
    *,
    width_share: float = WIDTH_SHARE,
    smooth_seconds: float = SMOOTH_SECONDS,
) -> Interval:
    """Gives the stretch around the highest point of the evened-out curve of cosines.

    Args:
        cosines: (T,) of what is to be supported with each event.
        events: The T events in order of time, at least one.
        width_share: Length of the span, as a share of the timeline; it is never shorter than the
            best event.
        smooth_seconds: How far neighbours count when the curve is evened out; positive.
    """
    start, end = events[0].interval.start, max(event.interval.end for event in events)
    middles = np.array([(e.interval.start + e.interval.end) / 2.0 for e in events])
    best = events[ranking.best(_smoothed(np.asarray(cosines), middles, smooth_seconds))].interval
    width = max(best.duration, width_share * (end - start))
    first = min(max((best.start + best.end - width) / 2.0, start), end - width)
    return Interval(max(first, start), min(first + width, end))


def _smoothed(
    curve: NDArray[np.floating], middles: NDArray[np.float64], seconds: float
) -> NDArray[np.floating]:
    """Averages a curve with its neighbours, the nearer counting more."""
    first = np.searchsorted(middles, middles - 3.0 * seconds)
    last = np.searchsorted(middles, middles + 3.0 * seconds, side="right")
    evened = np.empty(len(curve))
    for place, (low, high) in enumerate(zip(first, last, strict=True)):
        near = np.exp(-0.5 * ((middles[low:high] - middles[place]) / seconds) ** 2)
        evened[place] = near @ curve[low:high] / near.sum()
    return evened
