"""The records that every folder shares."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.tokens import count_tokens
from foretell.types import (
    Answer,
    Event,
    Evidence,
    Interval,
    Thumbnail,
    Timeline,
    VideoInfo,
)

VIDEO = VideoInfo("clips/tea.mp4", "ab12", Interval(0.0, 20.0), 640, 360, "h264")
times = st.floats(0, 1000, allow_nan=False)
intervals = st.tuples(times, times).map(lambda pair: Interval(min(pair), max(pair)))


def html_of(shown: object) -> str:
    """What a notebook shows of a record."""
    represent: Callable[[], str] = getattr(shown, "_repr_html_")  # noqa: B009
    return represent()


def event(start: float, end: float, text: str, kind: str = "caption") -> Event:
    return Event(Interval(start, end), kind, text, "captions:made.json")  # type: ignore[arg-type]


@pytest.mark.parametrize("ends", [(2.0, 1.0), (math.nan, 1.0), (0.0, math.inf)])
def test_an_impossible_interval_is_refused(ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=r"ends before it starts|must have finite ends"):
        Interval(*ends)


@given(intervals, intervals)
def test_overlap_and_iou_are_symmetric_and_bounded(a: Interval, b: Interval) -> None:
    assert a.overlap(b) == b.overlap(a)
    assert a.iou(b) == b.iou(a)
    assert 0.0 <= a.iou(b) <= 1.0
    assert a.overlaps(b) == b.overlaps(a)


def test_intervals_are_half_open() -> None:
    assert not Interval(0, 2).overlaps(Interval(2, 4))
    assert Interval(2, 2).overlaps(Interval(2, 4))
    assert not Interval(4, 4).overlaps(Interval(2, 4))
    assert Interval(3, 3).overlaps(Interval(3, 3))


def test_iou_of_a_half_overlap() -> None:
    assert Interval(0, 2).iou(Interval(1, 3)) == pytest.approx(1 / 3)
    assert Interval(1, 1).iou(Interval(1, 1)) == 0.0


def test_an_interval_reads_as_seconds() -> None:
    assert str(Interval(1.04, 2.26)) == "1.0-2.3 s"


def test_a_timeline_gives_the_part_between_two_times() -> None:
    timeline = Timeline(VIDEO, (event(0, 2, "a"), event(2, 4, "b"), event(4, 6, "c")))
    assert [e.text for e in timeline.between(2.0, 4.0)] == ["b"]
    assert [e.text for e in timeline.between(1.0, 4.5)] == ["a", "b", "c"]
    with pytest.raises(ValueError, match="ends before it starts"):
        timeline.between(3.0, 1.0)


def test_a_timeline_gives_the_part_of_a_kind() -> None:
    timeline = Timeline(VIDEO, (event(0, 2, "a"), event(2, 4, "hello", "speech")))
    assert [e.text for e in timeline.of_kind("speech")] == ["hello"]
    assert len(timeline) == 2


def test_a_timeline_as_text_holds_the_times() -> None:
    timeline = Timeline(VIDEO, (event(0, 2, "opens the tap"),))
    assert timeline.to_text() == "0.0-2.0 s caption: opens the tap"


@given(st.integers(1, 60), st.integers(1, 400))
def test_a_timeline_as_text_keeps_to_its_tokens(max_tokens: int, count: int) -> None:
    timeline = Timeline(VIDEO, tuple(event(i, i + 1, f"event {i}") for i in range(count)))
    text = timeline.to_text(max_tokens)
    kept = [line for line in text.splitlines() if "left out" not in line]
    assert kept
    assert len(kept) == 1 or count_tokens("\n".join(kept)) <= max_tokens
    if "left out" in text:
        assert f"({count - len(kept)} of {count} lines left out to fit)" in text


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("words", 1),
        ("photographers", 2),
        ("2026", 4),
        ("AB12", 3),
        ("12-13 s: opens", 8),
        ("猫", 2),
        ("🐱🐱", 5),
    ],
)
def test_tokens_are_counted_without_a_tokenizer(text: str, tokens: int) -> None:
    assert count_tokens(text) == tokens


def test_a_timeline_refuses_no_tokens() -> None:
    with pytest.raises(ValueError, match="max_tokens must be 1 or more, got 0"):
        Timeline(VIDEO, ()).to_text(0)


def test_a_timeline_shows_itself_with_pictures_and_escapes_what_the_video_says() -> None:
    timeline = Timeline(VIDEO, (event(0, 2, "<script>x</script>"),), (Thumbnail(1.5, b"jpeg"),))
    html = html_of(timeline)
    assert "data:image/jpeg;base64,anBlZw==" in html
    assert "1.5 s" in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_an_answer_shows_its_evidence_as_a_table() -> None:
    evidence = Evidence("tea.mp4", Interval(1, 2), "adds milk", "captions:made.json")
    html = html_of(Answer("At 1 s.", evidence=(evidence,)))
    assert "<table>" in html
    assert "adds milk" in html
    assert "<table>" not in html_of(Answer("Nothing shows it."))


def test_a_video_has_a_name_and_a_duration() -> None:
    assert VIDEO.name == "tea.mp4"
    assert VIDEO.duration_seconds == 20.0
