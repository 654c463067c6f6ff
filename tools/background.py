"""Estimates what a static camera sees when nobody is there, and what stands out against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from foretell.tools.glances import Picture
from foretell.tools.picture_measures import CHANGED_LEVELS, luminance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SAME_SHARE = 0.02
_MAX_COMPARED = 300
_MIN_SEEN_SECONDS = 3.0
_MIN_VISIT_SECONDS = 1.5


def estimate_background(samples: Sequence[Picture]) -> NDArray[np.float32] | None:
    """Gives the (H, W, 3) picture of the empty scene; None where no picture is returned to.

    A visitor who stands still for long fills more samples than the empty scene does, so that a
    median over time would show the visitor. The empty scene is instead the state that is returned
    to most often, each time by and large the same, which no visitor who moves is.
    """
    import numpy as np

    compared = _evenly(samples)
    times = np.array([picture.at_seconds for picture in compared])
    returns, empty = 1, None
    for members in _likenesses(compared):
        visits = _visit_seconds(members, times)
        lasts = sum(visits) >= _MIN_SEEN_SECONDS and max(visits) >= _MIN_VISIT_SECONDS
        if lasts and len(visits) > returns:
            returns, empty = len(visits), members
    if empty is None:
        return None
    seen = [picture.rgb for picture, is_in in zip(compared, empty, strict=True) if is_in]
    background: NDArray[np.float32] = np.median(seen, axis=0).astype(np.float32)
    return background


def comes_back(pictures: Sequence[Picture]) -> bool:
    """Whether any picture comes back after another one was seen."""
    compared = _evenly(pictures)
    return any(
        any(members[index] and not members[index - 1] for index in range(first + 1, len(members)))
        for first, members in enumerate(_likenesses(compared))
    )


def _evenly(pictures: Sequence[Picture]) -> Sequence[Picture]:
    """Leaves out every so many pictures, so that few enough remain to compare each with each."""
    return pictures[:: max(1, -(-len(pictures) // _MAX_COMPARED))]


def _likenesses(pictures: Sequence[Picture]) -> Iterator[NDArray[np.bool_]]:
    """Gives for each of N pictures which of all look like it, (N,) bool."""
    import numpy as np

    grey = np.stack([luminance(picture.rgb)[::2, ::2].ravel() for picture in pictures])
    for picture in grey:
        yield (np.abs(grey - picture) > CHANGED_LEVELS).mean(axis=1) < _SAME_SHARE


def _visit_seconds(members: NDArray[np.bool_], times: NDArray[np.float64]) -> list[float]:
    """Gives how long each unbroken run of members lasted."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate([[False], members, [False]]).astype(int)))
    return [
        float(times[last - 1] - times[first])
        for first, last in zip(edges[::2], edges[1::2], strict=True)
    ]
