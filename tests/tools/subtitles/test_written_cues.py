"""What is written in any form is read back exactly; random text gives no time of its own."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foretell.errors import DatasetError
from foretell.tools.subtitles.cues import Cue, Sheet
from foretell.tools.subtitles.forms import read_sheet
from foretell.types import Interval, VideoInfo
from tests.tools.subtitles.writers import FRAME, Written, ass, sami, scc, srt, ttml, vtt

VIDEO = VideoInfo("talk.mp4", "hash", Interval(0.0, 5000.0), 640, 480, "h264")
FILE = Path("talk.srt")


def sheet(text: str) -> Sheet:
    return read_sheet(text, VIDEO, FILE)


WORDS = st.sampled_from(
    ["so", "I <3 you", "a --> b", "42", "5 < 6 > 4", "AT&T", "naïve", "…", "#1"]
)
LINES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
THOUSANDTHS = st.integers(0, 4_000_000)


@st.composite
def cues(draw: st.DrawFn) -> list[Cue]:
    told: list[Cue] = []
    for start in sorted(draw(st.lists(THOUSANDTHS, min_size=1, max_size=6, unique=True))):
        end = start + draw(st.integers(1, 9999))
        lines = tuple(draw(st.lists(LINES, min_size=1, max_size=3)))
        told.append(Cue(Interval(start / 1000, end / 1000), lines))
    return told


@pytest.mark.parametrize("write", [srt, vtt, ass, ttml, sami])
@settings(max_examples=60, deadline=None)
@given(told=cues())
def test_what_is_written_is_read_back(write: Written, told: Sequence[Cue]) -> None:
    if write is sami:  # what follows takes the place of what is shown
        ends = [*(cue.interval.start for cue in told[1:]), 5000.0]
        told = [
            Cue(Interval(cue.interval.start, min(cue.interval.end, end)), cue.lines)
            for cue, end in zip(told, ends, strict=True)
        ]
    read = sheet(write(told))
    assert [cue.lines for cue in read.cues] == [cue.lines for cue in told]
    for found, cue in zip(read.cues, told, strict=True):
        assert found.interval.start == pytest.approx(cue.interval.start, abs=1e-9)
        assert found.interval.end == pytest.approx(cue.interval.end, abs=1e-9)
    assert read.faults == read.remarks == []


CAPTION = st.tuples(st.integers(1, 900), st.integers(1, 900), st.text("abcXYZ 019,.?!", min_size=1))


@settings(max_examples=60, deadline=None)
@given(drawn=st.lists(CAPTION, min_size=1, max_size=5))
def test_closed_captions_are_read_back_to_the_frame(drawn: Sequence[tuple[int, int, str]]) -> None:
    told, reached = list[tuple[int, int, str]](), 0
    for after, length, text in drawn:
        start = reached + after + len(text) + 9
        reached = start + length
        told.append((start, reached, " ".join(text.split())))
    read = sheet(scc(told))
    kept = [(start, end, text) for start, end, text in told if text]
    assert [cue.lines for cue in read.cues] == [(text,) for *_, text in kept]
    for cue, (start, end, _) in zip(read.cues, kept, strict=True):
        assert cue.interval.start == pytest.approx(float(start * FRAME))
        assert cue.interval.end == pytest.approx(float(end * FRAME))


PIECES = st.sampled_from(
    [
        *("WEBVTT\n", "[Events]\n", "Scenarist_SCC V1.0\n", "<SAMI>", "<tt>", "<body>", "</tt>"),
        *("Dialogue: ", "Format: Start, End, Text\n", "-->", " --> ", "\n", "\n\n", "1", "0:0:4,8"),
        *("00:00:07.250", "NOTE ", "X-TIMESTAMP-MAP=", "LOCAL:", "<SYNC Start=", "1500", ">", "<p"),
        *(' begin="', '2.5s"', "00:00:01:00\t", "9420 ", "942f", "{\\p1}", "<v Ann>", "&amp;lt;"),
    ]
)
NUMBER = re.compile(r"\d+")


@settings(max_examples=300, deadline=None)
@given(text=st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=30))
def test_random_text_gives_no_time_that_is_not_in_it(text: str) -> None:
    try:
        read = sheet(text)
    except DatasetError:
        return
    if text.startswith("Scenarist_SCC"):
        return  # its times count frames, and are tried above
    written = {int(number) for number in NUMBER.findall(text)}
    for cue in read.cues:
        start = cue.interval.start
        assert {int(start), round(start * 1000)} & written
