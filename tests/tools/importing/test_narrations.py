import json
from pathlib import Path

import pytest

from foretell.errors import DatasetError
from foretell.tools.importing.narrations import LONGEST_NARRATION_SECONDS, read_narrations
from foretell.types import Event, Interval, VideoInfo

VIDEO = VideoInfo("clips/kitchen.mp4", "hash", Interval(0.0, 60.0), 640, 480, "h264")
SOURCE = "narrations:texts.json"


def read(tmp_path: Path, content: object, video: VideoInfo = VIDEO) -> list[Event]:
    file = tmp_path / "texts.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return read_narrations(file, video)


def refusal(tmp_path: Path, content: object) -> str:
    with pytest.raises(DatasetError) as refused:
        read(tmp_path, content)
    return str(refused.value)


def action(start: float, end: float, text: str, confidence: float | None = None) -> Event:
    return Event(Interval(start, end), "action", text, SOURCE, confidence)


def point(seconds: float, text: str) -> dict[str, object]:
    return {"timestamp_sec": seconds, "narration_text": text, "timestamp_frame": 1}


POINTS = [point(10.0, "#C C picks a cup"), point(2.0, "#O man X talks to C"), point(3.5, "#unsure")]
TOLD = [
    Event(Interval(2.0, 3.5), "caption", "Man X talks to the camera wearer", SOURCE),
    Event(Interval(3.5, 3.5 + LONGEST_NARRATION_SECONDS), "caption", "Something", SOURCE),
    Event(Interval(10.0, 15.0), "caption", "The camera wearer picks a cup", SOURCE),
]


EGO4D_FORMS: list[object] = [
    {"videos": {"kitchen": {"narration_pass_1": {"narrations": POINTS}}, "b": {}}},
    {"kitchen": {"status": "complete", "narration_pass_1": {"narrations": POINTS}}},
    {
        "kitchen": {
            "narration_pass_1": {"narrations": []},
            "narration_pass_2": {"narrations": POINTS},
        }
    },
    {"kitchen": {"narrations": POINTS}, "b": {"narrations": POINTS[:1]}},
    {"kitchen": POINTS, "b": POINTS[:1]},
    {
        "videos": [
            {"video_uid": "b", "narrations": []},
            {"video_uid": "kitchen", "narrations": POINTS},
        ]
    },
    [{"video_uid": "kitchen", **row} for row in POINTS] + [{"video_uid": "b", **POINTS[0]}],
    "\n".join(map(json.dumps, POINTS)),
    "timestamp_sec,narration_text\n10,#C C picks a cup\n2,#O man X talks to C\n3.5,#unsure\n",
]


@pytest.mark.parametrize("content", EGO4D_FORMS)
def test_points_of_ego4d_last_until_the_next(tmp_path: Path, content: object) -> None:
    assert read(tmp_path, content) == TOLD


def test_narrations_at_one_time_both_last_until_a_later_one(tmp_path: Path) -> None:
    events = read(tmp_path, {"only": [point(1.0, "a"), point(1.0, "b"), point(59.0, "c")]})
    assert [(event.interval.end, event.text) for event in events] == [
        (6.0, "a"),
        (6.0, "b"),
        (60.0, "c"),
    ]


SEGMENTS = [{"segment": ["1.5", 4], "label": "open door"}, {"segment": [0, 1], "label": "enter"}]


@pytest.mark.parametrize(
    "content",
    [
        {"database": {"kitchen": {"subset": "x", "annotations": SEGMENTS}, "b": {}}},
        {"version": "1", "results": {"kitchen": SEGMENTS, "b": []}},
        {"kitchen": {"duration_second": 60, "annotations": SEGMENTS}},
        {"annotations": SEGMENTS},
        SEGMENTS,
        [
            {"start": 0, "end": "1s", "action": "enter"},
            {"start": "0:01.5", "end": 4, "verb": "open", "noun": "door"},
        ],
        "start,end,label\n0,1,enter\n1.5,00:00:04.00,open door\n",
        "start,end,verb,noun\n0,1,enter,room\n1.5,4,open,door\n",
    ],
)
def test_segments_become_actions(tmp_path: Path, content: object) -> None:
    events = read(tmp_path, content)
    assert events[0] in {action(0.0, 1.0, "enter"), action(0.0, 1.0, "enter room")}
    assert events[1:] == [action(1.5, 4.0, "open door")]


