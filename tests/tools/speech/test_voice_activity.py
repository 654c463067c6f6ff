"""Tells when somebody speaks: real narration, made sounds that are no speech, and odd tracks."""

from __future__ import annotations

import importlib
import subprocess
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from foretell.cli import app
from foretell.tools.decoding.video import open_video
from foretell.tools.speech.voice_activity import VoiceActivity, voice_detection_is_installed
from foretell.types import SAMPLE_RATE, Event, Interval, Sound
from tests.tools.made_sounds import Samples, pieces, tones, write_sounding
from tests.tools.memory_video import MemoryVideo

if not voice_detection_is_installed():
    pytest.skip("the extra 'speech' is not installed", allow_module_level=True)
NASA = "nasa_cleanroom_2video_2audio_2subs.mp4"


@cache
def narration(clip: Path) -> Samples:
    """13 s of a narrator, (N,) float32."""
    with open_video(clip, isolate=False) as video:
        return np.concatenate([sound.samples for sound in video.sounds()])


def silence(seconds: float) -> Samples:
    return tones(seconds, [])


def video(*parts: Samples, start_seconds: float = 0.0) -> MemoryVideo:
    """Shows black for as long as the parts sound, one after the other."""
    samples = np.concatenate(parts)
    whole = Interval(start_seconds, start_seconds + len(samples) / SAMPLE_RATE)
    return MemoryVideo(whole, heard=pieces(samples, start_seconds))


def voices(shown: MemoryVideo, since_seconds: float | None = None) -> list[Event]:
    return list(VoiceActivity().perceive(shown, since_seconds))


def spans(events: list[Event]) -> list[tuple[float, float]]:
    return [(event.interval.start, event.interval.end) for event in events]


def noise(seconds: float) -> Samples:
    return np.random.default_rng(3).normal(0, 0.2, round(seconds * SAMPLE_RATE)).astype(np.float32)


def chords(seconds: float) -> Samples:
    """Four chords a second with overtones that fade, as a piano's."""
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    sound = np.zeros(len(times))
    for number, root in enumerate((220.0, 262.0, 196.0, 247.0)):
        beat = (times * 4).astype(int) % 4 == number
        for note in (root, root * 1.25, root * 1.5):
            for overtone in (1, 2, 3):
                sound += beat * np.sin(2 * np.pi * note * overtone * times) / overtone
    return (0.1 * sound * np.exp(-6 * (times * 4 % 1))).astype(np.float32)


def test_a_narrator_is_heard_at_the_times_of_the_video(videos: Path) -> None:
    shown = video(silence(5.0), narration(videos / NASA), silence(5.0), start_seconds=2.0)
    events = voices(shown)
    assert {(e.kind, e.text, e.source) for e in events} == {
        ("voice", "Somebody speaks.", "voice activity")
    }
    assert all(0.5 <= (event.confidence or 0.0) <= 1.0 for event in events)
    assert spans(events)[0][0] == pytest.approx(7.64, abs=0.1)
    assert spans(events)[-1][1] == pytest.approx(19.2, abs=0.3)
    assert sum(event.interval.duration for event in events) > 10.0
    assert all(one.interval.end < two.interval.start for one, two in pairwise(events))


@pytest.mark.parametrize("sound", [silence(20.0), noise(20.0), chords(20.0), tones(5.0, [])])
def test_sound_that_is_no_voice_gives_nothing(sound: Samples) -> None:
    assert voices(video(sound)) == []
    assert voices(video(sound * 1e-4)) == []


def test_a_video_without_sound_gives_nothing() -> None:
    assert voices(MemoryVideo(Interval(0.0, 5.0))) == []
    assert voices(MemoryVideo(Interval(0.0, 5.0), heard=[Sound(silence(0.0), 0.0)])) == []


def test_windows_are_judged_as_faster_whisper_judges_them_at_once(videos: Path) -> None:
    vad: Any = importlib.import_module("faster_whisper.vad")
    said = narration(videos / NASA)
    samples = np.concatenate([said, noise(30.0), said[::-1], silence(7.0)])
    padded = np.pad(samples, (0, 512 - len(samples) % 512))
    expected = np.asarray(vad.get_vad_model()(padded)).ravel()
    batches = list(VoiceActivity().probabilities(pieces(samples, 1.0)))
    assert [start for start, _ in batches] == [1.0, 33.0]
    np.testing.assert_allclose(np.concatenate([p for _, p in batches]), expected, atol=1e-5)


