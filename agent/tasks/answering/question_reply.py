"""Reads what a chat model answered: in a form, in words, or by the likelihood of labels."""

from __future__ import annotations

import math
import re
import string
from collections.abc import Sequence
from typing import Any, cast

from langchain_core.messages import AIMessage
from pydantic import BaseModel, ValidationError

from foretell.agent.chat_models.response_format import (
    NUMBER,
    ResponseFormat,
    list_of,
    response_format,
    text_of,
)
from foretell.agent.confidence_line import read_share
from foretell.agent.final_answer import read_final_answer
from foretell.agent.messages import FinalAnswer
from foretell.errors import ModelError
from foretell.patterns import LazyPattern
from foretell.thoughts import spoken_from
from foretell.tools.answering.choice_parsing import choice_labels, read_choice

MOST_LIKELIHOODS = 20
"""Most tokens whose log-probabilities OpenAI's endpoints tell at one place."""
_LONGEST_REASON = 600
"""Characters of three long sentences."""
_LONGEST_TIME = 40
"""Characters of a time with the name of a video."""
_MOST_TIMES = 6
"""Times that an answer cites."""
_LEAST_MASS = 0.01
"""Probability that some label must have for the labels to be what the model wants to say."""
_BEFORE_LABEL = LazyPattern(
    r"\W*(?:(?:the|my|best|correct|final)\s+)*(?:answer|choice|option)?\W*(?:is)?\W*", re.IGNORECASE
)


class _Form(BaseModel):
    reason: str = ""
    evidence: list[str] = []
    choice: str = ""
    confidence: float | str | None = None


def answer_format(count: int) -> ResponseFormat:
    """Returns OpenAI's `response_format` for an answer to a question with so many choices."""
    return response_format(
        "answer",
        reason=text_of(longest=_LONGEST_REASON),
        evidence=list_of(text_of(longest=_LONGEST_TIME), most=_MOST_TIMES),
        choice=text_of(choice_labels(count)),
        confidence=NUMBER,
    )


def read_reply(reply: str, choices: Sequence[str]) -> FinalAnswer:
    """Reads words, choice and confidence of a reply, whether it keeps to `answer_format` or not.

    The text of a reply in JSON is its reason, with the times that it cites in brackets.

    Args:
        reply: What the model said, without its thoughts.
        choices: The answers to choose from.
    """
    try:
        form = _Form.model_validate_json(reply)
    except ValidationError:
        form = _Form()
    if not form.reason:
        return read_final_answer(reply, choices)
    cited = [f"[{one.strip().strip('[]')}]" for one in form.evidence]
    confidence = None if form.confidence is None else read_share(form.confidence)
    return FinalAnswer(
        " ".join([form.reason, *cited]).strip(), read_choice(reply, choices), confidence
    )


def read_likelihoods(reply: AIMessage, count: int) -> tuple[float, ...] | None:
    """Returns the probability of each label, adding up to 1; None where the reply names no label.

    Taken are the likeliest tokens at the place where the reply's first label stands, or may
    stand, after the thoughts, as "MVU" and "Vamos" choose the answer of the highest likelihood.

    Raises:
        ModelError: If the endpoint told no log-probabilities.
    """
    likelihoods: Any = cast(dict[str, Any], reply.response_metadata).get("logprobs") or {}
    places: list[dict[str, Any]] = likelihoods.get("content") or []
    if not places:
        raise ModelError(
            "the endpoint tells no log-probabilities; let choices be told in a form or in text"
        )
    labels = choice_labels(count)
    thought = spoken_from("".join(place["token"] for place in places))
    before = ""
    for place in places:
        masses = _masses(place, labels)
        spoken = len(before) >= thought and _BEFORE_LABEL.fullmatch(before[thought:])
        if spoken and sum(masses) >= _LEAST_MASS:
            return tuple(mass / sum(masses) for mass in masses)
        before += place["token"]
    return None


def _masses(place: dict[str, Any], labels: Sequence[str]) -> list[float]:
    """Returns the probability of each label among the likeliest tokens of a place."""
    masses = dict.fromkeys(labels, 0.0)
    for token in place["top_logprobs"]:
        label = token["token"].strip(string.whitespace + string.punctuation)
        if label in masses:
            masses[label] += math.exp(token["logprob"])
    return list(masses.values())
