"""What a file counts its times in is decided by its words, its numbers and the video's length."""

from __future__ import annotations

import contextlib
import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foretell.errors import DatasetError
from foretell.tools.importing.captions import read_captions
from foretell.tools.importing.narrations import read_narrations
from foretell.types import Event, Interval, VideoInfo

RATE = 25
SECONDS = 60.0
VIDEO = VideoInfo("v.mp4", "hash", Interval(0.0, SECONDS), 640, 480, "h264")
FRAMES = [n / RATE for n in range(int(SECONDS * RATE))]
Timed = list[tuple[float, float, str]]


def info(seconds: float, name: str = "v.mp4") -> VideoInfo:
    return VideoInfo(name, "hash", Interval(0.0, seconds), 640, 480, "h264")


def captions(tmp_path: Path, content: object, video: VideoInfo = VIDEO) -> Timed:
    file = tmp_path / "texts"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    frames = [time for time in FRAMES if time < video.interval.end]
    return timed(read_captions(file, video, lambda: frames))


def timed(events: list[Event]) -> Timed:
    return [(one.interval.start, one.interval.end, one.text) for one in events]


def rows(*spans: tuple[object, object], **names: str) -> list[dict[str, object]]:
    start, end = names.get("start", "start"), names.get("end", "end")
    return [{start: a, end: b, "text": f"text {n}"} for n, (a, b) in enumerate(spans)]


SAID = [(0.0, 4.0, "text 0"), (4.0, 12.5, "text 1")]


@pytest.mark.parametrize(
    "content",
    [
        "start\tend\ttext\n0\t4000\ttext 0\n4000\t12500\ttext 1\n",
        rows((0, 4000), (4000, 12500)),
        rows(("0", "4000"), (4000.0, "12500")),
        rows((0, 4000), (4000, 12500), start="start_ms", end="end_ms"),
        rows(("0 ms", "4000ms"), ("4 s", "12.5s")),
        rows((0, 4), (4, 12.5)),
        rows((0, 4), (4, 12.5), start="start_sec", end="end_sec"),
        {"start": [0, 4], "end": [4, 12.5], "text": ["text 0", "text 1"]},
        {
            "start": {"0": 0, "1": 4},
            "end": {"0": 4, "1": 12.5},
            "text": {"0": "text 0", "1": "text 1"},
        },
        {"v": {"start": [0, 4000], "end": [4000, 12500], "caption": ["text 0", "text 1"]}},
        {"video": "v", "start": [0, 4], "end": [4, 12.5], "text": ["text 0", "text 1"]},
        {
            "video_id": ["v", "v", "w"],
            "start": [0, 4, 9],
            "end": [4, 12.5, 10],
            "text": [*"0", *"1x"],
        }
        | {"text": ["text 0", "text 1", "x"]},
    ],
)
def test_milliseconds_and_seconds_by_evidence(tmp_path: Path, content: object) -> None:
    assert captions(tmp_path, content) == SAID


def test_what_is_read_as_milliseconds_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    captions(tmp_path, rows((0, 4000), (4000, 12500)))
    assert "times up to 12500 cannot be seconds of 'v.mp4'" in caplog.text
    assert "which ends at 60.0 s, and were read as milliseconds" in caplog.text


def test_frames_by_evidence_and_by_name(tmp_path: Path) -> None:
    spans = [(n, n + 250) for n in range(0, 1500, 250)]
    expected = [(n / RATE, (n + 250) / RATE, f"text {n // 250}") for n in range(0, 1500, 250)]
    assert captions(tmp_path, rows(*spans)) == expected
    named = rows((0, 50), (50, 75), start="start_frame", end="end_frame")
    assert captions(tmp_path, named) == [(0.0, 2.0, "text 0"), (2.0, 3.0, "text 1")]
    with pytest.raises(DatasetError, match=r"frames 0 to 1501 are not in 'v\.mp4', which has"):
        captions(tmp_path, rows((0, 1501), start="start_frame", end="end_frame"))


def test_frames_at_another_rate_are_not_taken_for_this_files(tmp_path: Path) -> None:
    spans = [(n, n + 150) for n in range(0, 900, 150)]  # of 60 s at 15 frames a second
    with pytest.raises(DatasetError, match=r"5 of 6 texts begin after 'v\.mp4' ends, at 60\.0 s"):
        captions(tmp_path, rows(*spans))
    with pytest.raises(DatasetError, match="all 5 texts lie outside the video"):
        captions(tmp_path, rows(*spans[1:]))
    keys = {f"{start}_{end}": "x" for start, end in spans}
    with pytest.raises(DatasetError) as refused:
        captions(tmp_path, keys)
    assert "the keys end at 900, which is 36.0 s as frames, 900.0 s as seconds" in str(
        refused.value
    )


def test_what_may_be_either_is_refused(tmp_path: Path) -> None:
    spans = [(n, n + 500) for n in range(0, 1500, 500)]
    with pytest.raises(DatasetError, match="may be milliseconds or frames of it; name the columns"):
        captions(tmp_path, rows(*spans))


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["0_19", "20_39", "40_59"], [(0, 19), (20, 39), (40, 59)]),
        (["0_500", "500_1500"], [(0, 20), (20, 60)]),
        (["0_20000", "20000_60000"], [(0, 20), (20, 60)]),
        (["0.0_20.5", "20.5_60.0"], [(0, 20.5), (20.5, 60)]),
        (["0s_9s", "10s_19s"], [(0, 9), (10, 19)]),
        (["00:00_00:30", "00:30_01:00"], [(0, 30), (30, 60)]),
    ],
)
def test_keys_count_what_makes_them_end_with_the_video(
    tmp_path: Path, keys: list[str], expected: list[tuple[float, float]]
) -> None:
    for value in ("x", {"caption": "x"}):
        content = dict.fromkeys(keys, value) | {"subject_registry": {}}
        assert captions(tmp_path, content) == [(*span, "x") for span in expected]
        assert captions(tmp_path, {"v": content, "w": {"0_9": "y"}}) == [
            (*span, "x") for span in expected
        ]


