"""Answers to questions with choices as the lines of a run folder, and back."""

from __future__ import annotations

from dataclasses import asdict

from foretell.errors import ModelError
from foretell.evals.run_folder import Record
from foretell.questions import ChoiceAnswer, VideoQuestion
from foretell.types import Interval, Usage


def answer_record(question: VideoQuestion, answer: ChoiceAnswer) -> Record:
    """Returns an answer as JSON can hold it.

    Raises:
        ModelError: If it is none of the choices, or has not as many probabilities as there are.
    """
    count = len(question.choices)
    if answer.choice is not None and not 0 <= answer.choice < count:
        raise ModelError(
            f"the answer to {question.id!r} is choice {answer.choice}; it must be 0 to {count - 1}"
        )
    if answer.probabilities and len(answer.probabilities) != count:
        raise ModelError(
            f"the answer to {question.id!r} has {len(answer.probabilities)} probabilities; it must "
            f"have {count}"
        )
    span = answer.span
    return {
        "choice": answer.choice,
        "probabilities": list(answer.probabilities),
        "span": None if span is None else [span.start, span.end],
        "reply": answer.reply,
        "usage": asdict(answer.usage),
    }


def stored_answer(record: Record) -> ChoiceAnswer:
    """Returns the answer that a record holds."""
    span = record["span"]
    return ChoiceAnswer(
        choice=record["choice"],
        probabilities=tuple(record["probabilities"]),
        span=None if span is None else Interval(*span),
        reply=record["reply"],
        usage=Usage(**record["usage"]),
    )
