import json
from pathlib import Path

import pytest

from foretell.errors import DatasetError
from foretell.tools.importing.captions import read_captions
from foretell.types import Event, Interval, VideoInfo

FRAMES = (0.5, 0.6, 1.4, 2.0, 2.1)
VIDEO = VideoInfo("clips/kitchen.mp4", "hash", Interval(0.5, 3.0), 640, 480, "h264")


def info(name: str, end_seconds: float) -> VideoInfo:
    return VideoInfo(name, "hash", Interval(0.0, end_seconds), 640, 480, "h264")


def read(tmp_path: Path, content: object, video: VideoInfo = VIDEO) -> list[Event]:
    file = tmp_path / "caps.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return read_captions(file, video, lambda: FRAMES)


def timed(events: list[Event]) -> list[tuple[float, float, str]]:
    return [(event.interval.start, event.interval.end, event.text) for event in events]


def refusal(tmp_path: Path, content: object, video: VideoInfo = VIDEO) -> str:
    with pytest.raises(DatasetError) as refused:
        read(tmp_path, content, video)
    return str(refused.value)


def test_a_list_has_one_caption_a_second_from_the_first_frame(tmp_path: Path) -> None:
    events = read(tmp_path, ["#C C opens the tap", "", "second"])
    assert timed(events) == [(0.5, 1.5, "The camera wearer opens the tap"), (2.5, 3.0, "second")]
    assert {(event.kind, event.source, event.confidence) for event in events} == {
        ("caption", "captions:caps.json", None)
    }


def test_a_list_of_the_wrong_length_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, ["a"] * 180, info("other.mp4", 41.1))
    assert message.endswith(
        "holds 180 captions, the video 'other.mp4' lasts 41.1 s; a list without times must have "
        "one caption a second"
    )
    assert len(read(tmp_path, ["a"] * 172, info("other.mp4", 180.0))) == 172


def test_frame_spans_use_the_real_frame_times(tmp_path: Path) -> None:
    assert timed(read(tmp_path, {"0_2": "first", "2_5": "rest", "3_4": " "})) == [
        (0.5, 1.4, "first"),
        (1.4, 3.0, "rest"),
    ]


@pytest.mark.parametrize("span", ["2_2", "3_2", "2_6"])
def test_frame_spans_beyond_the_video_are_refused(tmp_path: Path, span: str) -> None:
    message = refusal(tmp_path, {span: "x", "2_5": "y"})
    assert f"{span!r}: frames " in message
    assert "not in 'kitchen.mp4', which has frames 0 to 5; give the captions of this" in message


@pytest.mark.parametrize("text", ["text", "caption", "description", "sentence"])
def test_rows_may_be_json_json_lines_or_csv(tmp_path: Path, text: str) -> None:
    rows = [{"start": "00:01", "end": "2s", text: "b"}, {"start": 0.5, "end": 1, text: "a"}]
    lines = "\n".join(map(json.dumps, rows))
    csv = f"Start,End,{text}\n0:01,2s,b\n.5e0,1,a\n".replace(".5e0", "0.5")
    for content in (rows, lines, csv):
        assert timed(read(tmp_path, content)) == [(0.5, 1.0, "a"), (1.0, 2.0, "b")]
    assert timed(read(tmp_path, rows[0])) == [(1.0, 2.0, "b")]


def test_timestamps_and_sentences_are_paired(tmp_path: Path) -> None:
    listed = {"duration": 3, "timestamps": [[1, 2], [0.5, 1]], "sentences": ["b", "a"]}
    assert timed(read(tmp_path, {"kitchen": listed})) == [(0.5, 1.0, "a"), (1.0, 2.0, "b")]
    message = refusal(tmp_path, {**listed, "sentences": ["b"]})
    assert "holds 2 timestamps and 1 sentences; give as many of each" in message


