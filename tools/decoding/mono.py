"""Turns the channels of a sound track into the one that models of speech listen to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.types import SAMPLE_RATE

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame

_CANCELLED = 0.2
"""Share of the loudest channel's power below which the mix has lost what is heard. Two equal
channels that have nothing in common give 1, one that is silent gives 0.5, and a pair of surround
channels, which FFmpeg mixes in at half, 0.25."""
_AS_LOUD = 0.5
"""Share of the loudest channel's power from which another is as good; the first of them is taken,
so that neighbouring pieces take the same."""


class Channels:
    """Gives each frame of one form at `SAMPLE_RATE`: FFmpeg's mix, and its channels beside it.

    Args:
        frame: The first frame; all have its format, layout and rate.
    """

    def __init__(self, frame: AudioFrame) -> None:
        from av.audio.resampler import AudioResampler

        names = [channel.name for channel in frame.layout.channels]
        # The channel of low effects holds no speech, and FFmpeg's mix leaves it out.
        self._full = [row for row, name in enumerate(names) if name != "LFE"]
        self._resampler = AudioResampler("fltp", frame.layout, SAMPLE_RATE)
        self._mixer = AudioResampler("fltp", "mono", SAMPLE_RATE)

    def rows(self, frame: AudioFrame | None) -> Iterator[tuple[AudioFrame, NDArray[np.float32]]]:
        """Yields each frame that is ready, as (1 + C, N) float32; None gives those that are left.

        Yields:
            The frame with its time, and its samples: the mix, then each channel of full range.
        """
        for resampled in self._resampler.resample(frame):
            samples = resampled.to_ndarray()
            for mixed in self._mixer.resample(resampled):
                rows = np.concatenate([mixed.to_ndarray(), samples[self._full]])
                yield mixed, rows.astype(np.float32, copy=False)


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
