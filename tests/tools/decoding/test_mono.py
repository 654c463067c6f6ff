"""Which samples are heard of a sound track of several channels: never what cancels itself out."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from foretell.tools.decoding.mono import heard
from foretell.tools.decoding.video import open_video
from foretell.types import SAMPLE_RATE, Interval
from tests.tools.made_sounds import Samples, tones

SECONDS = 2
VOICE = tones(SECONDS, [Interval(0.0, SECONDS)])
NOISE = np.random.default_rng(1).normal(0, 0.1, (2, len(VOICE))).astype(np.float32)
SILENCE = np.zeros_like(VOICE)


def written(path: Path, channels: NDArray[np.float32], layout: str) -> Path:
    """A file of black pictures whose sound is (C, N) samples, 16 bits each."""
    with av.open(str(path), "w") as opened:
        container: Any = opened
        video = container.add_stream("mpeg4", 10)
        video.width, video.height, video.pix_fmt = 32, 32, "yuv420p"
        audio = container.add_stream("pcm_s16le", SAMPLE_RATE, layout=layout)
        for number in range(10 * SECONDS):
            frame: Any = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(video.encode(frame))
        container.mux(video.encode())
        packed = (channels.T * 32767).astype(np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, "s16", layout)
        frame.sample_rate, frame.time_base, frame.pts = SAMPLE_RATE, Fraction(1, SAMPLE_RATE), 0
        container.mux(audio.encode(frame))
        container.mux(audio.encode())
    return path


def power(samples: Samples) -> float:
    return float(np.square(samples, dtype=np.float64).mean())


@pytest.mark.parametrize(
    ("channels", "layout"),
    [
        ([VOICE, -VOICE], "stereo"),
        ([VOICE, -0.8 * VOICE], "stereo"),
        ([0.5 * VOICE + 0.1 * NOISE[0], -0.5 * VOICE + 0.1 * NOISE[1]], "stereo"),
        ([SILENCE, SILENCE, SILENCE, SILENCE, VOICE, -VOICE], "5.1"),
        ([VOICE, -VOICE, SILENCE, 0.9 * VOICE, SILENCE, SILENCE], "5.1"),
    ],
)
def test_channels_out_of_phase_are_heard(
    tmp_path: Path, channels: list[Samples], layout: str
) -> None:
    file = written(tmp_path / "clip.mkv", np.array(channels), layout)
    with open_video(file, isolate=False) as video:
        sounds = np.concatenate([sound.samples for sound in video.sounds()])
    assert len(sounds) == len(VOICE)
    voice = max(abs(np.vdot(sounds, VOICE)) / np.vdot(VOICE, VOICE), 0.0)
    assert voice > 0.4
    assert power(sounds) < 1.1 * power(VOICE)


@pytest.mark.parametrize(
    ("channels", "layout", "gains"),
    [
        ([VOICE], "mono", [1.0]),
        ([0.5 * VOICE, 0.5 * VOICE], "stereo", [0.7071, 0.7071]),
        ([0.5 * VOICE, SILENCE], "stereo", [0.7071, 0.7071]),
        ([NOISE[0], NOISE[1]], "stereo", [0.7071, 0.7071]),
        ([0.5 * VOICE + 0.2 * NOISE[0], -0.1 * VOICE], "stereo", [0.7071, 0.7071]),
        ([SILENCE, SILENCE, 0.5 * VOICE, VOICE, SILENCE, SILENCE], "5.1", [0, 0, 1, 0, 0, 0]),
        ([SILENCE, SILENCE, SILENCE, SILENCE, SILENCE, VOICE], "5.1", [0, 0, 0, 0, 0, 0.5]),
    ],
)
def test_other_channels_are_mixed_as_ffmpeg_does(
    tmp_path: Path, channels: list[Samples], layout: str, gains: list[float]
) -> None:
    rows = np.array(channels)
    with open_video(written(tmp_path / "clip.mkv", rows, layout), isolate=False) as video:
        sounds = np.concatenate([sound.samples for sound in video.sounds()])
    np.testing.assert_allclose(sounds, np.array(gains, np.float32) @ rows, atol=1e-3)


def test_neighbouring_pieces_take_the_same_channel() -> None:
    for first, second in ((0.999, 1.0), (1.0, 0.999)):
        rows = np.stack([SILENCE, first * VOICE, -second * VOICE])
        np.testing.assert_array_equal(heard(rows), first * VOICE)
    np.testing.assert_array_equal(heard(np.stack([SILENCE] * 3)), SILENCE)
