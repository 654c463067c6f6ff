"""The sound of a file: mono at 16 kHz, at its own times, whatever decodes the pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from foretell.errors import VideoError
from foretell.tools.decoding.pyav_backend import write_video
from foretell.tools.decoding.video import VideoBackend, open_video
from foretell.types import SAMPLE_RATE, Interval, Sound
from tests.tools.made_sounds import Samples, tones, write_sounding

MIDDLE = [Interval(1.0, 2.0)]


def loud(sounds: list[Sound]) -> Interval:
    """From the first to the last sample that can be heard."""
    times = np.concatenate(
        [s.pts_seconds + np.flatnonzero(abs(s.samples) > 0.05) / SAMPLE_RATE for s in sounds]
    )
    return Interval(float(times.min()), float(times.max()))


@pytest.mark.parametrize(
    ("rate", "layout", "codec"),
    [(16_000, "mono", "pcm_s16le"), (44_100, "stereo", "aac"), (48_000, "5.1", "pcm_s16le")],
)
def test_any_layout_and_rate_becomes_mono_at_16_khz(
    tmp_path: Path, rate: int, layout: str, codec: str
) -> None:
    samples = tones(3.0, MIDDLE, rate)
    form = {"rate": rate, "layout": layout, "codec": codec}
    file = write_sounding(tmp_path / "tone.mkv", [(0.0, samples)], **form)  # type: ignore[arg-type]
    with open_video(file, isolate=False) as video:
        sounds = list(video.sounds())
    assert sum(len(sound.samples) for sound in sounds) == pytest.approx(3 * SAMPLE_RATE, abs=2048)
    assert max(len(sound.samples) for sound in sounds) <= 1.1 * SAMPLE_RATE
    heard = loud(sounds)
    assert (heard.start, heard.end) == pytest.approx((1.0, 2.0), abs=0.05)


@pytest.mark.parametrize(("backend", "isolate"), [("pyav", True), ("decord", False)])
def test_every_way_to_decode_gives_the_same_sound(
    tmp_path: Path, backend: VideoBackend, isolate: bool
) -> None:
    if backend == "decord":
        pytest.importorskip("decord", reason="decord has no build for this platform")
    file = write_sounding(tmp_path / "tone.mp4", [(0.0, tones(3.0, MIDDLE))], codec="aac")
    with open_video(file, isolate=False) as video:
        expected = list(video.sounds())
    with open_video(file, backend=backend, isolate=isolate) as video:
        found = list(video.sounds())
    assert [sound.pts_seconds for sound in found] == [sound.pts_seconds for sound in expected]
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one.samples, other.samples)


def test_sound_that_pauses_keeps_its_times(tmp_path: Path) -> None:
    beep: Samples = tones(0.5, [Interval(0.0, 0.5)])
    file = write_sounding(tmp_path / "gap.mkv", [(0.25, beep), (3.0, beep)])
    with open_video(file, isolate=False) as video:
        sounds = list(video.sounds())
    assert [sound.pts_seconds for sound in sounds] == pytest.approx([0.25, 3.0], abs=0.01)
    assert [sound.end_seconds for sound in sounds] == pytest.approx([0.75, 3.5], abs=0.01)


@pytest.mark.parametrize("isolate", [True, False])
def test_a_file_without_sound_gives_none(tmp_path: Path, isolate: bool) -> None:
    file = tmp_path / "silent.mp4"
    write_video(file, [np.zeros((32, 32, 3), np.uint8)] * 5, frames_per_second=10)
    with open_video(file, isolate=isolate) as video:
        assert list(video.sounds()) == []
        assert video.damage is None
    with pytest.raises(VideoError, match="was closed; open it again"):
        next(video.sounds())


def test_packets_that_are_broken_are_told_of(tmp_path: Path) -> None:
    samples = np.random.default_rng(1).normal(0.0, 0.2, 64_000).astype(np.float32)
    file = write_sounding(tmp_path / "broken.mkv", [(0.0, samples)], codec="flac", seconds=1.0)
    data = bytearray(file.read_bytes())
    for place in range(len(data) // 2, len(data) - 2000, 500):
        data[place] ^= 0xFF
    file.write_bytes(data)
    with open_video(file, isolate=False) as video:
        heard = sum(len(sound.samples) for sound in video.sounds())
        assert heard > 16_000
        assert video.damage is not None
        assert "packets of its sound cannot be decoded" in video.damage


def test_the_sound_of_real_clips(videos: Path) -> None:
    with open_video(videos / "nasa_cleanroom_2video_2audio_2subs.mp4") as video:
        sounds = list(video.sounds())
    assert sounds[0].pts_seconds == 0.0
    assert sounds[-1].end_seconds == pytest.approx(13.056, abs=0.01)


def test_a_layout_that_changes_half_way(tmp_path: Path) -> None:
    samples = tones(2.0, [Interval(0.0, 2.0)], 48_000)
    parts = [
        write_sounding(
            tmp_path / f"{layout}.ts", [(0.0, samples)], rate=48_000, layout=layout, codec="mp2"
        ).read_bytes()
        for layout in ("stereo", "mono")
    ]
    file = tmp_path / "both.ts"
    file.write_bytes(b"".join(parts))
    with open_video(file, isolate=False) as video:
        sounds = list(video.sounds())
    assert sum(len(sound.samples) for sound in sounds) == pytest.approx(4 * SAMPLE_RATE, rel=0.03)
    long = [sound for sound in sounds if len(sound.samples) > SAMPLE_RATE / 2]
    assert all(abs(sound.samples).max() > 0.3 for sound in long)
