import json
from pathlib import Path

import pytest

from foretell.errors import DatasetError
from foretell.memory.tracks import Track
from foretell.tools.importing.imported_text import ImportedText
from foretell.tools.importing.subtitle_tracks import FoundSubtitles, NamedSubtitles
from foretell.tools.watching.perceiver import Perceiver
from foretell.types import Event, Interval
from tests.tools.memory_video import MemoryVideo

CUES = [
    (1, Interval(0.0, 2.0), "hi"),
    (0, Interval(0.0, 2.0), " "),
    (1, Interval(1.0, 12.0), "there"),
    (1, Interval(4.0, 5.0), "you"),
    (2, Interval(0.0, 2.0), "hallo"),
]
VIDEO = MemoryVideo(Interval(0.0, 10.0), cues=CUES)
SRT = """1
00:00:01,000 --> 00:00:20,000
long

2
00:00:02,000 --> 00:00:03,000
short

3
00:00:30,000 --> 00:00:31,000
outside
"""


@pytest.fixture
def perceivers(tmp_path: Path) -> list[Perceiver]:
    """One of each kind."""
    captions, narrations, subtitles = (tmp_path / name for name in ("c.json", "n.csv", "s.srt"))
    captions.write_text(json.dumps({"0_90": "long", "10_20": "early", "20_100": "late"}))
    narrations.write_text("start,end,label\n0,9,wash\n1,2,rinse\n1,1,stop\n")
    subtitles.write_text(SRT)
    return [
        ImportedText.captions(captions),
        ImportedText.narrations(narrations),
        NamedSubtitles(subtitles, "subtitles:s.srt"),
        *FoundSubtitles().perceivers(),
    ]


def perceive(perceiver: Perceiver, since_seconds: float | None = None) -> list[Event]:
    return list(perceiver.perceive(VIDEO, since_seconds))


def test_texts_come_in_order_of_their_ends_under_their_source(perceivers: list[Perceiver]) -> None:
    texts = [[event.text for event in perceive(perceiver)] for perceiver in perceivers]
    assert texts == [
        ["early", "long", "late"],
        ["stop", "rinse", "wash"],
        ["short", "long"],
        ["hi", "you", "there"],
    ]
    sources = ["captions:c.json", "narrations:n.csv", "subtitles:s.srt", "subtitles:embedded"]
    assert [perceiver.source for perceiver in perceivers] == sources
    for perceiver in perceivers:
        events = perceive(perceiver)
        assert {event.source for event in events} == {perceiver.source}
        assert [event.interval.end for event in events] == sorted(e.interval.end for e in events)
        assert all(event.interval.end <= 10.0 for event in events)


def test_resuming_gives_what_ends_then_or_later(perceivers: list[Perceiver]) -> None:
    for perceiver in perceivers:
        whole = perceive(perceiver)
        for kept in whole:
            since = kept.interval.end
            rest = [event for event in whole if event.interval.end >= since]
            assert perceive(perceiver, since) == rest


def test_settings_change_with_the_content_only(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('["a"]')
    first = ImportedText.captions(file).settings
    file.touch()
    assert ImportedText.captions(file).settings == first
    file.write_text('["b"]')
    assert ImportedText.captions(file).settings != first
    assert ImportedText.narrations(file).settings != ImportedText.captions(file).settings
    with pytest.raises(DatasetError, match="cannot read"):
        _ = ImportedText.captions(tmp_path / "absent.json").settings


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    files = [tmp_path / folder / "a.json" for folder in ("monday", "tuesday", "copy")]
    for file, words in zip(files, ("wash", "rinse", "wash"), strict=True):
        file.parent.mkdir()
        file.write_text(json.dumps([{"start": 1, "end": 2, "text": words}]))
    first = ImportedText.captions(files[0])
    tracks = [Track(first.source, first.settings, done=True)]
    again, other, copied = (ImportedText.captions(file, tracks).source for file in files)
    assert [again, other, copied] == ["captions:a.json", "captions:tuesday/a.json", again]
    [event] = perceive(ImportedText.captions(files[1], tracks))
    assert (event.source, event.text) == ("captions:tuesday/a.json", "rinse")
    files[0].write_text(json.dumps([{"start": 1, "end": 2, "text": "dry"}]))
    assert ImportedText.captions(files[0], tracks).source == "captions:a.json"
    assert ImportedText.narrations(files[0], tracks).source == "narrations:a.json"


def test_a_video_without_subtitles_gives_none() -> None:
    [within] = FoundSubtitles().perceivers()
    assert list(within.perceive(MemoryVideo(Interval(0.0, 1.0)), None)) == []