def test_a_row_alone_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, SEGMENTS[1]) == [action(0.0, 1.0, "enter")]


def test_steps_within_steps_are_read_too(tmp_path: Path) -> None:
    inner = {"start_time": 2, "end_time": 3, "step_description": "Cracks an egg"}
    outer = {
        "start_time": 1,
        "end_time": 9,
        "step_category": "X",
        "step_description": "Makes batter",
        "segments": [inner],
    }
    content = {"videos": [{"video_uid": "kitchen", "segments": [outer]}]}
    assert read(tmp_path, content) == [
        action(1.0, 9.0, "Makes batter"),
        action(2.0, 3.0, "Cracks an egg"),
    ]


def test_a_score_becomes_the_confidence(tmp_path: Path) -> None:
    rows = [{"segment": [1, 2], "label": "wash", "score": 0.25}]
    assert read(tmp_path, {"results": {"kitchen": rows}}) == [action(1.0, 2.0, "wash", 0.25)]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"start": 1, "end": 2}, "item 1: names no action; give 'action', 'label', 'narration'"),
        ({"start": 1, "end": 2, "verb": "cut"}, "names no action"),
        ({"start": 1, "label": "x"}, "item 1: field 'end' is missing; found 'start', 'label'"),
        ({"segment": [1], "label": "x"}, "field 'segment' is [1]; give [start, end]"),
        ({"segment": [2, 1], "label": "x"}, "ends before it starts; give the earlier time first"),
        ({"segment": [1, 2], "label": "x", "score": 7}, "field 'score' is 7; "),
        ({"timestamp_sec": -1, "narration_text": "x"}, "field 'timestamp_sec' is -1; give seconds"),
        ({"timestamp_sec": 1}, "item 1: field 'narration_text' is missing"),
    ],
)
def test_a_faulty_row_is_named(tmp_path: Path, row: dict[str, object], complaint: str) -> None:
    assert complaint in refusal(tmp_path, [row])


@pytest.mark.parametrize("content", [["a"], {"version": "1"}, {"annotations": []}, {"a": {"b": 1}}])
def test_an_unknown_form_is_told_what_is_accepted(tmp_path: Path, content: object) -> None:
    assert "unknown form; narrations are Ego4D's 'narrations' with" in refusal(tmp_path, content)


def test_a_file_of_other_videos_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, {"database": {"a": {"annotations": []}, "b": {"annotations": []}}})
    assert "holds 2 videos, 'a', 'b', and none is that of 'kitchen.mp4'" in message


@pytest.mark.parametrize(
    ("file", "video", "count", "first"),
    [
        ("anticipation/epic100_official/EPIC_100_validation.csv", "P01_11", 148, "take plate"),
        ("anticipation/epic55_official/EPIC_train_action_labels.csv", "P01_01", 326, "open door"),
        (
            "anticipation/ego4d_goalstep/goalstep_valid.json",
            "c2d06df7-5d3a-4116-9edb-f1c81a4f669b",
            166,
            "Kneads the dough with the mixer.",
        ),
        ("localization/thumos14/thumos_gt.json", "video_test_0000896", 7, "HighJump"),
        ("localization/thumos14/t3al_thumos_anno_action.json", "video_test_0000896", 7, "HighJump"),
        ("localization/thumos14/test_Annotation.csv", "video_test_0000896", 7, "HighJump"),
        ("localization/activitynet/anet13_val_gt_from_tsp.json", "JDg--pjY5gg", 1, "Beer pong"),
    ],
)
def test_real_annotations(data_root: Path, file: str, video: str, count: int, first: str) -> None:
    info = VideoInfo(f"{video}.MP4", "hash", Interval(0.0, 6000.0), 640, 480, "h264")
    events = read_narrations(data_root / file, info)
    assert (len(events), events[0].text, events[0].kind) == (count, first, "action")