def test_each_form_may_be_given_by_video(tmp_path: Path) -> None:
    one = {"0_5": "mine"}
    assert timed(read(tmp_path, {"kitchen": one, "other": {"0_9": "x"}})) == [(0.5, 3.0, "mine")]
    assert timed(read(tmp_path, {"only": one})) == [(0.5, 3.0, "mine")]
    rows = [{"video": name, "start": 1, "end": 2, "text": name} for name in ("kitchen", "other")]
    assert timed(read(tmp_path, rows)) == [(1.0, 2.0, "kitchen")]
    assert "holds 2 videos, 'a', 'b', and none is that of" in refusal(
        tmp_path, {"a": one, "b": one}
    )


def test_captions_are_cut_to_the_video(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = [{"start": a, "end": b, "text": "x"} for a, b in [(0, 1), (2, 99), (3, 4), (1, 1)]]
    assert timed(read(tmp_path, rows)) == [(0.5, 1.0, "x"), (1.0, 1.0, "x"), (2.0, 3.0, "x")]
    assert "left out 1 texts outside kitchen.mp4" in caplog.text


def test_captions_of_a_longer_video_are_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, [{"start": 90, "end": 95, "text": "x"}] * 2)
    assert f"all 2 texts lie outside the video, the first at {Interval(90.0, 95.0)}" in message
    assert "give the file that belongs to 'kitchen.mp4'" in message


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"start": 1, "text": "x"}, "item 1: field 'end' is missing; found 'start', 'text'"),
        ({"start": -1, "end": 2, "text": "x"}, "item 1: field 'start' is -1; give seconds from 0"),
        ({"start": 1, "end": float("nan"), "text": "x"}, "field 'end' is nan; give seconds from"),
        ({"start": 2, "end": 1, "text": "x"}, "ends before it starts; give the earlier time first"),
        ({"start": 1, "end": 2, "text": 7}, "item 1: field 'text' is 7; give a text"),
    ],
)
def test_a_faulty_row_is_named(tmp_path: Path, row: dict[str, object], complaint: str) -> None:
    assert complaint in refusal(tmp_path, [row])


@pytest.mark.parametrize(
    "content", [[1, 2], ["a", {"start": 1}], {"version": 1}, {"a": [["man", "glass"]]}]
)
def test_an_unknown_form_is_told_what_is_accepted(tmp_path: Path, content: object) -> None:
    assert "unknown form; captions are a list with one text a second," in refusal(tmp_path, content)


def test_a_frame_span_without_text_is_refused(tmp_path: Path) -> None:
    assert "'0_2': is 0; give a text" in refusal(tmp_path, {"0_2": 0})


def test_real_captions_of_lavila(videos: Path) -> None:
    file = videos / "ego_kitchen_milk_41s.lavila_captions.json"
    events = read_captions(file, info("k.mp4", 41.13), lambda: [i / 15 for i in range(617)])
    assert len(events) == 20
    assert events[4] == Event(
        Interval(8.0, 10.0), "caption", "The camera wearer opens the tap", f"captions:{file.name}"
    )


@pytest.mark.parametrize(
    ("file", "video", "end_seconds", "count", "first"),
    [
        ("qa/llovi_akeys/demo_cap.json", "demo.mp4", 180.0, 180, "The camera wearer walks towards"),
        (
            "qa/llovi_akeys/egoschema_lavila_subset_1fps.json.gz",
            "00b9a0de-c59e-49cb-a127-6081e2fb8c8e.mp4",
            180.0,
            180,
            "The camera wearer removes the brush",
        ),
        (
            "qa/videoinsta/action_captions_nextqa_cogagent-vqa-hf_0.0_10_words.json.gz",
            "3355698421.mp4",
            42.0,
            40,
            "A man in a blue shirt sits in a booth",
        ),
        ("localization/charades_sta/charades_test.json", "3MSZA.mp4", 30.96, 4, "person turn a"),
    ],
)
def test_real_captions_by_video(
    data_root: Path, file: str, video: str, end_seconds: float, count: int, first: str
) -> None:
    events = read_captions(data_root / file, info(video, end_seconds), list)
    assert len(events) == count
    assert events[0].text.startswith(first)
