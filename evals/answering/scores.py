"""How many questions are answered right, beside whoever looks at no video."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell.evals.datasets.splits import RECORDED, split_of
from foretell.evals.metrics.bootstrap import ConfidenceInterval, mean_intervals
from foretell.evals.metrics.multiple_choice import (
    Accuracy,
    accuracy_by,
    merged,
    multiple_binary_accuracy,
)
from foretell.evals.run_folder import Record
from foretell.evals.scoring.choices import trivial_chances
from foretell.questions import VideoQuestion

Floats = NDArray[np.float64]

_ANSWERER = "answerer"


@dataclass(frozen=True, slots=True)
class ChoiceScore:
    """Share of right choices, per cent, and where it lies with 95 % confidence, over videos."""

    accuracy: float
    interval: ConfidenceInterval


@dataclass(frozen=True, slots=True)
class QuestionScores:
    """What an answerer gets right, of the questions whose answer is known.

    Attributes:
        n: How many those are.
        score: Of the answerer; no choice counts as wrong.
        baselines: Of each baseline, by its name.
        by_type: Of each type of question and each group of types.
        by_split: Of the videos of dev and of those of test.
        all_of_video: How many videos have all their questions answered right.
    """

    n: int
    score: ChoiceScore
    baselines: Mapping[str, ChoiceScore]
    by_type: Mapping[str, Accuracy]
    by_split: Mapping[str, Accuracy]
    all_of_video: Accuracy

    def record(self) -> Record:
        """Returns the scores in per cent, as JSON can hold them."""
        scores = {_ANSWERER: self.score, **self.baselines}
        return {
            "accuracy": self.score.accuracy,
            "by_type": {name: share.percent for name, share in self.by_type.items()},
            "type_counts": {name: share.n for name, share in self.by_type.items()},
            "by_part": {RECORDED[name]: share.percent for name, share in self.by_split.items()},
            "all_of_video": self.all_of_video.percent,
            "baselines": {
                name: {"accuracy": score.accuracy} for name, score in self.baselines.items()
            },
            "intervals": {
                name: [score.interval.low, score.interval.high] for name, score in scores.items()
            },
        }


def score_questions(
    questions: Sequence[VideoQuestion],
    choices: Sequence[int | None],
    blind: Sequence[int | None],
    groups: Mapping[str, Sequence[str]],
    *,
    seed: int = 0,
) -> QuestionScores:
    """Scores the choices of an answerer, beside trivial ones and blind ones.

    Args:
        questions: With known answers, at least one.
        choices: (N,) places; None where none was made.
        blind: (N,) places chosen without a look at the video.
        groups: Types of question that are also scored together, by the name of the group.
        seed: Of the resamples, which are the same for all.
    """
    right = _right(questions, choices)
    chances = {
        _ANSWERER: right,
        **trivial_chances(questions),
        "blind": _right(questions, blind),
    }
    scores = _with_intervals(chances, [question.video for question in questions], seed)
    is_right = right > 0.0
    by_kind = accuracy_by([question.kind for question in questions], is_right)
    by_kind.pop("", None)
    return QuestionScores(
        n=len(questions),
        score=scores.pop(_ANSWERER),
        baselines=scores,
        by_type=merged(by_kind, groups) | by_kind,
        by_split=dict(accuracy_by([split_of(question.video) for question in questions], is_right)),
        all_of_video=multiple_binary_accuracy([question.video for question in questions], is_right),
    )


def accuracy_percent(questions: Sequence[VideoQuestion], choices: Sequence[int | None]) -> float:
    """Returns the share of questions whose choice is right, per cent; no choice is wrong."""
    return 100.0 * float(_right(questions, choices).mean())


def _right(questions: Sequence[VideoQuestion], choices: Sequence[int | None]) -> Floats:
    """Returns (N,) 1 for each question whose choice is right, else 0."""
    pairs = zip(questions, choices, strict=True)
    return np.array([float(choice == question.answer) for question, choice in pairs])


def _with_intervals(
    chances: Mapping[str, Floats], videos: Sequence[str], seed: int
) -> dict[str, ChoiceScore]:
    shares = 100.0 * np.stack(list(chances.values()), axis=1)
    intervals = mean_intervals(shares, videos, seed=seed)
    means: list[float] = shares.mean(axis=0).tolist()
    return {
        name: ChoiceScore(mean, interval)
        for name, mean, interval in zip(chances, means, intervals, strict=True)
    }
