"""Reads a model's last message: its words, its choice and its confidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_CHOICE_LINE = re.compile(
    r"^\W*(?:final\s+)?(?:choice|answer|option)\W*(?:is\W*)?[(\[]?"
    r"(?:(?P<number>\d+)|(?P<letter>[A-Za-z]))\b[)\].]?.*$",
    re.IGNORECASE | re.MULTILINE,
)
_BARE_CHOICE = re.compile(r"^\W*(?:(?P<number>\d+)|(?P<letter>[A-Za-z]))\W*$")
_CONFIDENCE_LINE = re.compile(
    r"^\W*confidence\W*?(?P<number>-?\d+(?:\.\d+)?|\.\d+)\s*(?P<percent>%)?.*$",
    re.IGNORECASE | re.MULTILINE,
)
_THOUGHT = re.compile(
    r"<think>.*?</think>"
    r"|\A(?:(?!<think>).)*</think>",  # some chat templates begin the thought in the prompt
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class FinalAnswer:
    """A last message taken apart; what it does not hold is None."""

    text: str
    choice: int | None
    confidence: float | None


def read_final_answer(message: str, choices: Sequence[str] = ()) -> FinalAnswer:
    """Takes a last message apart.

    The choice is read from a line such as "Choice: 2" or "Answer: (B)", else from a message that
    is a number, a letter or one of the choices, word for word. A number or letter beyond the
    choices is no choice, and a confidence outside [0, 1] (or 0-100 %) is none.
    """
    text = without_thoughts(message)
    confidence = _confidence(text)
    text = _CONFIDENCE_LINE.sub("", text).strip()
    choice = _choice(text, choices) if choices else None
    if choice is not None:
        without = _CHOICE_LINE.sub("", text).strip()
        text = without if without and not _BARE_CHOICE.match(without) else choices[choice]
    return FinalAnswer(text, choice, confidence)


def without_thoughts(message: str) -> str:
    """Gives what a model says beside what it writes between <think> and </think>."""
    return _THOUGHT.sub("", message).strip()


def _confidence(text: str) -> float | None:
    match = _CONFIDENCE_LINE.search(text)
    if match is None:
        return None
    value = float(match["number"]) / (100.0 if match["percent"] else 1.0)
    return value if 0.0 <= value <= 1.0 else None


def _choice(text: str, choices: Sequence[str]) -> int | None:
    matches = [*_CHOICE_LINE.finditer(text)][-1:] or [*_BARE_CHOICE.finditer(text)]
    for match in matches:
        index = (
            int(match["number"]) - 1 if match["number"] else ord(match["letter"].lower()) - ord("a")
        )
        if 0 <= index < len(choices):
            return index
    said = _plain(text)
    named = [index for index, choice in enumerate(choices) if _plain(choice) == said]
    return named[0] if len(named) == 1 else None


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