@pytest.mark.parametrize(
    "content",
    [
        "start,end,label\n0,4000,open\n4000,12500,close\n",
        [{"segment": [0, 4000], "label": "open"}, {"segment": [4000, 12500], "label": "close"}],
        {"start": [0, 4000], "end": [4000, 12500], "action": ["open", "close"]},
    ],
)
def test_actions_are_counted_alike(tmp_path: Path, content: object) -> None:
    file = tmp_path / "actions"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    assert timed(read_narrations(file, VIDEO)) == [(0.0, 4.0, "open"), (4.0, 12.5, "close")]


def test_points_are_counted_alike(tmp_path: Path) -> None:
    file = tmp_path / "points"
    points = [{"timestamp": 1000 * n, "narration": f"text {n}"} for n in range(0, 40, 2)]
    file.write_text(json.dumps(points))
    assert timed(read_narrations(file, VIDEO))[:2] == [(0.0, 2.0, "text 0"), (2.0, 4.0, "text 2")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([{"start": 0, "end": 4, "text": "x", "video": "v"}, {"start": 4, "end": 8, "text": "y"}],
         "item 2: names no video, and other rows do"),
        ("video,start,end,text\nv,0,4,x\n,4,8,y\n", "line 3: names no video, and other rows do"),
        ('{"v": [],\n"v": []}', "line 2: the key 'v' stands twice in one object"),
        ('{"v/v.mp4": [{"start": 0, "end": 1, "text": "x"}], "w/v.mp4": []}',
         "each may be 'v.mp4'; name one like the file"),
        ("start,end,text,Text\n0,1,a,b\n", "line 1: the column 'text' stands twice"),
        ({"start": [0, 1], "end": [1], "text": ["a", "b"]},
         "column 'end' has 1 values and 'start' has 2"),
        ([{"start_frame": 1, "end": 2, "text": "x"}], "one end counts frames and the other does"),
    ],
)  # fmt: skip
def test_what_is_refused(tmp_path: Path, content: object, message: str) -> None:
    with pytest.raises(DatasetError) as refused:
        captions(tmp_path, content)
    assert message in str(refused.value)


def test_a_path_names_its_file(tmp_path: Path) -> None:
    of_two = [{"video_path": f"data\\{name}.mp4", **row} for name in "vw" for row in rows((0, 4))]
    assert captions(tmp_path, of_two) == [(0.0, 4.0, "text 0")]


WHOLE = st.lists(st.integers(1, 9), min_size=2, max_size=9)
UNITS = st.sampled_from(["seconds", "milliseconds", "named", "written", "clock", "columns", "keys"])


@settings(max_examples=100, deadline=None)
@given(WHOLE, UNITS)
def test_each_unit_that_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], unit: str
) -> None:
    """Rows that cover a video, in each of the units that a file may count in."""
    borders = [sum(lengths[:n]) for n in range(len(lengths) + 1)]
    spans = list(pairwise(borders))
    wanted = [(float(a), float(b), f"text {n}") for n, (a, b) in enumerate(spans)]
    in_ms = [(1000 * a, 1000 * b) for a, b in spans]
    texts = [text for *_, text in wanted]
    content: object = {
        "seconds": rows(*spans),
        "milliseconds": rows(*in_ms),
        "named": rows(*in_ms, start="start_ms", end="end_ms"),
        "written": rows(*((f"{a} ms", f"{b} ms") for a, b in in_ms)),
        "clock": rows(*((f"00:{a:02}", f"00:{b:02}") for a, b in spans if b < 60)),
        "columns": {"start": borders[:-1], "end": borders[1:], "text": texts},
        "keys": {f"{a}_{b}": text for (a, b), text in zip(spans, texts, strict=True)},
    }[unit]
    video = info(float(borders[-1]))
    if unit == "clock":
        wanted = [one for one in wanted if one[1] < 60]
    if content:
        assert captions(tmp_path_factory.getbasetemp(), content, video) == wanted


NUMBERS = st.integers(0, 70) | st.integers(0, 70_000) | st.floats(0, 70).map(lambda x: round(x, 2))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=5), st.booleans())
def test_no_time_is_given_that_is_not_written(
    tmp_path_factory: pytest.TempPathFactory, spans: list[tuple[float, float]], are_keys: bool
) -> None:
    keys = {f"{start}_{end}": "x" for start, end in spans}
    content: object = keys if are_keys else rows(*spans)
    found: Timed = []
    with contextlib.suppress(DatasetError):
        found = captions(tmp_path_factory.getbasetemp(), content)
    written = {number for span in spans for number in span}
    allowed = written | {number / 1000 for number in written} | {0.0, SECONDS}
    allowed |= {number / RATE for number in written}
    assert {time for start, end, _ in found for time in (start, end)} <= allowed
