"""Whatever a file of text holds, it is read or refused with a sentence."""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foretell.errors import DatasetError
from foretell.tools.importing.captions import read_captions
from foretell.tools.importing.narrations import read_narrations
from foretell.tools.importing.subtitles import read_subtitles
from foretell.types import Event, Interval, VideoInfo

VIDEO = VideoInfo("a.mp4", "hash", Interval(0.0, 10.0), 640, 480, "h264")
READERS: list[Callable[[Path], list[Event]]] = [
    lambda path: read_captions(path, VIDEO, lambda: [0.0, 1.0, 5.0]),
    lambda path: read_narrations(path, VIDEO, lambda: [0.0, 1.0, 5.0]),
    lambda path: list(read_subtitles(path, VIDEO).events),
]
FIELDS = ["start", "end", "text", "label", "segment", "timestamp_sec", "video_id", "a", "0_1"]
UNITS = ["start_ms", "end_frame", "timestamp", "video", "subject_registry", "0s_9s"]
LISTS = ["segments", "narrations", "videos", "timestamps", "sentences", "narration_pass_1"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.sampled_from(["1:02", "x", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(FIELDS + UNITS + LISTS), inner, max_size=4)
    ),
)
TIMES = ["00:01.000 --> 00:02.000", "00:00:01,000 --> 00:00:02,000", "-->", "1 --> 2"]
DIALOGUE = ["Dialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,x", "Dialogue: 0,0:00:01.00,0:00:02.00,"]
WORDS = [
    "WEBVTT",
    "[Events]",
    "Scenarist_SCC V1.0",
    "<SAMI>",
    "<SYNC Start=1>x",
    "<tt>",
    "1",
    "<v M>x",
    "",
    "start,end,text",
    "1,2,x",
    '{"start": 1}',
    "[",
    "NOTE x",
]
CONTENT = (
    VALUES.map(json.dumps)
    | st.lists(st.sampled_from(TIMES + DIALOGUE + WORDS), max_size=8).map("\n".join)
    | st.text(max_size=20)
)


@pytest.mark.parametrize("read", READERS)
@settings(max_examples=150, deadline=None)
@given(content=CONTENT.map(lambda text: text.encode(errors="replace")) | st.binary(max_size=20))
def test_any_content_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, read: Callable[[Path], list[Event]], content: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.json"
    file.write_bytes(content)
    events: list[Event] = []
    with contextlib.suppress(DatasetError):
        events = read(file)
    assert all(event.text and len(event.text.splitlines()) == 1 for event in events)
    assert events == sorted(events, key=lambda event: event.interval)
