"""Judges free answers by rules: right, unknown, denied, wrong or misleading.

`natural_questions.jsonl` holds a rule for each natural question, made by looking at the videos.
What is right is what the video shows, or what the given texts say of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from foretell.evals.datasets.natural_questions import question_key
from foretell.patterns import LazyPattern
from foretell.types import AnswerStatus, Interval

Verdict = Literal["right", "unknown", "denied", "wrong", "misleading"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
FAULTS: tuple[Verdict, ...] = ("denied", "wrong", "misleading")
_RULES = "natural_questions.jsonl"
_DENIAL = LazyPattern(r"(no|none|nothing|neither)\b|there (is|are) no\b", re.IGNORECASE)
"""How an answer begins that says that a thing is not there."""
_COMMAND = LazyPattern(r"`[^`]*`")
"""A command that an answer proposes: the name of the file in it answers nothing."""


class Rule(BaseModel):
    """What a right answer to a question is.

    Attributes:
        video: What the file of questions calls the video.
        texts: What it is watched with.
        question: As it is asked.
        truth: What the video shows, for people.
        accept: The statuses of a right answer. "unknown" is among them where what is known of the
            video cannot tell, "absent" where the thing is not there and something that could have
            seen it looked.
        right: Regular expressions, in any case, that an answer must all match.
        wrong: Such expressions that make an answer wrong.
        spans: Start and end in seconds of what the evidence must name; None for an end that does
            not matter. No rule on spans where there is none.
        also: Spans that the evidence may name besides.
        tolerance: How far off a start or an end may be, in seconds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    video: str
    texts: str
    question: str
    truth: str
    accept: tuple[AnswerStatus, ...] = Field(min_length=1)
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    spans: tuple[tuple[float, float | None], ...] = ()
    also: tuple[tuple[float, float | None], ...] = ()
    tolerance: float = Field(default=1.0, gt=0.0)

    @property
    def key(self) -> str:
        """The name of the question in files."""
        return question_key(self.video, self.texts, self.question)


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered.

    Attributes:
        text: In words.
        status: As of an `Answer`.
        spans: Of the evidence, in seconds.
        confidence: In [0, 1], or None.
    """

    text: str
    status: AnswerStatus
    spans: tuple[Interval, ...] = ()
    confidence: float | None = None

    @property
    def denies(self) -> bool:
        """Whether it says that a thing is not there."""
        return self.status == "absent" or (
            self.status == "answered" and _DENIAL.match(self.text) is not None
        )

    @property
    def is_unexplained(self) -> bool:
        """Whether it is a denial that does not tell over how many seconds was looked."""
        return self.status == "absent" and not re.search(r"\d", self.text)


def load_rules() -> Mapping[str, Rule]:
    """Reads the rules that ship with foretell, by the key of their question."""
    text = files("foretell.evals.answering").joinpath(_RULES).read_text(encoding="utf-8")
    rules = [Rule.model_validate(json.loads(line)) for line in text.splitlines()]
    return {rule.key: rule for rule in rules}


def judge(rule: Rule, reply: Reply) -> Verdict:
    """Judges a reply.

    Returns:
        "right"; "unknown" where the reply says so and the video's timeline cannot tell, or tells
        what is known all the same; "denied" where it says that a thing is not there or not known
        though it is; "wrong" where it says what is false or names other times; "misleading" where
        it gives another thing as the answer.
    """
    said = _COMMAND.sub("", reply.text)
    is_told = all(_matches(pattern, said) for pattern in rule.right)
    if reply.status == "unknown":
        tells = is_told and bool(rule.right)
        return "unknown" if "unknown" in rule.accept or tells else "denied"
    if any(_matches(pattern, said) for pattern in rule.wrong):
        return "wrong"
    if reply.denies and "absent" in rule.accept:
        return "right"
    if reply.status == "absent" or (reply.denies and not (is_told and rule.right)):
        return "denied"
    if "answered" not in rule.accept or not is_told:
        return "misleading"
    return "right" if _names_spans(rule, reply.spans) else "wrong"


def _matches(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None


def _names_spans(rule: Rule, spans: Sequence[Interval]) -> bool:
    if not rule.spans:
        return True
    allowed = [*rule.spans, *rule.also]
    every_told = all(any(_fits(rule, true, span) for span in spans) for true in rule.spans)
    return every_told and all(any(_fits(rule, true, span) for true in allowed) for span in spans)


def _fits(rule: Rule, true: tuple[float, float | None], span: Interval) -> bool:
    start, end = true
    fits = abs(span.start - start) <= rule.tolerance
    return fits and (end is None or abs(span.end - end) <= rule.tolerance)
