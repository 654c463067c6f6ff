"""Captions of many videos in one file: the forms in which they are shared, and what is refused."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from foretell.errors import DatasetError
from foretell.evals.datasets.stored_captions import load_captions
from foretell.types import Event, Interval


def written(tmp_path: Path, content: object) -> Path:
    file = tmp_path / "captions.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def test_a_caption_a_second(tmp_path: Path) -> None:
    file = written(tmp_path, {"v": ["#C C opens the door.", "", "a dog"], "w": ["a cat"]})
    captions = load_captions(file)
    source = "captions:captions.json"
    assert captions["v"] == (
        Event(Interval(0, 1), "caption", "The camera wearer opens the door", source),
        Event(Interval(2, 3), "caption", "a dog", source),
    )
    packed = tmp_path / "captions.json.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    assert load_captions(packed)["w"][0].text == "a cat"


def test_objects_of_each_second(tmp_path: Path) -> None:
    (event,) = load_captions(written(tmp_path, {"v": [["a man", "a cup"]]}))["v"]
    assert (event.kind, event.text) == ("object", "a man, a cup")


def test_rows_with_times_come_in_order(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"start": 4, "end": 6, "text": "later"},
        {"start": "0:01", "end": "0:02", "text": "first"},
    ]
    by_video = load_captions(written(tmp_path, {"v": rows}))
    assert [(one.interval, one.text) for one in by_video["v"]] == [
        (Interval(1, 2), "first"),
        (Interval(4, 6), "later"),
    ]
    named = [{"video": "v", **row} for row in rows]
    assert load_captions(written(tmp_path, named)) == by_video


def test_timestamps_beside_sentences(tmp_path: Path) -> None:
    file = written(tmp_path, {"v": {"timestamps": [[0, 2.5]], "sentences": ["he sits"]}})
    (event,) = load_captions(file)["v"]
    assert (event.interval, event.text) == (Interval(0, 2.5), "he sits")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"v": {"clip_boundaries": []}}, "'v': unknown form; captions are"),
        ([{"start": 0, "end": 1, "text": "a"}], "item 1: names no video"),
        ({"v": {"timestamps": [[0, 1]], "sentences": []}}, "1 timestamps and 0 sentences"),
        ({"v": [{"start": 2, "end": 1, "text": "a"}]}, "give the earlier time first"),
    ],
)
def test_other_forms(tmp_path: Path, content: object, sentence: str) -> None:
    with pytest.raises(DatasetError, match=sentence):
        load_captions(written(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"v": ["x"] * 30, "w": ["y"]}, "'v': holds 30 captions, the video 'v' lasts 60.0 s"),
        ({"v": ["x"] * 120}, "'v': holds 120 captions, the video 'v' lasts 60.0 s"),
        ({"v": [["a cup"]] * 120}, "holds 120 captions"),
        ({"v": {"0_900": "x"}}, "the keys end at 900, which is 900.0 s as seconds, 0.9 s as milli"),
        ({"v": [{"start": 90.5, "end": 91, "text": "x"}]}, "all 1 texts of 'v' lie outside it"),
        ({"w": {"0_9": "x"}}, "the length of 'w', which would tell, is not known; write them as"),
        ([{"start_frame": 0, "end_frame": 9, "video": "v", "text": "x"}], "give seconds"),
    ],
)
def test_captions_are_checked_against_lengths(
    tmp_path: Path, content: object, sentence: str
) -> None:
    with pytest.raises(DatasetError, match=sentence):
        load_captions(written(tmp_path, content), {"v": 60.0})


def test_units_are_decided_as_in_watching(tmp_path: Path) -> None:
    rows = [{"video": "v", "start": 0, "end": 4000, "text": "x"}]
    keys = {"v": {"0_29": "x", "30_59": {"caption": "y"}}}
    columns = {"video": "v", "start": [0], "end": [4], "text": ["x"]}
    for content, ends in ((rows, [4.0]), (keys, [29.0, 59.0]), (columns, [4.0])):
        found = load_captions(written(tmp_path, content), {"v": 60.0})["v"]
        assert [event.interval.end for event in found] == ends


def test_what_is_published(data_root: Path) -> None:
    folder = data_root / "qa"
    egoschema = load_captions(folder / "llovi_akeys" / "egoschema_lavila_subset_1fps.json.gz")
    assert (len(egoschema), {len(events) for events in egoschema.values()}) == (246, {180})
    name = "action_captions_nextqa_cogagent-vqa-hf_0.0_10_words_events.json.gz"
    nextqa = load_captions(folder / "videoinsta" / name)
    assert (len(nextqa), sum(map(len, nextqa.values()))) == (570, 24080)
