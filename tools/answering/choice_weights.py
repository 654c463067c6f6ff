"""How much each feature of a choice counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from foretell.tools.answering.choice_features import Columns

DESCRIPTION_WORDS = 9.0
"""Words that choices have on average from which they describe a whole video, not a moment."""

MOMENT_WEIGHTS: Mapping[str, float] = {
    "question": 2.58,
    "choice_best": 2.32,
    "choice_best_three": 1.53,
    "choice_soft": 1.08,
    "choice_whole": -1.45,
    "statement_best": 3.26,
    "statement_best_three": 4.37,
    "statement_soft": 4.08,
    "statement_whole": 3.7,
    "choice_attended": -2.43,
    "overlap": 0.74,
    "choice_common": -3.46,
    "choice_spread": -16.35,
    "statement_common": 5.02,
    "statement_spread": -29.33,
    "anchor_words": 0.59,
    "out_of_time": -12.0,
}


DESCRIPTION_WEIGHTS: Mapping[str, float] = {"choice_passages_whole": 12.0}


def weights_for(choices: Sequence[str]) -> Mapping[str, float]:
    """Gives the weights for short choices or for long ones."""
    words = sum(len(choice.split()) for choice in choices) / len(choices)
    return MOMENT_WEIGHTS if words < DESCRIPTION_WORDS else DESCRIPTION_WEIGHTS


def probabilities(columns: Columns, weights: Mapping[str, float]) -> NDArray[np.float64]:
    """Gives (N,) probabilities that each choice is the right one, adding up to 1.

    A conditional logit: the softmax of the weighted features. Features without a weight, and
    weights without a feature, count nothing.
    """
    rows = [weights.get(name, 0.0) * np.asarray(column) for name, column in columns.items()]
    scores = np.sum(rows, axis=0, dtype=np.float64)
    odds = np.exp(scores - scores.max())
    return np.asarray(odds / odds.sum())
