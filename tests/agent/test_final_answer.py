"""A model's last message taken apart."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.agent.final_answer import LiveText, read_final_answer

CHOICES = ("a cat", "a dog", "a bird")


@pytest.mark.parametrize(
    ("message", "choice"),
    [
        ("It barks [e1].\nChoice: 2\nConfidence: 0.9", 1),
        ("Answer: (B)", 1),
        ("**Final answer: C**", 2),
        ("The answer is A.", 0),
        ("Choice: 1\nNo, wait.\nChoice: 3", 2),
        ("b", 1),
        ("(2)", 1),
        ("A dog.", 1),
        ("Choice: 4", None),
        ("Choice: Z", None),
        ("I cannot tell.", None),
        ("", None),
    ],
)
def test_the_choice_is_read(message: str, choice: int | None) -> None:
    assert read_final_answer(message, CHOICES).choice == choice


@pytest.mark.parametrize(
    ("message", "confidence"),
    [
        ("Yes.\nConfidence: 0.8", 0.8),
        ("Yes.\nconfidence = 80 %", 0.8),
        ("Yes.\n**Confidence:** .5", 0.5),
        ("Yes.\nConfidence: 7", None),
        ("Yes.\nConfidence: -0.2", None),
        ("Yes.\nConfidence: high", None),
        ("Yes.", None),
    ],
)
def test_the_confidence_is_read(message: str, confidence: float | None) -> None:
    assert read_final_answer(message).confidence == confidence


def test_the_words_are_left_without_choice_and_confidence() -> None:
    final = read_final_answer("It barks [e1].\nChoice: 2\nConfidence: 0.9", CHOICES)
    assert final.text == "It barks [e1]."
    assert read_final_answer("Choice: 2", CHOICES).text == "a dog"


def test_equal_choices_are_not_told_apart_by_their_words() -> None:
    assert read_final_answer("same", ("same", "same")).choice is None
    assert read_final_answer("Choice: 2", ("same", "same")).choice == 1


@given(st.text(max_size=300))
def test_any_message_can_be_read(message: str) -> None:
    final = read_final_answer(message, CHOICES)
    assert final.choice in (None, 0, 1, 2)
    assert final.confidence is None or 0 <= final.confidence <= 1


def shown(pieces: list[str]) -> str:
    live = LiveText(lambda text: text.strip().replace("[e1]", "[2 s]"))
    shown_before = [live.feed(piece) for piece in pieces]
    said = live.rest("".join(pieces))
    return "".join([*shown_before, said])


@given(st.lists(st.integers(0, 60), max_size=12))
def test_streamed_words_read_like_the_answer_however_they_are_cut(cuts: list[int]) -> None:
    text = "It barks (twice) [e1].\nThen it sleeps.\nConfidence: 0.9"
    ends = [0, *sorted({min(cut, len(text)) for cut in cuts}), len(text)]
    pieces = [text[a:b] for a, b in pairwise(ends)]
    assert shown(pieces) == "It barks (twice) [2 s].\nThen it sleeps."


def test_streamed_words_that_only_begin_like_a_hidden_line_are_shown() -> None:
    assert shown(["Cats sleep.\nCon", "trary to dogs."]) == "Cats sleep.\nContrary to dogs."
    assert shown(["Perhaps c"]) == "Perhaps c"