def test_resuming_gives_exactly_what_ends_then_or_later(videos: Path) -> None:
    said = narration(videos / NASA)
    shown = video(said, silence(3.0), said[::-1], silence(1.0), said[:40_000])
    whole = voices(shown)
    assert len(whole) >= 3
    for since in [*(event.interval.end for event in whole), 0.0, 14.0, 99.0]:
        assert voices(shown, since) == [e for e in whole if e.interval.end >= since]


def test_how_the_sound_is_cut_into_pieces_changes_nothing(videos: Path) -> None:
    said = narration(videos / NASA)
    cuts = [0, 1, 700, 30_000, 30_512, len(said)]
    uneven = [Sound(said[a:b], a / SAMPLE_RATE) for a, b in pairwise(cuts)]
    whole = Interval(0.0, len(said) / SAMPLE_RATE)
    assert voices(MemoryVideo(whole, heard=uneven)) == voices(video(said))


def test_a_pause_in_the_track_keeps_its_times(videos: Path) -> None:
    said = narration(videos / NASA)[: 4 * SAMPLE_RATE]
    shown = MemoryVideo(Interval(0.0, 60.0), heard=[*pieces(said), *pieces(said, 50.0)])
    events = spans(voices(shown))
    first = [(start, end) for start, end in events if start < 10.0]
    again = [(start - 50.0, end - 50.0) for start, end in events if start > 40.0]
    assert len(first) + len(again) == len(events)
    np.testing.assert_allclose(again, first, atol=1e-6)


def test_times_that_go_back_are_heard_once(videos: Path) -> None:
    said = narration(videos / NASA)
    shown = MemoryVideo(Interval(0.0, 13.0), heard=[*pieces(said), *pieces(said, 2.0)])
    ends = [event.interval.end for event in voices(shown)]
    assert ends == sorted(ends)


def test_samples_without_a_value_are_silence(videos: Path) -> None:
    said = narration(videos / NASA).copy()
    said[20_000:20_400] = np.nan
    said[60_000:60_010] = np.inf
    assert voices(video(said, said))[-1].interval.start > 13.0


def test_a_broken_track_is_heard_as_far_as_it_goes(videos: Path) -> None:
    with open_video(videos / "odd/failing_audio.mp4", isolate=False) as opened:
        list(VoiceActivity().perceive(opened, None))


@pytest.mark.parametrize(
    ("clip", "speaks"),
    [
        (NASA, True),
        ("instructional_aria_switch.mp4", False),
        ("ego_kitchen_milk_41s.mp4", False),
        ("odd/vp9_no_duration.webm", False),
    ],
)
def test_real_clips(clip: str, speaks: bool, videos: Path) -> None:
    with open_video(videos / clip, isolate=False) as opened:
        assert bool(list(VoiceActivity().perceive(opened, None))) is speaks


def test_watching_tells_it_by_default(videos: Path, tmp_path: Path) -> None:
    clip = write_sounding(tmp_path / "talk.mkv", [(0.0, narration(videos / NASA))], seconds=13.0)
    library = ["--library", str(tmp_path / "library")]
    given = {"FORETELL_EMBEDDER": "hash", "FORETELL_READ_SCREEN_TEXT": "false"}
    for command in (["watch", str(clip)], ["timeline", str(clip), "--json"]):
        ran = CliRunner().invoke(app, [*command, *library], env=given)
        assert ran.exit_code == 0, ran.output
    assert "Somebody speaks." in ran.output
    assert '"kind": "voice"' in ran.output


def test_it_looks_for_voices_where_there_is_sound(videos: Path) -> None:
    with open_video(videos / NASA) as opened:
        assert VoiceActivity().sees(opened.info) == ("voice",)
    assert VoiceActivity().sees(video(silence(1.0)).info) == ()


def test_a_missing_extra_says_how_to_install_it() -> None:
    program = (
        "import sys; sys.modules['faster_whisper'] = None\n"
        "from foretell.errors import MissingExtra\n"
        "from foretell.tools.speech.voice_activity import VoiceActivity\n"
        "try: VoiceActivity()\n"
        "except MissingExtra as error: print(error)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout == (
        "telling when somebody speaks needs the extra 'speech', which is not installed: "
        "pip install 'foretell[speech]'\n"
    )
