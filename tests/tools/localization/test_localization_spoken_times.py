"""Times as models write them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.tools.localization.span_parsing import read_moment, read_spans
from foretell.types import Interval

MINUTES = Interval(0.0, 4000.0)


@pytest.mark.parametrize(
    ("reply", "span"),
    [
        ('{"start_time": 2, "end_time": 3}', (2.0, 3.0)),
        ('Here it is:\n{\n"start_time": 2.0s,\n"end_time": 3.0s\n}\nBecause 9.0s', (2.0, 3.0)),
        ('{"start": "01:05", "end": "00:01:10.5"}', (65.0, 70.5)),
        ("Start Time: 5.0s\nEnd Time: 6.5s\nReasoning: at 1.0s", (5.0, 6.5)),
        ("**Start time**: 5 seconds, **End time**: 6 seconds", (5.0, 6.0)),
        ('{"start_time": "0.0s-2.0s", "end_time": "3.0s"}', (1.0, 3.0)),
        ('{"start_time": 3.0s, "end_time": 3.0s + 1s (approximate)}', (3.0, 3.0)),
        ("the start time of it is around 1.0s and the end time is around 2.0s", (1.0, 2.0)),
        ('{"He dances": 1.0, "He falls": 4.0}', (1.0, 4.0)),
        ("It happens from 12.5 to 14 seconds.", (12.5, 14.0)),
        ("[[12.5, 14]]", (12.5, 14.0)),
    ],
)
def test_every_way_of_telling_a_span_is_read(reply: str, span: tuple[float, float]) -> None:
    assert read_spans(reply, MINUTES).intervals[0] == Interval(*span)


WRITERS: dict[str, Callable[[int, int], str]] = {
    "json": lambda a, b: f'{{"moments": [{{"start": {a}.0, "end": {b}.0}}]}}',
    "clocks": lambda a, b: (
        f'{{"start": "{a // 60}:{a % 60:02d}", "end": "{b // 60}:{b % 60:02d}"}}'
    ),
    "list": lambda a, b: f"[[{a}, {b}]]",
    "units": lambda a, b: f"{a // 60} min {a % 60} s to {b // 60} min {b % 60} s",
    "cue": lambda a, b: f"00:{a // 60:02d}:{a % 60:02d},000 --> 00:{b // 60:02d}:{b % 60:02d},000",
    "sentence": lambda a, b: f"It starts at {a} s and ends at {b} s.",
    "verbs": lambda a, b: f"It begins at {a // 60}:{a % 60:02d} and stops at second {b}.",
    "seconds": lambda a, b: f"From {a} to {b} seconds.",
    "lines": lambda a, b: f"**Start time**: {a}.0s\n**End time**: {b}.0s",
    "between": lambda a, b: f"between {a}.5 and {b}.5 s".replace(".5", ".0"),
}


@given(st.sampled_from([*WRITERS]), st.integers(0, 3000), st.integers(1, 900))
def test_what_is_written_in_any_form_is_read_back(form: str, start: int, length: int) -> None:
    told = read_spans(WRITERS[form](start, start + length), MINUTES)
    assert told.intervals == (Interval(start, start + length),)


@pytest.mark.parametrize(
    "reply",
    [
        '{"moments": [{"start": 30.0, "end": 35.0}]}',
        "From 30 to 35 seconds.",
        "1:08-1:12",
        "8 to 12 minutes",
        "from 20 to 25 s",
        "20 to 20 s",
    ],
)
def test_a_span_outside_the_video_is_none(reply: str) -> None:
    told = read_spans(reply, Interval(0.0, 20.0))
    assert (told.intervals, told.repairs) == ((), ("outside",))


@pytest.mark.parametrize(
    "reply",
    ["frames 200 to 300", "200 to 300 frames", '{"start_frame": 2, "end_frame": 3}', "10% to 20%",
     "one, two or three", "the first of two"],
)  # fmt: skip
def test_what_counts_no_seconds_is_no_span(reply: str) -> None:
    assert read_spans(reply, MINUTES).intervals == ()


@pytest.mark.parametrize(
    "reply",
    [
        "I cannot help with that.",
        '{"start_time": null, "end_time": null}',
        '{"start_time": 6.0, "end_time": null}',
        '{"start_time": "Not found", "end_time": 6.0s}',
        '{"moments": []}',
        "",
    ],
)
def test_null_is_null(reply: str) -> None:
    assert read_spans(reply, MINUTES).intervals == ()


def test_several_moments_keep_their_order() -> None:
    told = read_spans('[{"start": 5, "end": 6}, {"start": 1, "end": 2}]', MINUTES)
    assert told.intervals == (Interval(5.0, 6.0), Interval(1.0, 2.0))


def test_what_is_wrong_is_put_right_and_counted() -> None:
    told = read_spans('{"start": 9, "end": -2}', Interval(0.0, 8.0))
    assert told.intervals == (Interval(0.0, 8.0),)
    assert told.repairs == ("swapped", "clamped")


def test_a_reply_of_blanks_takes_no_time() -> None:
    assert read_spans("start time is" + " " * 100_000 + "*" * 1000, MINUTES).intervals == ()


def test_one_time_is_read() -> None:
    assert read_moment('{"seconds": 12.5}') == 12.5
    assert read_moment("at 0:04") == 4.0
    assert read_moment('{"seconds": null}') is None


@given(st.text(), st.floats(0.0, 100.0))
def test_any_reply_gives_spans_inside_the_video_or_none(reply: str, end: float) -> None:
    video = Interval(0.0, end)
    for interval in read_spans(f"start: {reply} end: {reply}", video).intervals:
        assert video.start <= interval.start <= interval.end <= video.end


def test_all_stored_answers_of_llama_3_are_read(data_root: Path) -> None:
    folder = data_root / "localization" / "ual_bench" / "vlm_llm_predictions"
    stored = json.loads((folder / "blip2_llama3_uag_oops.json").read_text())
    differing = nulls = 0
    for one in stored.values():
        spans = read_spans(one["llama3_pred"], MINUTES).intervals
        ends = (one["pred_start"], one["pred_end"])
        if None in ends:
            assert not spans
            nulls += 1
        elif (spans[0].start, spans[0].end) != tuple(sorted(ends)):
            differing += 1
    assert (len(stored), nulls) == (1589, 8)
    assert differing == 2, "two replies tell ranges, which the authors read in other ways"
