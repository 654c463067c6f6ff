"""The stretches in which a curve stays high."""

from __future__ import annotations

from collections.abc import Iterable

from foretell.types import Interval


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
