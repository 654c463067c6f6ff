"""Long replies are read whole, line by line and as they come."""

from __future__ import annotations

import pytest

from foretell.agent.citations import CitedEvent, read_citations
from foretell.agent.embedded.question import detail_asked
from foretell.agent.final_answer import LiveText, read_final_answer

CHOICES = ("a red cup", "a blue cup")


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


def test_a_bracket_of_many_names_is_read_in_one_way() -> None:
    """Each name can be read whole or letter by letter, in more ways than there is time for."""
    many = "video 1, a.mp4 " * 19
    assert read_citations(f"[{many}\N{RIGHT BLACK LENTICULAR BRACKET}") == []
    assert read_citations(f"[{many}") == []
    (place,) = read_citations("He runs [video 1, a.mp4, 1.0-2.0 s].")
    assert place.cited
    (place,) = read_citations(
        "\N{LEFT BLACK LENTICULAR BRACKET}e3\N{RIGHT BLACK LENTICULAR BRACKET}x.mp4"
    )
    assert place.cited == (CitedEvent(3),)
