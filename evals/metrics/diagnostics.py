"""Whether a model needs more than a frame, and their order: TOMATO's three diagnostics.

Shangguan et al., "TOMATO: Assessing visual temporal reasoning capabilities in multimodal foundation
models", ICLR 2025. They hold for any set of questions with choices: what an agent gets right from
one caption, from all and from the same ones shuffled.

Whether a description of events in their order is told from the same events in another:
chronologically accurate retrieval (CAR) of Fujiwara, Tanaka and Yu, "Chronologically accurate
retrieval for temporal grounding of motion-language models", ECCV 2024.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from foretell.evals.metrics.multiple_choice import Accuracy

Floats = NDArray[np.float64]


def frame_gain(accuracy: float, one_frame: float) -> float | None:
    """Returns kappa: how much more is right with many frames than with one, per cent of the latter.

    Args:
        accuracy: With many frames in order.
        one_frame: With a frame at random.

    Returns:
        None where the accuracy with one frame is 0.
    """
    return _gain(accuracy, one_frame)


def order_sensitivity(accuracy: float, shuffled: float) -> float | None:
    """Returns tau: how much more is right in order than shuffled, per cent of the latter.

    Args:
        accuracy: With frames in order.
        shuffled: With the same frames shuffled.

    Returns:
        None where the accuracy with shuffled frames is 0.
    """
    return _gain(accuracy, shuffled)


def information_disparity(chosen_frame: float, one_frame: float) -> float | None:
    """Returns rho: how much more is right with the most telling frame than with any, per cent.

    Args:
        chosen_frame: With the one frame that a person chose.
        one_frame: With a frame at random.

    Returns:
        None where the accuracy with a frame at random is 0.
    """
    return _gain(chosen_frame, one_frame)


def mean_of_models(values: Iterable[float | None]) -> float | None:
    """Returns the mean over the models for which a diagnostic is defined; None without any.

    TOMATO's averages are means of such values, not ratios of mean accuracies.
    """
    defined = [value for value in values if value is not None]
    return sum(defined) / len(defined) if defined else None


def _gain(accuracy: float, over: float) -> float | None:
    return 100.0 * (accuracy / over - 1.0) if over else None


def chronological_accuracy(in_order: Floats, shuffled: Floats) -> Accuracy:
    """Returns how many items are nearer to their events in order than to them shuffled.

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
    """Returns the events in another order, each as likely; None where all orders read alike.

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
