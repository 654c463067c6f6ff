"""Binary Accuracy and Multiple Binary Accuracy, which only counts videos without a mistake.

Cai et al., "TemporalBench: Benchmarking fine-grained temporal understanding for multimodal video
models", 2024, `get_qa_acc.py`: with k questions a video, guessing gets 1 in 2^k of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from foretell.evals.metrics.multiple_choice import Accuracy, accuracy_by

Bools = NDArray[np.bool_]


def multiple_binary_accuracy(videos: Sequence[Hashable], right: Bools) -> Accuracy:
    """Gives how many videos have all their questions answered right.

    Args:
        videos: (N,) the video of each question; for the figure of a category, only its questions.
        right: (N,) whether each is answered right.

    Raises:
        ValueError: If there are not as many videos as answers.
    """
    by_video = accuracy_by(videos, right)
    return Accuracy(sum(of.correct == of.n for of in by_video.values()), len(by_video))


def chance_of_all(videos: Sequence[Hashable], choices: int = 2) -> float:
    """Gives the share of the videos, in [0, 1], that guessing gets wholly right on average."""
    chances = [float(choices) ** -count for count in Counter(videos).values()]
    return sum(chances) / len(chances) if chances else float("nan")
