"""Measures when speech is told to begin, and what it costs, beside segments as Whisper gives them.

python -m benchmarks.bench_speech

Whisper tiny.en (`make real-models`) hears six sentences of espeak-ng with pauses of 3 to 20 s
between them, and the talk of NASA's clip in FORETELL_DATA.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Row, table
from benchmarks.real_weights import WHISPER_TINY, Absent
from benchmarks.spoken import espeak_is_installed, spoken
from foretell.tools.decoding.video import open_video
from foretell.tools.speech.whisper import WhisperTranscriber

Samples = NDArray[np.float32]
Starts = Callable[[Samples], list[float]]
NASA = "nasa_cleanroom_2video_2audio_2subs.mp4"
NASA_STARTS = (0.21, 4.26, 8.35)
"""When its subtitles begin."""


def talks() -> list[tuple[str, Samples, Sequence[float]]]:
    """Returns each talk with the times at which its sentences begin."""
    found = list[tuple[str, Samples, Sequence[float]]]()
    if espeak_is_installed():
        made = spoken()
        found.append(("six made sentences", made.samples, [one.start for one in made.heard]))
    clip = Path(os.environ.get("FORETELL_DATA", "../shared/data")) / "videos" / NASA
    if clip.is_file():
        with open_video(clip) as video:
            samples = np.concatenate([sound.samples for sound in video.sounds()])
        found.append(("the nasa clip", samples, NASA_STARTS))
    return found


def of_segments(folder: Path) -> Starts:
    """Returns what hears as faster-whisper does when it is told nothing."""
    library: Any = importlib.import_module("faster_whisper")
    model = library.WhisperModel(str(folder), device="cpu")
    return lambda samples: [one.start for one in model.transcribe(samples, vad_filter=True)[0]]


def of_words(folder: Path) -> Starts:
    """Returns what hears as foretell does."""
    transcriber = WhisperTranscriber(str(folder), device="cpu")
    return lambda samples: [one.interval.start for one in transcriber.transcribe(samples)]


def error(true: Sequence[float], told: Sequence[float]) -> float:
    """Returns the mean distance from each true start to that of what is told of its sentence.

    One that is told as part of an earlier one begins with that.
    """
    before = [max((at for at in told if at <= one + 1.0), default=0.0) for one in true]
    return mean(abs(one - at) for one, at in zip(true, before, strict=True))


def rows() -> list[Row]:
    """Measures both on each talk."""
    folder = WHISPER_TINY.path().parent
    ways = {"segments": of_segments(folder), "words": of_words(folder)}
    measured = list[Row]()
    for name, samples, true in talks():
        errors, taken = dict[str, float](), dict[str, float]()
        for way, starts in ways.items():
            starts(samples[:16_000])
            began = time.process_time()
            errors[way] = error(true, starts(samples))
            taken[way] = time.process_time() - began
        beside = f"segments: {errors['segments']:.2f} s"
        measured.append(Row(f"{name}: error of starts", errors["words"], "s", beside, "<= 0.3 s"))
        share = taken["words"] / taken["segments"]
        beside = f"segments: {taken['segments']:.2f} s, {share:.2f} x"
        measured.append(Row(f"{name}: CPU", taken["words"], "s", beside, "<= 0.15 x"))
    return measured


if __name__ == "__main__":
    try:
        print(table(rows()))
    except Absent as absent:
        sys.exit(str(absent))
