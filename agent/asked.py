"""Writes a question as the message that a planner is sent."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import HumanMessage

from foretell.prompts.loader import load_prompt
from foretell.tools.answering.choice_reading import labelled


def asked_message(question: str, choices: Sequence[str]) -> HumanMessage:
    """Writes the question for a model; the embedded planner reads its parts beside the text."""
    text = question
    if choices:
        text = load_prompt("choices").fill(question=question, choices=labelled(choices))
    return HumanMessage(text, additional_kwargs={"question": question, "choices": list(choices)})
