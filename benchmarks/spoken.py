"""Sentences said by espeak-ng at known times."""

from __future__ import annotations

import io
import shutil
import subprocess
import wave
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell.types import SAMPLE_RATE, Interval

SENTENCES = (
    ("First we open the fridge and take out the milk.", 3.0),
    ("Pour two cups of water into the kettle.", 15.0),
    ("Now cut the bread into thin slices.", 6.0),
    ("The onions are already golden brown.", 20.0),
    ("Please hand me the wooden spoon.", 8.0),
    ("Finally, put the plate on the table.", 12.0),
)
"""What is said, and the pause before it in seconds."""
_HEARD = 0.01
"""Amplitude from which a sample is part of a word."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """(N,) float32 at 16 kHz, and when each sentence is heard in it."""

    samples: NDArray[np.float32]
    heard: tuple[Interval, ...]


def espeak_is_installed() -> bool:
    return shutil.which("espeak-ng") is not None


def spoken(sentences: Sequence[tuple[str, float]] = SENTENCES) -> Spoken:
    """Says sentences after their pauses, over a faint noise."""
    parts, heard, at = list[NDArray[np.float32]](), list[Interval](), 0
    for sentence, pause in sentences:
        words = _said(sentence)
        loud = np.flatnonzero(abs(words) > _HEARD)
        begins = at + round(pause * SAMPLE_RATE)
        first, last = begins + int(loud[0]), begins + int(loud[-1])
        heard.append(Interval(first / SAMPLE_RATE, last / SAMPLE_RATE))
        parts += [np.zeros(begins - at, np.float32), words]
        at = begins + len(words)
    samples = np.concatenate([*parts, np.zeros(3 * SAMPLE_RATE, np.float32)])
    noise = np.random.default_rng(0).normal(0.0, 1e-3, len(samples))
    return Spoken((samples + noise).astype(np.float32), tuple(heard))


def _said(sentence: str) -> NDArray[np.float32]:
    """Returns a sentence at 16 kHz."""
    command = ["espeak-ng", "-v", "en-us", "-s", "150", "--stdout", sentence]
    written = subprocess.run(command, capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(written)) as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
    times = np.arange(int(len(samples) * SAMPLE_RATE / rate)) * rate / SAMPLE_RATE
    return np.asarray(np.interp(times, np.arange(len(samples)), samples), np.float32)
