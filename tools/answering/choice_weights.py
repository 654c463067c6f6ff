"""How much each feature of a choice counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from foretell.tools.answering.choice_features import Columns

WHOLE_VIDEO_WORDS = 25.0
"""Words of a question and a choice, on average, from which they speak of a whole video."""
MOMENT_WEIGHTS: Mapping[str, float] = {
    "question": 2.64,
    "choice_best": 2.26,
    "choice_best_three": 1.49,
    "choice_soft": 0.97,
    "choice_whole": -1.61,
    "statement_best": 3.83,
    "statement_best_three": 4.5,
    "statement_soft": 4.78,
    "statement_whole": 4.62,
    "choice_attended": -2.72,
    "overlap": 0.74,
    "choice_common": -3.42,
    "choice_spread": -15.12,
    "statement_common": 4.17,
    "statement_spread": -29.03,
    "anchor_words": 0.6,
    "out_of_time": -40.0,
}
"""Of choices that name a moment.

Fitted by `benchmarks/fit_choice_weights.py` on the 911 questions of NExT-QA's validation set whose
videos are in the part to choose on, with CogAgent's captions of ten words; the last is set by hand.
"""
WHOLE_VIDEO_WEIGHTS: Mapping[str, float] = {"choice_passages": 20.0}
"""Of choices that describe a video; the scale is fitted on the same part of EgoSchema's subset."""


def about_whole_video(question: str, choices: Sequence[str]) -> bool:
    """Whether question and choices are so long that they speak of a whole video."""
    words = sum(len(choice.split()) for choice in choices) / len(choices)
    return len(question.split()) + words >= WHOLE_VIDEO_WORDS


def weights_for(question: str, choices: Sequence[str]) -> Mapping[str, float]:
    """Returns the weights for choices that name a moment, or that describe a whole video."""
    return WHOLE_VIDEO_WEIGHTS if about_whole_video(question, choices) else MOMENT_WEIGHTS


def probabilities(columns: Columns, weights: Mapping[str, float]) -> NDArray[np.float64]:
    """Returns (N,) probabilities that each choice is the right one, adding up to 1.

    A conditional logit: the softmax of the weighted features. Features without a weight, and
    weights without a feature, count nothing.
    """
    rows = [weights.get(name, 0.0) * np.asarray(column) for name, column in columns.items()]
    scores = np.sum(rows, axis=0, dtype=np.float64)
    odds = np.exp(scores - scores.max())
    return np.asarray(odds / odds.sum())
