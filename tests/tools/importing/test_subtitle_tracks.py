"""Of the subtitles that are found, each language is told once, and what is left out is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from foretell.tools.importing.sidecars import find_sidecars
from foretell.tools.importing.subtitle_tracks import FoundSubtitles, FoundTrack
from foretell.tools.watching.perceiver import Remarking
from foretell.types import Interval, VideoInfo
from tests.tools.memory_video import MemoryVideo

SAID = ["Welcome to the show", "Our guest grows tomatoes", "Thank you and good night"]
GESAGT = ["Willkommen zur Sendung", "Unser Gast baut Tomaten an", "Danke und gute Nacht"]
SIGN = ["[Exit]"]


def srt(lines: Sequence[str]) -> str:
    cues = (f"00:0{n},0 --> 00:0{n},9\n{line}\n" for n, line in enumerate(lines, start=1))
    return "\n".join(cues)


@dataclass(frozen=True)
class WithTracks(MemoryVideo):
    """A video whose tracks have languages."""

    languages: tuple[str, ...] = ()

    @property
    def info(self) -> VideoInfo:
        return replace(super().info, subtitle_tracks=self.languages)


def video(**tracks: Sequence[str]) -> WithTracks:
    """Gives a video of 10 s with a track for each name, a language and any letter."""
    cues = [
        (number, Interval(float(second), second + 0.9), line)
        for number, lines in enumerate(tracks.values())
        for second, line in enumerate(lines, start=1)
    ]
    languages = tuple(name.split("_")[0] for name in tracks)
    return WithTracks(Interval(0.0, 10.0), cues=cues, languages=languages)


def told(folder: Path, files: Mapping[str, str], shown: MemoryVideo) -> dict[str, list[str]]:
    """Gives what each source says that says anything."""
    for name, text in files.items():
        (folder / name).write_text(text)
    found = FoundSubtitles(find_sidecars(folder / "talk.mp4")).perceivers()
    said = {one.source: [event.text for event in one.perceive(shown, None)] for one in found}
    return {source.removeprefix("subtitles:"): texts for source, texts in said.items() if texts}


VTT = "WEBVTT\n\n" + srt(SAID).replace(",", ".")


@pytest.mark.parametrize(
    ("files", "tracks", "kept"),
    [
        ({"talk.en.srt": srt(SAID), "talk.en.vtt": VTT}, {}, {"talk.en.srt": SAID}),
        ({"talk.srt": srt(SAID), "talk.en.vtt": VTT}, {}, {"talk.srt": SAID}),
        ({"talk.en.srt": srt(SAID), "talk.eng.vtt": VTT}, {}, {"talk.en.srt": SAID}),
        (
            {"talk.en.forced.srt": srt(SIGN), "talk.en.srt": srt(SAID)},
            {},
            {"talk.en.srt": SAID},
        ),
        ({"talk.forced.srt": srt(SIGN), "talk.en.srt": srt(SAID)}, {}, {"talk.en.srt": SAID}),
        ({"talk.en.srt": srt(SAID[:2]), "talk.en-US.vtt": VTT}, {}, {"talk.en-US.vtt": SAID}),
        (
            {"talk.en.srt": srt(SAID), "talk.de.srt": srt(GESAGT)},
            {},
            {"talk.en.srt": SAID, "talk.de.srt": GESAGT},
        ),
        ({"talk.forced.srt": srt(SIGN)}, {}, {"talk.forced.srt": SIGN}),
        ({}, {"und": SIGN, "und_2": SAID}, {"embedded": SAID}),
        ({}, {"eng": SAID[:2], "eng_2": SAID}, {"embedded": SAID}),
        ({}, {"eng": SAID, "ger": GESAGT}, {"embedded": SAID}),
        ({}, {"ger": SIGN, "eng": SAID}, {"embedded": SAID}),
        ({"talk.srt": srt(SAID)}, {"eng": SAID}, {"talk.srt": SAID}),
        ({"talk.srt": srt(SAID[:2])}, {"eng": SAID}, {"embedded": SAID}),
        ({"talk.de.srt": srt(GESAGT)}, {"eng": SAID}, {"talk.de.srt": GESAGT, "embedded": SAID}),
    ],
)
def test_each_language_is_told_once(
    tmp_path: Path,
    files: Mapping[str, str],
    tracks: Mapping[str, Sequence[str]],
    kept: Mapping[str, Sequence[str]],
) -> None:
    assert told(tmp_path, files, video(**tracks)) == kept


def remarks(perceiver: FoundTrack, shown: MemoryVideo) -> Sequence[str]:
    assert isinstance(perceiver, Remarking)
    return perceiver.remarks(shown)


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    for name, text in (("talk.en.srt", srt(SAID)), ("talk.en.vtt", VTT)):
        (tmp_path / name).write_text(text)
    found = FoundSubtitles(find_sidecars(tmp_path / "talk.mp4")).perceivers()
    shown = video(und=SIGN, eng=SAID)
    assert [list(remarks(one, shown)) for one in found] == [
        [],
        ["talk.en.vtt is left out, as talk.en.srt says as much"],
        [
            "of 2 subtitle tracks that say something, track 2 is read (eng)",
            "the subtitle track is left out, as talk.en.srt says as much",
        ],
    ]


@pytest.mark.parametrize(
    ("content", "remark"),
    [
        ("no subtitles at all", "subtitles were found and not read: "),
        ("", "subtitles were found and not read: "),
        ("1\n00:20,0 --> 00:21,0\nlate\n", "subtitles were found and not read: "),
        (srt(SAID) + "\n00:05,0 --> 00:04,0\nbad\n", "talk.srt: 1 cue cannot be read: line 10: "),
    ],
)
def test_a_file_that_is_found_blocks_nothing(tmp_path: Path, content: str, remark: str) -> None:
    (tmp_path / "talk.srt").write_text(content)
    beside, within = FoundSubtitles(find_sidecars(tmp_path / "talk.mp4")).perceivers()
    shown = video(eng=SAID)
    assert remarks(beside, shown)[0].startswith(remark)
    texts = [event.text for one in (beside, within) for event in one.perceive(shown, None)]
    assert texts == SAID


def test_rolling_captions_of_a_track_are_told_once() -> None:
    rolling = ["hello", "hello\nmy world", "my world\nand you"]
    cues = [(0, Interval(float(n), n + 1.0), text) for n, text in enumerate(rolling)]
    shown = WithTracks(Interval(0.0, 10.0), cues=cues, languages=("eng",))
    [within] = FoundSubtitles().perceivers()
    assert [event.text for event in within.perceive(shown, None)] == [
        "hello",
        "my world",
        "and you",
    ]
