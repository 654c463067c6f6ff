"""What a model says, told from what it thinks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.thoughts import (
    CUT_OFF,
    EMPTY,
    ONLY_THOUGHTS,
    UNFINISHED,
    read_spoken,
    spoken_from,
    spoken_so_far,
    with_opened_thought,
    without_thoughts,
)

NAMES = ("think", "thinking", "thought", "reasoning", "THINK", "Thought")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("<{}>A pan?</{}>\nHe cooks.", "He cooks."),
        ("<{}>\n\n</{}>\n\nHe cooks.", "He cooks."),
        ("Let me see. <{}>A pan?</{}>He cooks.", "Let me see. He cooks."),
        ("<{}>A pan?</{}>He cooks. <{}>Or fries?</{}>With oil.", "He cooks. With oil."),
        ("A pan, I think.</{}>He cooks.", "He cooks."),
        ("<{}>One<{}>in</{}>another</{}>He cooks.", "He cooks."),
        ("< {} >A pan?</ {} >He cooks.", "He cooks."),
        ("He thinks of <b>a pan</b>.", "He thinks of <b>a pan</b>."),
    ],
)
def test_words_are_left_without_thoughts(name: str, reply: str, said: str) -> None:
    assert without_thoughts(reply.replace("{}", name)) == said


@pytest.mark.parametrize(
    "reply",
    [
        'The slide says "<think>".',
        "The slide says \N{LEFT DOUBLE QUOTATION MARK}<think>\N{RIGHT DOUBLE QUOTATION MARK}.",
        "It shows `<think>A pan?</think>` in red.",
        'The last line is "</think>".',
        '{"reason": "<think>He cooks.</think>", "choice": "A"}',
    ],
)
def test_a_quoted_tag_is_a_part_of_the_words(reply: str) -> None:
    assert without_thoughts(reply) == reply
    assert without_thoughts(f"<think>In quotes?</think>{reply}") == reply


@pytest.mark.parametrize(
    ("reply", "cut_off", "silence"),
    [
        ("<think>A pan?", True, CUT_OFF),
        ("<think>A pan?", False, CUT_OFF),
        ("He cooks. <reasoning>Or fries?", False, CUT_OFF),
        ("<think>A pan?</think>", True, CUT_OFF),
        ("", True, CUT_OFF),
        ("<think>A pan?</think>\n", False, ONLY_THOUGHTS),
        (" \n", False, EMPTY),
        ("He cooks", True, None),
    ],
)
def test_why_nothing_is_said(reply: str, cut_off: bool, silence: str | None) -> None:
    spoken = read_spoken(reply, cut_off=cut_off)
    assert spoken.silence == silence
    assert bool(spoken.text) is (silence is None)


def test_half_a_reply_says_nothing_where_only_a_whole_one_counts() -> None:
    assert read_spoken("The choices are", cut_off=True, whole=True).silence == UNFINISHED
    assert read_spoken("The milk", whole=True).text == "The milk"


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        ("He co", "He co"),
        ("He cooks. <thi", "He cooks. "),
        ("He cooks. <think>", "He cooks. "),
        ("He cooks. <think>Or", "He cooks. "),
        ("He cooks. <think>Or</think", "He cooks. "),
        ("He cooks. <think>Or</think>With", "He cooks. With"),
        ("A pan?</think>He", "He"),
    ],
)
def test_what_can_be_shown_of_half_a_reply(reply: str, shown: str) -> None:
    assert spoken_so_far(reply) == shown


def test_where_the_words_begin() -> None:
    assert spoken_from("He cooks.") == 0
    assert spoken_from("<think>A</think>He cooks.") == len("<think>A</think>")
    assert spoken_from("<think>A pan") == len("<think>A pan")


@pytest.mark.parametrize(
    ("prompt", "said"),
    [("assistant: <think>\n", ""), ("Say <think> once. assistant: ", "A pan?"), ("", "A pan?")],
)
def test_a_chat_template_may_open_the_thought(prompt: str, said: str) -> None:
    assert without_thoughts(with_opened_thought("A pan?", prompt)) == said
    assert with_opened_thought("", prompt) == ""


_LEFT, _RIGHT = ("\N{WHITE LEFT-POINTING TRIANGLE}", "\N{WHITE RIGHT-POINTING TRIANGLE}")
_FINAL = "<|start|>assistant<|channel|>final<|message|>"
WRITERS = {
    "tags": "<thinking>{}</thinking>",
    "attributes": '<think mode="deep">{}</think>',
    "seed": "<seed:think>{}</seed:think>",
    "kimi": f"{_LEFT}think{_RIGHT}{{}}{_LEFT}/think{_RIGHT}",
    "magistral": "[THINK]{}[/THINK]",
    "command": "<|START_THINKING|>{}<|END_THINKING|>",
    "marks": "<|begin_of_thought|>{}<|end_of_thought|>",
    "gpt-oss": f"<|channel|>analysis<|message|>{{}}<|end|>{_FINAL}",
    "opened": f"analysis<|message|>{{}}<|end|>{_FINAL}",
    "bare": "analysis{}assistantfinal",
    "half": "{}</think>",
}
WORDS = st.text(st.sampled_from([*"abc ,.\n"]), max_size=30).map(lambda text: f"We {text} see.")


@given(st.sampled_from([*WRITERS]), WORDS, WORDS)
def test_thoughts_in_any_form_are_told_from_what_is_said(
    form: str, thought: str, said: str
) -> None:
    reply = WRITERS[form].format(thought) + said
    assert without_thoughts(reply) == said.strip()
    assert reply[spoken_from(reply) :] == said


@pytest.mark.parametrize(
    "reply",
    ["<|channel|>analysis<|message|>We nee", "analysisWe nee", "[THINK]We", "<seed:think>We"],
)
def test_a_thought_that_is_cut_off_says_nothing(reply: str) -> None:
    assert read_spoken(reply).silence == CUT_OFF
    assert spoken_so_far(reply) == ""


def test_what_is_said_around_channels() -> None:
    reply = "<|channel|>final<|message|>He cooks.<|return|>"
    assert without_thoughts(reply) == "He cooks."
    assert without_thoughts("analysis of the milk") == "analysis of the milk"


@given(st.text(st.sampled_from([*"ab<>/\"' \n"]), max_size=40), st.sampled_from(NAMES))
def test_any_reply_can_be_read(text: str, name: str) -> None:
    reply = text.replace("a", f"<{name}>").replace("b", f"</{name}>")
    spoken = read_spoken(reply)
    assert (spoken.silence is None) is bool(spoken.text)
    assert 0 <= spoken_from(reply) <= len(reply)
    assert set(spoken.text) <= set(reply)
