"""Finds the stays of somebody or something in front of a known background."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from foretell.tools.pictures.glances import Picture
from foretell.tools.pictures.picture_measures import CHANGED_LEVELS, changed_pixels, luminance
from foretell.types import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


Side = Literal["left", "right", "top", "bottom"]
_PRESENT_SHARE = 0.03
"""Share of changed pixels that a stay needs at its fullest."""
_ABSENT_SHARE = 0.01
"""Share at which a stay begins and ends; empty pictures differ in 0.000."""
_OTHER_VIEW_SHARE = 0.4
"""Share above which the camera looks elsewhere."""
_MIN_EDGE_PIXELS = 5
"""Pixels at a side of the picture that somebody who enters touches."""
_EDGE_LEAD = 1.25
"""How much more of one side than of the next is touched, for that side to be named."""
_SAME_SHARE, _OTHER_SHARE = 0.02, 0.05
_MAX_COMPARED = 600
"""Pictures among which the empty scene is looked for; time grows with the square."""
_MIN_SEEN_SECONDS = 3.0
"""Seconds that an empty scene is seen in all, at least."""
_MIN_VISIT_SECONDS = 1.5
"""Seconds of a visit to a state, which passing by does not reach."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A time for which something hides a part of the background.

    Attributes:
        interval: When.
        arrives: Whether it was seen to come; else it was there from the beginning.
        leaves: Whether it was seen to go; else it was there until the end.
        entered_from: The side of the picture that it came in by, or None where that is not clear.
        left_to: The side that it went out by.
    """

    interval: Interval
    arrives: bool
    leaves: bool
    entered_from: Side | None
    left_to: Side | None


def find_stays(
    samples: Sequence[Picture], background: NDArray[np.float32], within: Interval
) -> list[Stay]:
    """Gives the stays among `samples`, which cover `within`; a boundary lies between two samples.

    A stay is a run of samples that hide more than 1 % of the background, one of them more than 3 %.
    Where more than 40 % is hidden the camera is thought to have moved, and there are none.
    """
    masks = [changed_pixels(background, sample.rgb) for sample in samples]
    shares = [float(mask.mean()) for mask in masks]
    if max(shares) > _OTHER_VIEW_SHARE:
        return []
    edges = [(one.at_seconds + two.at_seconds) / 2 for one, two in itertools.pairwise(samples)]
    edges = [within.start, *edges, within.end]
    return [
        Stay(
            interval=Interval(edges[first], edges[last + 1]),
            arrives=first > 0,
            leaves=last + 1 < len(masks),
            entered_from=_side(masks[first : first + 2]) if first else None,
            left_to=_side(masks[max(first, last - 1) : last + 1]) if masks[last + 1 :] else None,
        )
        for first, last in _runs([share > _ABSENT_SHARE for share in shares])
        if max(shares[first : last + 1]) > _PRESENT_SHARE
    ]


def _runs(flags: Sequence[bool]) -> list[tuple[int, int]]:
    """Gives the first and the last index of each unbroken run of true flags."""
    runs: list[tuple[int, int]] = []
    for index, flag in enumerate(flags):
        if not flag:
            continue
        if runs and runs[-1][1] == index - 1:
            runs[-1] = (runs[-1][0], index)
        else:
            runs.append((index, index))
    return runs


def _side(masks: Sequence[NDArray[np.bool_]]) -> Side | None:
    """Gives the side of the picture that the masks touch clearly more than any other."""
    touched: dict[Side, int] = {
        "left": sum(int(mask[:, 0].sum()) for mask in masks),
        "right": sum(int(mask[:, -1].sum()) for mask in masks),
        "top": sum(int(mask[0].sum()) for mask in masks),
        "bottom": sum(int(mask[-1].sum()) for mask in masks),
    }
    second, first = sorted(touched, key=lambda side: touched[side])[-2:]
    clear = touched[first] >= max(_MIN_EDGE_PIXELS, _EDGE_LEAD * touched[second])
    return first if clear else None


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
