"""Which moment a sentence names, in words and in numbers."""

from __future__ import annotations

import pytest

from foretell.tools.texts.time_words import (
    LATEST_SECONDS,
    Share,
    Stretch,
    TimeWords,
    clock_seconds,
    divide_at_time_word,
    on_the_clock,
    read_time_words,
    split_in_order,
)
from foretell.types import Interval


@pytest.mark.parametrize(
    ("text", "divided"),
    [
        ("what does he do after the dog jumps", ("what does he do", "the dog jumps", "after")),
        ("After the rain, what do they do", ("what do they do", "the rain", "after")),
        ("After the rain what do they do", ("what do they do", "the rain", "after")),
        ("what, after the rain, do they do", ("what do they do", "the rain", "after")),
        ("As soon as it rains, does he run", ("does he run", "it rains", "as soon as")),
        ("Having sat down, what does he eat", ("what does he eat", "sat down", "having")),
        ("why does he bend as he walks", ("why does he bend", "he walks", "as")),
        ("What does she do when he calls", ("What does she do", "he calls", "when")),
        ("When he calls, what does she do", ("what does she do", "he calls", "when")),
        ("What happens following the meal", ("What happens", "the meal", "following")),
    ],
)
def test_a_time_word_divides_two_clauses(text: str, divided: tuple[str, str, str]) -> None:
    assert divide_at_time_word(text) == divided


@pytest.mark.parametrize(
    "text",
    [
        "When does he call",
        "Does he use the lid as a plate",
        "Does she look after the child",
        "is the dog following a cat",
        "find the moment when he calls",
        "what does he put on the table",
        "what happens after that",
    ],
)
def test_words_that_only_look_like_time_words_divide_nothing(text: str) -> None:
    assert divide_at_time_word(text) == (text, "", "")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("What does he do first?", TimeWords("What does he do", order="first")),
        ("What is done at the end of the clip?", TimeWords("What is done", place="end")),
        ("How does the video begin?", TimeWords("", place="beginning")),
        (
            "And after that, what is done?",
            TimeWords("And what is done", relation="after", follows_up=True),
        ),
        ("What is next to the cup?", TimeWords("What is next to the cup")),
        ("What is done at 1:05?", TimeWords("What is done", within=Interval(64.0, 66.0))),
        (
            "Between 0:10 and 15 s, what is done?",
            TimeWords("what is done", within=Interval(10.0, 15.0)),
        ),
    ],
)
def test_order_place_and_time_are_read_and_taken_away(text: str, read: TimeWords) -> None:
    assert read_time_words(text) == read


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("What happens in the last five seconds?", Interval(-5.0, 0.0)),
        ("What happens in the second half?", Share(0.5, 1.0)),
        ("What is done in the last quarter of the video?", Share(0.75, 1.0)),
        ("What is done in the middle third?", Share(1 / 3, 2 / 3)),
        ("What happens after 0:12?", Interval(12.0, LATEST_SECONDS)),
        ("What happens after the first 10 seconds?", Interval(10.0, LATEST_SECONDS)),
        ("What is happening at the 10 second mark?", Interval(9.0, 11.0)),
        ("What happens around the 1:30 mark?", Interval(89.0, 91.0)),
        ("What is done at second 10?", Interval(9.0, 11.0)),
        ("What happens at the second minute?", Interval(60.0, 120.0)),
        ("What is said during the 3rd minute?", Interval(120.0, 180.0)),
        ("What is done at 2 minutes 10 seconds?", Interval(129.0, 131.0)),
        ("What is done from 1 to 2 minutes?", Interval(60.0, 120.0)),
        ("What does he take the second time?", None),
        ("What stands between two people?", None),
        ("Where is the second bottle?", None),
    ],
)
def test_a_stretch_is_read(text: str, within: Stretch | None) -> None:
    assert read_time_words(text).within == within


def test_shares_and_ends_are_put_on_the_clock() -> None:
    video = Interval(10.0, 30.0)
    assert on_the_clock(Share(0.5, 1.0), video) == Interval(20.0, 30.0)
    assert on_the_clock(Interval(-5.0, 0.0), video) == Interval(25.0, 30.0)


def test_an_end_of_the_video_is_a_turn_and_a_turn_an_end() -> None:
    assert read_time_words("What does he take last?").part == "end"
    assert read_time_words("What does he take at the start?").turn == "first"
    assert read_time_words("What does he take in the middle?").turn is None


def test_events_are_told_in_order() -> None:
    assert list(split_in_order("he sits, then he eats. She reads")) == [
        "he sits",
        "he eats",
        "She reads",
    ]


@pytest.mark.parametrize(
    ("clock", "seconds"), [("75", 75.0), ("1:15", 75.0), ("1:00:05.5", 3605.5), ("-3", -3.0)]
)
def test_clock_times_are_seconds(clock: str, seconds: float) -> None:
    assert clock_seconds(clock) == seconds


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="could not convert"):
        clock_seconds("noon")
