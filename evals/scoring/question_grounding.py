"""Whether the spans that are given with answers show what they should, beside trivial spans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from foretell.evals.metrics.grounded_answers import (
    Bools,
    Floats,
    GroundedScores,
    grounded_scores,
)
from foretell.evals.run_folder import Record
from foretell.evals.scoring.trivial_spans import trivial_spans
from foretell.questions import ChoiceAnswer, VideoQuestion
from foretell.types import Interval


@dataclass(frozen=True, slots=True)
class Grounding:
    """The grounding of the questions that have true spans.

    Attributes:
        score: Of the answers and spans given.
        baselines: Of the same answers with trivial spans, by the name of the span.
        null_rate: Share of the questions that were given no span, per cent.
    """

    score: GroundedScores
    baselines: Mapping[str, GroundedScores]
    null_rate: float

    def record(self) -> Record:
        """Returns the figures in per cent, as JSON can hold them."""
        return {
            **grounding_record(self.score),
            "grounded_n": self.score.n,
            "null_rate": self.null_rate,
        }


def grounding_record(score: GroundedScores) -> Record:
    """Returns the figures of one score in per cent."""
    return {
        "acc_gqa": 100.0 * score.acc_gqa,
        "miop": 100.0 * score.miop,
        "miou": 100.0 * score.miou,
        "iop_at": {"0.3": 100.0 * score.iop_at[0], "0.5": 100.0 * score.iop_at[1]},
        "iou_at": {"0.3": 100.0 * score.iou_at[0], "0.5": 100.0 * score.iou_at[1]},
    }


def score_grounding(
    questions: Sequence[VideoQuestion],
    answers: Sequence[ChoiceAnswer],
    *,
    seed: int = 0,
) -> Grounding | None:
    """Scores spans as NExT-GQA does; None where no question has a true span.

    The baselines keep the answers, so that they only differ in their spans: a random one and those
    that `trivial_spans` always answers.

    Args:
        questions: Those without true spans or without a length are left out.
        answers: As many.
        seed: Of the random spans.
    """
    rows = [
        (question, answer, question.duration_seconds)
        for question, answer in zip(questions, answers, strict=True)
        if question.spans and question.duration_seconds is not None
    ]
    if not rows:
        return None
    truth = [_spans(question.spans) for question, _, _ in rows]
    right = np.array([answer.choice == question.answer for question, answer, _ in rows])
    given = [None if answer.span is None else _ends(answer.span) for _, answer, _ in rows]
    return Grounding(
        score=grounded_scores(truth, given, right),
        baselines=_baselines(truth, right, np.array([seconds for *_, seconds in rows]), seed),
        null_rate=100.0 * sum(span is None for span in given) / len(given),
    )


def _baselines(
    truth: Sequence[Floats], right: Bools, durations: Floats, seed: int
) -> dict[str, GroundedScores]:
    spans = trivial_spans(durations, seed)
    spans["random-span"] = spans.pop("random")
    return {name: grounded_scores(truth, list(ends), right) for name, ends in spans.items()}


def _spans(spans: Sequence[Interval]) -> Floats:
    return np.array([(span.start, span.end) for span in spans], np.float64)


def _ends(span: Interval) -> Floats:
    return np.array([span.start, span.end], np.float64)
