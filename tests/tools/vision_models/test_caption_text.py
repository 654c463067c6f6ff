"""What becomes of a model's words before they are a caption."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.tools.vision_models.chat_reply import tidy_caption

WHOLE = [
    "The price is $3.50",
    "A man cuts 2.5 kg of meat",
    "Dr. Smith opens the door",
    "Yes. The man holds a knife",
    "1. Cut the bread",
    "a man with a pan",
    "",
]


@pytest.mark.parametrize("cut_off", [False, True])
@pytest.mark.parametrize("said", WHOLE)
def test_a_full_stop_that_ends_no_sentence_cuts_nothing(said: str, cut_off: bool) -> None:
    assert tidy_caption(said, cut_off=cut_off) == said


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (" He opens\nthe door. He then tak", "He opens the door."),
        ("It is 3.5 m long. He saw", "It is 3.5 m long."),
        ("He meets Dr. Smith at noon. The", "He meets Dr. Smith at noon."),
        ("He meets J. Smith and Prof. Mo", "He meets J. Smith and Prof. Mo"),
        ("Is that a pan? It loo", "Is that a pan?"),
        ("He opens a box. 2. He", "He opens a box."),
        ("He uses a wok, e.g. a small", "He uses a wok, e.g. a small"),
        ("He waits. He opens the door.", "He waits. He opens the door."),
    ],
)
def test_an_unfinished_sentence_is_left_out(said: str, kept: str) -> None:
    assert tidy_caption(said, cut_off=True) == kept
    assert tidy_caption(said, cut_off=False) == " ".join(said.split())


@given(st.text("aB1.!? \n", max_size=60))
def test_what_is_kept_is_a_beginning_that_is_not_tiny(said: str) -> None:
    line = " ".join(said.split())
    kept = tidy_caption(said, cut_off=True)
    assert line.startswith(kept)
    assert kept == line or len(kept.split()) >= 3
