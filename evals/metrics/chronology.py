"""Whether a description of events in their order is told from the same events in another.

Chronologically accurate retrieval (CAR) of Fujiwara, Tanaka and Yu, "Chronologically accurate
retrieval for temporal grounding of motion-language models", ECCV 2024.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from foretell.evals.metrics.multiple_choice import Accuracy

Floats = NDArray[np.float64]


def chronological_accuracy(in_order: Floats, shuffled: Floats) -> Accuracy:
    """Gives how many items are nearer to their events in order than to them shuffled.

    Args:
        in_order: (N,) similarity of each item to its description.
        shuffled: (N,) similarity to the shuffled one; equals count as wrong.

    Raises:
        ValueError: If the shapes differ.
    """
    if in_order.shape != shuffled.shape:
        raise ValueError(f"{in_order.shape} and {shuffled.shape} similarities must be alike (N,)")
    return Accuracy(int(np.sum(in_order > shuffled)), len(in_order))


def another_order(events: Sequence[str], random: np.random.Generator) -> tuple[str, ...] | None:
    """Gives the events in another order, each as likely; None where all orders read alike.

    Args:
        events: What happens, in order.
        random: What draws the order.
    """
    given = tuple(events)
    if len(set(given)) < 2:
        return None
    while True:
        places: list[int] = random.permutation(len(given)).tolist()
        drawn = tuple(given[place] for place in places)
        if drawn != given:
            return drawn
