"""Times as people and models write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.tools.texts.spoken_times import NamedTime, is_told, may_name_time, read_span


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("8-12 s", NamedTime(8, 12)),
        ("8 to 12 minutes", NamedTime(480, 720)),
        ("01:30-01:35", NamedTime(90, 95)),
        ("00:02:10,500 --> 00:02:40,000", NamedTime(130.5, 160)),
        ("2 min 10 s to 2 min 40 s", NamedTime(130, 160)),
        ("1 hour 2 minutes and 3 seconds", NamedTime(3723)),
        ("1h 2m 3s", NamedTime(3723)),
        ("2m10s", NamedTime(130)),
        ("8,5-9,5 s", NamedTime(8.5, 9.5)),
        ("ninety seconds", NamedTime(90)),
        ("twenty-five to thirty seconds", NamedTime(25, 30)),
        ("10 second mark", NamedTime(10)),
        ("10th second", NamedTime(9)),
        ("second minute", NamedTime(60)),
        ("second 90", NamedTime(90)),
        ("250 ms", NamedTime(0.25)),
        ("9" * 400 + " s", NamedTime(float("inf"))),
    ],
)
def test_each_form_is_read(text: str, time: NamedTime) -> None:
    assert read_span(text) == time
    assert may_name_time(text)


def test_a_text_without_number_or_unit_names_no_time() -> None:
    assert may_name_time("What happens in the last minute?")
    assert may_name_time("Seven seconds in")
    assert not may_name_time("What does the person do first, and who is at the door then?")


@pytest.mark.parametrize("text", ["", "milk", "8 sheep", "5 m", "frames", "8 - s", "1:2:3:4"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_span(text) is None


def test_a_bare_number_is_not_told_to_be_a_time() -> None:
    assert is_told("8 s")
    assert is_told("0:08")
    assert not is_told("8")


@given(st.text(max_size=80))
def test_any_text_can_be_tried(text: str) -> None:
    time = read_span(text)
    assert time is None or time.ends[0] <= time.ends[1]
