"""Estimates what a static camera sees when nobody is there, and what stands out against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from foretell.tools.pictures.glances import Picture
from foretell.tools.pictures.picture_measures import CHANGED_LEVELS, luminance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SAME_SHARE, _OTHER_SHARE = 0.02, 0.05
_MAX_COMPARED = 600
_MIN_SEEN_SECONDS = 3.0
_MIN_VISIT_SECONDS = 1.5


def estimate_background(samples: Sequence[Picture]) -> NDArray[np.float32] | None:
    """Gives the (H, W, 3) picture of the empty scene; None where no picture is returned to.

    A visitor who stands still for long fills more samples than the empty scene does, so that a
    median over time would show the visitor. The empty scene is instead the state that is returned
    to most often for more than a moment, as no visitor takes up the same pose time and again.
    """
    import numpy as np

    compared = _evenly(samples)
    times = [picture.at_seconds for picture in compared]
    most, empty = (2, _MIN_SEEN_SECONDS), None
    for shares in _differing_shares(compared):
        visits = [v for v in _visit_seconds(shares, times) if v >= _MIN_VISIT_SECONDS]
        if (len(visits), sum(visits)) >= most:
            most, empty = (len(visits), sum(visits)), shares < _SAME_SHARE
    if empty is None:
        return None
    seen = [picture.rgb for picture, is_in in zip(compared, empty, strict=True) if is_in]
    background: NDArray[np.float32] = np.median(seen, axis=0).astype(np.float32)
    return background


def comes_back(pictures: Sequence[Picture]) -> bool:
    """Whether any picture comes back after quite another one was seen."""
    compared = _evenly(pictures)
    times = [picture.at_seconds for picture in compared]
    return any(len(_visit_seconds(shares, times)) > 1 for shares in _differing_shares(compared))


def _evenly(pictures: Sequence[Picture]) -> Sequence[Picture]:
    """Leaves out every so many pictures, so that few enough remain to compare each with each."""
    return pictures[:: max(1, -(-len(pictures) // _MAX_COMPARED))]


def _differing_shares(pictures: Sequence[Picture]) -> Iterator[NDArray[np.float64]]:
    """Gives for each of N pictures the share of pixels in which each differs from it, (N,)."""
    import numpy as np

    grey = np.stack([luminance(picture.rgb)[::2, ::2].ravel() for picture in pictures])
    for picture in grey:
        yield (np.abs(grey - picture) > CHANGED_LEVELS).mean(axis=1)


def _visit_seconds(shares: NDArray[np.float64], times: Sequence[float]) -> list[float]:
    """Gives how long each visit to a state lasted; only something quite different ends one."""
    visits: list[tuple[float, float]] = []
    away = True
    for share, time in zip(shares, times, strict=True):
        if share < _SAME_SHARE:
            visits = [*visits, (time, time)] if away else [*visits[:-1], (visits[-1][0], time)]
            away = False
        elif share > _OTHER_SHARE:
            away = True
    return [end - start for start, end in visits]
