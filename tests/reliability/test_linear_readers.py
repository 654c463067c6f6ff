"""Every reader of a model's words goes through a long text once, whatever the text repeats."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from foretell.agent.citations import read_citations
from foretell.agent.confidence_line import read_confidence, without_confidence
from foretell.agent.embedded.question import detail_asked
from foretell.agent.final_answer import LiveText, read_final_answer
from foretell.thoughts import spoken_so_far, without_thoughts
from foretell.tools.localization.span_parsing import read_moment, read_spans
from foretell.types import Interval

Reader = Callable[[str], object]
CHOICES = ("a red cup", "a blue cup")


def as_it_comes(text: str) -> str:
    """Shows a text a few words at a time, as an endpoint streams it."""
    live = LiveText(lambda words: words)
    shown = "".join(live.feed(text[at : at + 40]) for at in range(0, len(text), 40))
    return shown + live.rest()


READERS: dict[str, Reader] = {
    "answer": read_final_answer,
    "choice": lambda text: read_final_answer(text, CHOICES),
    "confidence": read_confidence,
    "without confidence": without_confidence,
    "spans": lambda text: read_spans(text, Interval(0.0, 10.0)),
    "moment": read_moment,
    "citations": lambda text: list(read_citations(text)),
    "thoughts": without_thoughts,
    "thoughts so far": spoken_so_far,
    "detail": detail_asked,
    "live": as_it_comes,
}
REPEATED = (
    "\n",
    " ",
    "7",
    "word ",
    "<think>",
    "what ",
    "*",
    "a line\n",
    "It ends. ",
    "[",
    "1:02 - ",
)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("repeated", REPEATED)
def test_four_times_the_text_takes_nowhere_near_sixteen_times_as_long(
    reader: str, repeated: str
) -> None:
    read = READERS[reader]
    short, long = (f"x{repeated * (size // len(repeated))}y" for size in (8_000, 32_000))
    read(short)  # what is made once is made
    spent = _seconds(read, short)
    assert _seconds(read, long) < 10.0 * spent + 0.1


def _seconds(read: Reader, text: str) -> float:
    begun = time.process_time()
    read(text)
    return time.process_time() - begun


def test_a_long_answer_is_shown_whole_and_while_it_comes() -> None:
    text = "It is a long answer. " * 2000
    live = LiveText(lambda words: words)
    pieces = [live.feed(text[at : at + 21]) for at in range(0, len(text), 21)]
    assert sum(map(bool, pieces)) > 50
    assert ("".join(pieces) + live.rest(text)).strip() == text.strip()


def test_blank_lines_around_the_lines_behind_an_answer_change_nothing() -> None:
    answer = read_final_answer("It is red.\n\n\n\n**Choice:** 2\n\n\nConfidence: 0.5\n\n", CHOICES)
    assert (answer.text, answer.choice, answer.confidence) == ("It is red.", 1, 0.5)
    told = read_final_answer("Nothing.\n\n** Status: absent **\n\n")
    assert (told.text, told.status) == ("Nothing.", "absent")


@pytest.mark.parametrize(
    ("question", "detail"),
    [
        ("What colour is the cup?", "colour"),
        ("Of which\ncolor is it?", "colour"),
        ("Is a colour what you see?", None),
        ("How many cups are there?", "number"),
    ],
)
def test_a_detail_is_asked_in_order(question: str, detail: str | None) -> None:
    assert detail_asked(question) == detail
