"""Chooses what models of speech listen to: the mix of a sound track, or one of its channels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from foretell import ranking

_CANCELLED = 0.2
"""Share of the loudest channel's power below which the mix has lost what is heard. Two equal
channels that have nothing in common give 1, one that is silent gives 0.5, and a pair of surround
channels, which FFmpeg mixes in at half, 0.25."""
_AS_LOUD = 0.5
"""Share of the loudest channel's power from which another is as good; the first of them is taken,
so that neighbouring pieces take the same."""


def heard(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns (N,) samples of a piece: the mix, or one channel where the mix cancels itself out.

    Channels that are out of phase, as a balanced line that was recorded as two channels gives
    them, add up to silence.

    Args:
        rows: (1 + C, N) the mix, then each channel.
    """
    power = np.square(rows, dtype=np.float64).sum(axis=1)
    loudest = power[1:].max(initial=0.0)
    cancelled = power[0] < _CANCELLED * loudest
    chosen = 1 + ranking.best(power[1:] >= _AS_LOUD * loudest) if cancelled else 0
    samples: NDArray[np.float32] = rows[chosen]
    return samples
