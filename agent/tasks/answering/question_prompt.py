"""Writes what a chat model is asked about a video."""

from __future__ import annotations

from collections.abc import Sequence

from foretell.agent.tasks.anticipation.lalm_prompt import ChatPrompt
from foretell.prompts.loader import load_prompt
from foretell.tools.answering.choice_reading import labelled

_MARKS = ("<timeline>", "</timeline>")


def write_question(question: str, choices: Sequence[str], timeline: str) -> ChatPrompt:
    """Writes a question that is answered in words, with reasons and times."""
    choosing = f"{load_prompt('answer_choosing').fill()} " if choices else ""
    instruction = load_prompt("answer").fill(choosing=choosing)
    return ChatPrompt(instruction, _asked(timeline, _with_choices(question, choices)))


def write_for_label(question: str, choices: Sequence[str], timeline: str) -> ChatPrompt:
    """Writes a question that is answered with the label of a choice alone."""
    instruction = load_prompt("answer_letter").fill()
    return ChatPrompt(instruction, _asked(timeline, f"{_with_choices(question, choices)}\nAnswer:"))


def write_for_summary(question: str, timeline: str, words: int) -> ChatPrompt:
    """Writes a request to sum a timeline up for whoever answers the question."""
    instruction = load_prompt("summarise").fill(words=words)
    return ChatPrompt(instruction, _asked(timeline, f"The question: {question}"))


def _with_choices(question: str, choices: Sequence[str]) -> str:
    return f"{question}\n\n{labelled(choices)}" if choices else question


def _asked(timeline: str, question: str) -> str:
    """Puts the timeline between its marks, which no line of it can end."""
    for mark in _MARKS:
        timeline = timeline.replace(mark, "")
    shown = timeline or "(The timeline is empty.)"
    return load_prompt("answer_question").fill(timeline=shown, question=question)
