"""Estimates what a static camera sees when nobody is there, and what stands out against it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from foretell.tools.glances import Picture
from foretell.tools.picture_measures import luminance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CHANGED_LEVELS = 20.0
_SAME_SHARE = 0.02
_MAX_COMPARED = 300
_MIN_SEEN_SECONDS = 3.0
_MIN_VISIT_SECONDS = 1.5


def changed_pixels(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Says where two (H, W, 3) pictures differ, as an (H, W) mask.

    The second is brought to the exposure of the first by the median ratio of their pixels, as
    cameras expose anew when somebody in dark clothes comes into view.
    """
    import numpy as np

    gain = float(np.median((first + 1.0) / (second + 1.0)))
    mask: NDArray[np.bool_] = np.abs(first - second * gain).max(axis=-1) > _CHANGED_LEVELS
    return mask


def estimate_background(samples: Sequence[Picture]) -> NDArray[np.float32] | None:
    """Gives the (H, W, 3) picture of the empty scene; None where no picture is returned to.

    A visitor who stands still for long fills more samples than the empty scene does, so that a
    median over time would show the visitor. The empty scene is instead the state that is returned
    to most often, each time by and large the same, which no visitor who moves is.
    """
    import numpy as np

    compared = samples[:: -(-len(samples) // _MAX_COMPARED)]
    grey = np.stack([luminance(picture.rgb)[::2, ::2].ravel() for picture in compared])
    times = np.array([picture.at_seconds for picture in compared])
    returns, empty = 1, None
    for picture in grey:
        members = (np.abs(grey - picture) > _CHANGED_LEVELS).mean(axis=1) < _SAME_SHARE
        visits = _visit_seconds(members, times)
        lasts = sum(visits) >= _MIN_SEEN_SECONDS and max(visits) >= _MIN_VISIT_SECONDS
        if lasts and len(visits) > returns:
            returns, empty = len(visits), members
    if empty is None:
        return None
    seen = [picture.rgb for picture, is_in in zip(compared, empty, strict=True) if is_in]
    background: NDArray[np.float32] = np.median(seen, axis=0).astype(np.float32)
    return background


def _visit_seconds(members: NDArray[np.bool_], times: NDArray[np.float64]) -> list[float]:
    """Gives how long each unbroken run of members lasted."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate([[False], members, [False]]).astype(int)))
    return [
        float(times[last - 1] - times[first])
        for first, last in zip(edges[::2], edges[1::2], strict=True)
    ]
