"""How often each action is taken for another, learnt where the truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from foretell.tools.planning.observation import Floats, Ids, TextObservation

_FOREIGN = 0.02
"""Share of the wrong labels that are of no related action, before anything is learnt."""
_WEIGHT = 20.0
"""How many labels of an action the rates expected beforehand count for; it gives held-out labels
of CrossTask the greatest likelihood."""


@dataclass(frozen=True, slots=True, eq=False)
class Confusions:
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


def learn_confusions(
    actions: Sequence[str], truth: Ids, labels: Ids, related: Floats
) -> Confusions:
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
    return Confusions(tuple(actions), rates)
