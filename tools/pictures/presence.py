"""Finds the stays of somebody or something in front of a known background."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from foretell.tools.pictures.glances import Picture
from foretell.tools.pictures.picture_measures import changed_pixels
from foretell.types import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Side = Literal["left", "right", "top", "bottom"]

_PRESENT_SHARE = 0.03
_ABSENT_SHARE = 0.01
_OTHER_VIEW_SHARE = 0.4
_MIN_EDGE_PIXELS = 5
_EDGE_LEAD = 1.25


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
