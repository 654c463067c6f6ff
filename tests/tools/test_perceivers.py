"""What a video is watched with."""

from __future__ import annotations

from pathlib import Path

from foretell.tools.perceivers import perceivers_for, what_is_missing
from foretell.tools.speech.voice_activity import voice_detection_is_installed


def test_texts_come_first_and_subtitles_beside_the_file_are_found(tmp_path: Path) -> None:
    video, captions = tmp_path / "tea.mp4", tmp_path / "captions.json"
    captions.write_text("[]")
    (tmp_path / "tea.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    sources = [p.source for p in perceivers_for(video, captions=captions, read_screen_text=False)]
    assert sources == [
        "captions:captions.json",
        "subtitles:tea.srt",
        "subtitles:embedded",
        "scenes",
        "motion",
        "slides",
        *(["voice activity"] if voice_detection_is_installed() else []),
    ]


def test_a_subtitle_file_that_is_named_replaces_those_that_are_found(tmp_path: Path) -> None:
    (tmp_path / "tea.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    named = tmp_path / "other.srt"
    named.write_text("1\n00:00:00,000 --> 00:00:01,000\nGood day\n")
    found = perceivers_for(tmp_path / "tea.mp4", subtitles=named, read_screen_text=False)
    assert found[0].source == "subtitles:other.srt"
    assert "subtitles:tea.srt" not in [perceiver.source for perceiver in found]


def test_what_an_extra_would_add_is_said() -> None:
    [sentence] = what_is_missing(ocr_installed=False)
    assert sentence.startswith("on-screen text was not read")
    assert sentence.endswith("pip install 'foretell[ocr]'")
    assert what_is_missing(ocr_installed=True) == ()
    assert what_is_missing(read_screen_text=False, ocr_installed=False) == ()
