"""What is seen of the first or the last step of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]


class Observation(Protocol):
    """Tells how well each action of a task would explain what was seen."""

    def likelihood(self, actions: Ids, vocabulary: int) -> Floats:
        """Gives (A,) P(what was seen | action, task), on one scale for all tasks.

        Args:
            actions: (A,) ids of the task's actions.
            vocabulary: How many actions there are in all tasks.
        """
        ...


@dataclass(frozen=True, slots=True)
class LabelObservation:
    """A recogniser's label: right with a known rate, else mostly another action of the task.

    Attributes:
        action: Id of the label.
        accuracy: How often such a label is right, in (0, 1].
        foreign: Share of the wrong labels that belong to no action of the task.
    """

    action: int
    accuracy: float = 1.0
    foreign: float = 0.02

    def likelihood(self, actions: Ids, vocabulary: int) -> Floats:
        """Gives (A,) P(label | action, task)."""
        right = actions == self.action
        wrong = 1.0 - self.accuracy
        if not right.any():
            return np.full(len(actions), wrong * self.foreign / vocabulary)
        confused = wrong * (1.0 - self.foreign) / max(1, len(actions) - 1)
        return np.where(right, self.accuracy, confused)


@dataclass(frozen=True, slots=True, eq=False)
class TextObservation:
    """A likelihood for each action, such as one made from how alike its words are to a caption.

    Attributes:
        likelihoods: (actions of the vocabulary,) non-negative, any scale.
    """

    likelihoods: Floats

    def likelihood(self, actions: Ids, vocabulary: int) -> Floats:
        """Gives (A,) the likelihoods of the task's actions."""
        return self.likelihoods[actions]


def likelihood_of(seen: Observation | None, actions: Ids, vocabulary: int) -> Floats:
    """Gives (A,) what an observation says of a task's actions; nothing where nothing was seen."""
    return np.ones(len(actions)) if seen is None else seen.likelihood(actions, vocabulary)
