"""What a question asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.agent.embedded.question import Question, read_question
from foretell.memory.words.wording import content_words, meaning
from foretell.types import Interval


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("When does she open the door?", "when"),
        ("At what time does the bus come?", "when"),
        ("Can you tell me when he sits down?", "when"),
        ("How many times does he jump?", "count"),
        ("How often is the bell rung?", "count"),
        ("Does he wear a hat?", "yes_no"),
        ("Why is the dog barking?", "why"),
        ("Which colour is the car?", "what"),
        ("the red car", "what"),
        ("What happens in the video?", "overview"),
        ("Please summarise the clip", "overview"),
        ("", "what"),
    ],
)
def test_the_kind_of_a_question(text: str, kind: str) -> None:
    assert read_question(text).kind == kind


@pytest.mark.parametrize(
    ("text", "stands", "anchor"),
    [
        ("What does he do right after opening the tap?", "after", "opening the tap"),
        ("What happens before the cat jumps?", "before", "the cat jumps"),
        ("What does she hold while she cooks?", "during", "she cooks"),
        ("After the rain stops, what do they do?", "after", "the rain stops"),
        ("What is the first thing he takes?", "first", ""),
        ("How does the video end?", "last", ""),
        ("What happens at the end of the video?", "last", ""),
        ("What does he eat?", None, ""),
    ],
)
def test_how_the_answer_stands_to_another_moment(
    text: str, stands: str | None, anchor: str
) -> None:
    question = read_question(text)
    assert (question.relation or question.order, question.anchor) == (stands, anchor)


@pytest.mark.parametrize("text", ["And after that?", "What does she do next?", "and then?"])
def test_a_follow_up_is_known_as_one(text: str) -> None:
    question = read_question(text)
    assert question.follows_up
    assert question.relation == "after"


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("What happens at 0:22?", Interval(21, 23)),
        ("What is shown at 75 seconds?", Interval(74, 76)),
        ("What happens between 10 and 15 s?", Interval(10, 15)),
        ("What happens from 1:00 to 1:30?", Interval(60, 90)),
        ("What happens at 1:00:05?", Interval(3604, 3606)),
    ],
)
def test_a_time_in_the_question_is_read(text: str, within: Interval) -> None:
    assert read_question(text).within == within


def test_the_focus_holds_the_words_to_look_for() -> None:
    assert content_words(read_question("When does the person pick up the milk?").focus) == (
        "pick",
        "milk",
    )


@given(st.text(max_size=200))
def test_any_text_is_a_question(text: str) -> None:
    assert isinstance(read_question(text), Question)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pouring", "pours"),
        ("took", "take"),
        ("picks", "grabbed"),
        ("chopping", "cut"),
        ("refrigerator", "fridge"),
        ("glasses", "glass"),
        ("arrives", "entered"),
        ("knives", "knife"),
    ],
)
def test_words_of_one_meaning_are_known_as_such(one: str, other: str) -> None:
    assert meaning(one) == meaning(other)


@pytest.mark.parametrize(("one", "other"), [("pour", "drink"), ("open", "close"), ("cup", "cap")])
def test_words_of_other_meanings_stay_apart(one: str, other: str) -> None:
    assert meaning(one) != meaning(other)
