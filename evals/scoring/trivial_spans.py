"""Spans that need no look at a video: what every score of spans should be read beside."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SHARES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "whole-video": (0.0, 1.0),
        "first-half": (0.0, 0.5),
        "middle-half": (0.25, 0.75),
        "last-60%": (0.4, 1.0),
    }
)


def trivial_spans(durations: Floats, seed: int = 0) -> dict[str, Floats]:
    """Returns (N, 2) starts and ends in seconds by the name of what is always answered.

    Args:
        durations: (N,) seconds of each video.
        seed: Of "random", whose two ends are drawn evenly.
    """
    drawn = np.sort(np.random.default_rng(seed).random((len(durations), 2)), axis=1)
    fixed = {name: np.array(share) * durations[:, None] for name, share in _SHARES.items()}
    return {"random": drawn * durations[:, None], **fixed}
