"""The one form that questions and statements have, however they are put."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.tools.texts.sentences import Sentence, read_phrase, read_sentence

WORDS = """
what who when which how is was does did the a it by of to not been being after while first taken
taking take open opens milk dog up there that , ?
"""


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Is the milk taken?", "does the person take the milk"),
        ("Has the milk been taken by somebody?", "does the person take the milk"),
        ("The person takes the milk, doesn't he?", "does the person take the milk"),
        ("I'd like to know whether the milk is taken", "does the person take the milk"),
        ("Is there someone playing the guitar?", "does the person play the guitar"),
        ("Is it the dog that catches the ball?", "does the dog catch the ball"),
        ("Is the cutting board washed?", "does the person wash the cutting board"),
        ("Is the cup put by the window?", "does the person put the cup by the window"),
        ("Was the man hit by the car?", "does the car hit the man"),
        ("Is the bread cut by the man in red?", "does the man in red cut the bread"),
        ("Is the door carefully closed?", "does the person close the door carefully"),
        ("Is it raining?", "does it rain"),
        ("Is the scene empty?", "is the scene empty"),
        ("Who is the ball caught by?", "who catches the ball"),
        ("By which dog is the ball caught?", "which dog catches the ball"),
        ("What got broken?", "what does the person break"),
        ("What's he got in his hand?", "what does the person have in his hand"),
        ("With what is the bread cut?", "what does the person cut the bread with"),
        ("To whom is the ball thrown?", "who does the person throw the ball to"),
        ("What is the object that he takes?", "what object does the person take"),
        ("What will happen?", "what happens"),
        ("What is going on in this clip?", "what happens"),
        ("what colour is the car", "what is the colour of the car"),
        ("How many people enter the room?", "how many people enter the room"),
        ("How often is the tap turned on?", "how many times does the person turn on the tap"),
        ("Count how often he jumps", "how many times does the person jump"),
        ("For how long is the cup washed?", "how long does the person wash the cup"),
        ("Find the moment when the milk is poured", "when does the person pour the milk"),
        ("At which moment is the lid taken off?", "when does the person take off the lid"),
        ("How are the eggs beaten?", "how does the person beat the eggs"),
        ("Is an egg broken or a note written?", "does the person break an egg or a note written"),
    ],
)
def test_a_question_has_one_form(text: str, form: str) -> None:
    assert read_sentence(text).text == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (
            "Before he leaves the room, is the light switched off?",
            "does the person switch off the light before leaving the room",
        ),
        (
            "When the phone rings, what does she do?",
            "what does the person do while the phone rings",
        ),
        (
            "What, once the bell has rung, is done?",
            "what does the person do after the bell rings",
        ),
        ("What is taken first?", "what does the person take first"),
        ("At the start, what is drawn?", "what does the person draw at the beginning"),
    ],
)
def test_time_words_stand_at_the_end(text: str, form: str) -> None:
    assert read_sentence(text).text == form


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("opening the fridge", "opening the fridge"),
        ("the fridge has been opened", "opening the fridge"),
        ("having put the cup down", "putting down the cup"),
        ("the dog is chasing a cat", "the dog chases a cat"),
        ("a cat was chased by the dog", "the dog chases a cat"),
        ("the fridge is open", "the fridge is open"),
        ("lying down", "lying down"),
        ("the bell", "the bell"),
    ],
)
def test_a_statement_has_one_form(text: str, statement: str) -> None:
    assert read_phrase(text).statement == statement


@given(st.text(max_size=120))
def test_any_text_is_read(text: str) -> None:
    sentence = read_sentence(text)
    assert isinstance(sentence, Sentence)
    assert isinstance(sentence.text, str)


@given(st.lists(st.sampled_from(WORDS.split()), max_size=9))
def test_any_order_of_words_is_read(words: list[str]) -> None:
    assert isinstance(read_sentence(" ".join(words)).text, str)
