"""Words with times become utterances: their text is the one that was written down."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foretell.tools.speech.timed_words import (
    LONGEST_SECONDS,
    PAUSE_SECONDS,
    TimedWord,
    utterances_of_words,
)
from foretell.types import Interval


def timed(*words: tuple[str, float, float]) -> list[TimedWord]:
    return [TimedWord(word=word, start=start, end=end) for word, start, end in words]


def told(text: str, *words: tuple[str, float, float]) -> list[tuple[str, Interval]]:
    return [(one.text, one.interval) for one in utterances_of_words(text, timed(*words))]


@pytest.mark.parametrize(
    ("text", "words", "utterances"),
    [
        ("hello there", [("hello", 1.0, 1.4), ("there", 1.5, 1.9)], ["hello there"]),
        ("Wait -- 3.5 %, please", [("Wait", 0, 1), ("3.5", 1, 2), ("please", 2, 3)], None),
        ("你好世界", [("你好", 0, 1), ("世界", 1, 2)], None),
        ("你好。再见。", [("你好", 0, 1), ("再见", 1, 2)], ["你好。", "再见。"]),
        ("One. Two", [("One", 0, 1), ("Two", 1, 2)], ["One.", "Two"]),
        ("One two", [("One", 0, 1), ("two", 1.6, 2)], ["One", "two"]),
        ("go go go", [("go", 0, 1), ("go", 1, 2), ("go", 2, 3)], None),
        ("", [(" hello", 0, 1), (" there", 1, 2)], ["hello there"]),
        ("something else", [("hello", 0, 1), ("there", 1, 2)], ["hello there"]),
        ("b a", [("a", 1, 2), ("b", 0, 1)], None),
        ("a\x1b[31m b", [("a", 0, 1), ("b", 1, 2)], ["a [31m b"]),
    ],
)
def test_words_are_written_as_in_the_text(
    text: str, words: list[tuple[str, float, float]], utterances: list[str] | None
) -> None:
    assert [one for one, _ in told(text, *words)] == (utterances or [text])


def test_an_utterance_lasts_from_its_first_word_to_its_last() -> None:
    words = [("a", 1.0, 2.0), ("b", 1.5, 1.7), ("", 2.0, 9.0), ("c", 9.0, 8.0)]
    assert told("a b c", *words) == [("a b", Interval(1.0, 2.0)), ("c", Interval(9.0, 9.0))]
    assert told("a b c") == []


def test_words_without_a_pause_do_not_become_one_endless_utterance() -> None:
    words = [(f"w{number}", float(number), number + 1.0) for number in range(100)]
    spans = [interval for _, interval in told(" ".join(word for word, *_ in words), *words)]
    assert max(span.duration for span in spans) <= LONGEST_SECONDS
    assert sum(span.duration for span in spans) == 100.0


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.text("ab 。", max_size=4), st.floats(0, 50), st.floats(0, 50))),
    st.text("ab 。", max_size=30),
)
def test_every_word_is_told_once_at_its_time(
    words: list[tuple[str, float, float]], text: str
) -> None:
    utterances = told(text, *words)
    starts = [start for word, start, _ in words if word.strip()]
    for one, other in pairwise(utterances):
        assert one[1].start <= other[1].start
    covered = [start for start in starts if any(a.start <= start <= a.end for _, a in utterances)]
    assert len(covered) == len(starts)
    assert PAUSE_SECONDS < LONGEST_SECONDS
