"""Clips with sound whose times are known: tones, with silence between them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from foretell.types import SAMPLE_RATE, Interval, Sound

Samples = NDArray[np.float32]


def tones(seconds: float, heard: Sequence[Interval], rate: int = SAMPLE_RATE) -> Samples:
    """(N,) float32: 440 Hz where something is heard, else silence."""
    times = np.arange(round(seconds * rate)) / rate
    loud = np.zeros(len(times), np.bool_)
    for interval in heard:
        loud |= (times >= interval.start) & (times < interval.end)
    return (0.5 * np.sin(2 * np.pi * 440 * times) * loud).astype(np.float32)


def pieces(samples: Samples, start_seconds: float = 0.0) -> list[Sound]:
    """The samples in pieces of a second."""
    cuts = range(0, len(samples), SAMPLE_RATE)
    return [
        Sound(samples[cut : cut + SAMPLE_RATE], start_seconds + cut / SAMPLE_RATE) for cut in cuts
    ]


def write_sounding(
    path: Path,
    parts: Sequence[tuple[float, Samples]],
    *,
    rate: int = SAMPLE_RATE,
    layout: str = "mono",
    codec: str = "pcm_s16le",
    seconds: float = 4.0,
) -> Path:
    """Writes a black video of so many seconds, with each part of sound at its time."""
    with av.open(str(path), "w") as opened:
        container: Any = opened
        video = container.add_stream("libx264", 10)
        video.width, video.height, video.pix_fmt = 32, 32, "yuv420p"
        audio = container.add_stream(codec, rate, layout=layout)
        for number in range(round(seconds * 10)):
            frame: Any = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(video.encode(frame))
        container.mux(video.encode())
        for start_seconds, samples in parts:
            for first in range(0, len(samples), 1024):
                part = samples[first : first + 1024]
                container.mux(audio.encode(_audio(part, layout, rate, start_seconds, first)))
        container.mux(audio.encode())
    return path


def _audio(samples: Samples, layout: str, rate: int, start_seconds: float, first: int) -> Any:
    channels = av.AudioLayout(layout).nb_channels
    whole = np.repeat((samples * 32767).astype(np.int16), channels)[None]
    frame: Any = av.AudioFrame.from_ndarray(whole, "s16", layout)
    frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
    frame.pts = round(start_seconds * rate) + first
    return frame
