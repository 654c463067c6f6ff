"""Reads a model's last message: its words, its choice and its confidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from langchain_core.messages import HumanMessage

from foretell.prompts.loader import load_prompt
from foretell.tools.answering.choice_parsing import labelled, read_choice

_CHOICE_LINE = re.compile(
    r"^\W*(?:final\s+)?(?:choice|answer|option)\W*(?:is\W*)?[(\[]?(?:\d+|[A-Za-z])\b[)\].]?.*$",
    re.IGNORECASE | re.MULTILINE,
)
_BARE_CHOICE = re.compile(r"^\W*(?:\d+|[A-Za-z])\W*$")
_CONFIDENCE_LINE = re.compile(
    r"^\W*confidence\W*?(?P<number>-?\d+(?:\.\d+)?|\.\d+)\s*(?P<percent>%)?.*$",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class FinalAnswer:
    """A last message taken apart; what it does not hold is None."""

    text: str
    choice: int | None
    confidence: float | None


def read_final_answer(message: str, choices: Sequence[str] = ()) -> FinalAnswer:
    """Reads words, choice and confidence out of a last message, which holds no thoughts.

    The choice is read by `read_choice`. A confidence outside [0, 1] (or 0-100 %) is none; the
    last line of confidence counts.
    """
    confidence = _confidence(message)
    text = _CONFIDENCE_LINE.sub("", message).strip()
    choice = read_choice(text, choices) if choices else None
    if choice is not None:
        without = _CHOICE_LINE.sub("", text).strip()
        text = without if without and not _BARE_CHOICE.match(without) else choices[choice]
    return FinalAnswer(text, choice, confidence)


def _confidence(text: str) -> float | None:
    match = next(reversed([*_CONFIDENCE_LINE.finditer(text)]), None)
    if match is None:
        return None
    value = float(match["number"]) / (100.0 if match["percent"] else 1.0)
    return value if 0.0 <= value <= 1.0 else None


def asked_message(question: str, choices: Sequence[str]) -> HumanMessage:
    """Writes the question for a model; the embedded planner reads its parts beside the text."""
    text = question
    if choices:
        text = load_prompt("choices").fill(question=question, choices=labelled(choices))
    return HumanMessage(text, additional_kwargs={"question": question, "choices": list(choices)})
