"""Writes what a chat model is asked about a video."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from foretell.agent.chat_models.chat_endpoint import ChatPrompt
from foretell.agent.tasks.answering.question_settings import QuestionSettings
from foretell.prompts.loader import load_prompt
from foretell.tokens import count_tokens
from foretell.tools.answering.choice_parsing import labelled
from foretell.tools.representation.renderer import Meanings, render, timed_line
from foretell.types import Event

_MARKS = ("<timeline>", "</timeline>")


def write_question(question: str, choices: Sequence[str], timeline: str) -> ChatPrompt:
    """Writes a question that is answered in words, with reasons and times."""
    asked = _with_choices(question, choices)
    if choices:
        asked = f"{asked}\n\n{load_prompt('answer_choosing').fill()}"
    return ChatPrompt(load_prompt("answer").fill(), _problem(timeline, asked))


def write_for_label(question: str, choices: Sequence[str], timeline: str) -> ChatPrompt:
    """Writes a question that is answered with the label of a choice alone."""
    instruction = load_prompt("answer_letter").fill()
    return ChatPrompt(
        instruction, _problem(timeline, f"{_with_choices(question, choices)}\nAnswer:")
    )


def write_for_summary(question: str, timeline: str, words: int) -> ChatPrompt:
    """Writes a request to sum a timeline up for whoever answers the question."""
    asked = load_prompt("summarise_question").fill(question=question, words=words)
    return ChatPrompt(load_prompt("summarise").fill(), _problem(timeline, asked))


def _with_choices(question: str, choices: Sequence[str]) -> str:
    return f"{question}\n\n{labelled(choices)}" if choices else question


def _problem(timeline: str, question: str) -> str:
    """Fills the timeline in between its marks, which no line of it can end."""
    for mark in _MARKS:
        timeline = timeline.replace(mark, "")
    lines = timeline or "(The timeline is empty.)"
    return load_prompt("answer_question").fill(timeline=lines, question=question)


def timeline_texts(
    videos: Sequence[Sequence[Event]], question: str, settings: QuestionSettings, meanings: Meanings
) -> tuple[str, ...]:
    """Returns the timelines as text: one that holds all, or parts to be summarised one by one.

    Args:
        videos: The events of each video; where there are several, each has its share of the tokens.
        question: What is asked.
        settings: How timelines are shown, and whether they are summarised.
        meanings: Gives vectors where not everything fits.

    Raises:
        ModelError: If the embedder fails.
    """
    representation = settings.representation
    if settings.strategy == "summarise":
        return tuple(
            _written(number, render(part, representation, question, meanings).text, len(videos))
            for number, video in enumerate(videos, start=1)
            for part in _parts(video, settings)
        )
    share = replace(representation, max_tokens=max(1, representation.max_tokens // len(videos)))
    texts = [
        _written(number, render(video, share, question, meanings).text, len(videos))
        for number, video in enumerate(videos, start=1)
    ]
    return ("\n\n".join(texts),)


def _parts(events: Sequence[Event], settings: QuestionSettings) -> list[Sequence[Event]]:
    """Cuts a timeline into equal stretches, as few as fit and at most as many as are allowed."""
    limit = settings.representation.max_tokens
    tokens = count_tokens("\n".join(timed_line(event, limit) for event in events))
    count = max(1, min(settings.summary_parts, -(-tokens // limit)))
    size = max(1, -(-len(events) // count))
    return [events[start : start + size] for start in range(0, max(1, len(events)), size)]


def _written(number: int, text: str, videos: int) -> str:
    return f"Video {number}:\n{text}" if videos > 1 else text
