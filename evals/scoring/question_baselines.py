"""What whoever looks at no video gets right of questions with choices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from foretell.questions import VideoQuestion

Floats = NDArray[np.float64]


def trivial_chances(questions: Sequence[VideoQuestion]) -> dict[str, Floats]:
    """Returns (N,) the chance to be right by the name of a rule.

    "random" is what guessing gets on average; "majority" always takes the place that is right most
    often in these very questions, and "longest" the choice with the most characters.

    Args:
        questions: At least one, each with its right choice.
    """
    places = Counter(question.answer for question in questions)
    commonest = places.most_common(1)[0][0]
    longest = [max(question.choices, key=len) for question in questions]
    pairs = list(zip(questions, longest, strict=True))
    return {
        "random": np.array([1.0 / len(question.choices) for question in questions]),
        "majority": np.array([float(question.answer == commonest) for question in questions]),
        "longest": np.array([float(one.choices.index(text) == one.answer) for one, text in pairs]),
    }
