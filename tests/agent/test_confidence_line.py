"""Confidence in whatever way a model writes a share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.agent.confidence_line import read_confidence, read_share, without_confidence

WRITERS: dict[str, Callable[[int], str]] = {
    "point": lambda n: f"Confidence: {n / 100}",
    "comma": lambda n: f"Confidence: {n / 100}".replace(".", ","),
    "per cent": lambda n: f"**Confidence:** {n} %",
    "words": lambda n: f"My confidence is about {n} percent.",
    "share": lambda n: f"Confidence: {n}/100",
    "out of": lambda n: f"confidence = {n} out of 100",
    "named scale": lambda n: f"Confidence (0-1): {n / 100}",
    "other scale": lambda n: f"Confidence (0-100): {n}",
    "exponent": lambda n: f"Confidence: {n}e-2",
    "field": lambda n: f'"confidence": {n / 100},',
    "score": lambda n: f"- Confidence score: **{n / 100}** (I looked twice)",
}


@given(st.sampled_from([*WRITERS]), st.integers(0, 100))
def test_what_is_written_in_any_form_is_read_back(form: str, hundredths: int) -> None:
    line = WRITERS[form](hundredths)
    assert read_confidence(f"He pours it.\n{line}") == pytest.approx(hundredths / 100)
    assert without_confidence(f"He pours it.\n{line}").strip() == "He pours it."


@pytest.mark.parametrize(
    "told", ["7", "-0.2", "0.8-0.9", "0.8 to 0.9", "1.5/1", "3/0", "high", "10:30", "9" * 400, ""]
)
def test_what_is_no_share_is_none(told: str) -> None:
    assert read_confidence(f"Yes.\nConfidence: {told}") is None


def test_words_that_begin_like_it_stay() -> None:
    text = "Confidence is what he lacks."
    assert without_confidence(text) == text


def test_a_field_is_read_alike() -> None:
    assert [read_share(told) for told in (0.9, "0,9", "90%", 2, "sure")] == [
        0.9,
        0.9,
        0.9,
        None,
        None,
    ]


@given(st.text(st.sampled_from([*"confidence:0123456789.,/%()- \n"]), max_size=60))
def test_any_text_gives_a_share_or_none(text: str) -> None:
    confidence = read_confidence(text)
    assert confidence is None or (0.0 <= confidence <= 1.0 and any(map(str.isdigit, text)))
