"""What is seen of the first or the last step of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]
_FOREIGN = 0.02
"""Share of the wrong labels that are of no related action, before anything is learnt."""
_WEIGHT = 20.0
"""How many labels of an action the rates expected beforehand count for; it gives held-out labels
of CrossTask the greatest likelihood."""


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


@dataclass(frozen=True, slots=True, eq=False)
class ConfusionModel:
    """What a recogniser says of each action.

    Attributes:
        actions: Names, A of them.
        rates: (A, A) how often the row's action gets the column's label; rows add up to 1.
    """

    actions: tuple[str, ...]
    rates: Floats

    def seen(self, label: str, actions: Sequence[str]) -> TextObservation:
        """Gives what a label says of some actions, in their order; all must be in `actions`."""
        of = {name: number for number, name in enumerate(self.actions)}
        return TextObservation(self.rates[[of[action] for action in actions], of[label]])


def learn_confusion_model(
    actions: Sequence[str], truth: Ids, labels: Ids, related: Floats
) -> ConfusionModel:
    """Counts labels of known actions, beside what is expected where little was counted.

    Expected is that all actions are recognised as often, and mostly taken for related ones.

    Args:
        actions: Names, A of them.
        truth: (N,) ids of actions.
        labels: (N,) ids that a recogniser gave to them.
        related: (A, A) above 0 where two actions are easily confused, such as steps of one task.
    """
    count = len(actions)
    counted = np.zeros((count, count))
    np.add.at(counted, (truth, labels), 1.0)
    others = (related > 0) & ~np.eye(count, dtype=bool)
    mates = others / np.maximum(1, others.sum(axis=1, keepdims=True))
    accuracy = float((truth == labels).mean())
    expected = (1.0 - accuracy) * ((1.0 - _FOREIGN) * mates + _FOREIGN / count)
    np.fill_diagonal(expected, accuracy)
    expected /= expected.sum(axis=1, keepdims=True)
    rates = (counted + _WEIGHT * expected) / (counted.sum(axis=1, keepdims=True) + _WEIGHT)
    return ConfusionModel(tuple(actions), rates)
