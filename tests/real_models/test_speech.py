"""Whisper tiny.en: when sentences begin, which words they have, and what it invents."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks.spoken import SENTENCES, espeak_is_installed, spoken
from foretell.tools.decoding.video import open_video
from foretell.tools.speech.perceiver import Speech
from foretell.tools.speech.whisper import WhisperTranscriber


@pytest.fixture(scope="module")
def transcriber(whisper_folder: Path) -> WhisperTranscriber:
    return WhisperTranscriber(str(whisper_folder), device="cpu")


def test_each_sentence_begins_when_it_is_said(transcriber: WhisperTranscriber) -> None:
    if not espeak_is_installed():
        pytest.skip("espeak-ng is not installed, which says the sentences")
    made = spoken()
    said = transcriber.transcribe(made.samples)
    assert len(said) == len(SENTENCES)
    late = [abs(a.interval.start - b.start) for a, b in zip(said, made.heard, strict=True)]
    assert np.mean(late) <= 0.3
    assert max(late) <= 0.6
    words = {word for sentence, _ in SENTENCES for word in re.findall(r"\w+", sentence.lower())}
    heard = {word for one in said for word in re.findall(r"\w+", one.text.lower())}
    assert len(words & heard) >= 0.85 * len(words)


def test_real_clips_tell_what_is_said_and_nothing_of_a_pan(
    transcriber: WhisperTranscriber, videos: Path
) -> None:
    perceiver = Speech(transcriber)
    with open_video(videos / "kitchen_pancake_flip.mkv") as pan:
        assert list(perceiver.perceive(pan, None)) == []
    with open_video(videos / "nasa_cleanroom_2video_2audio_2subs.mp4") as talk:
        events = list(perceiver.perceive(talk, None))
    told = " ".join(event.text for event in events).lower()
    assert "space telescope" in told
    assert "goddard space flight center" in told
    starts = [event.interval.start for event in events]
    assert starts == pytest.approx([0.21, 4.26, 8.35], abs=0.6)
