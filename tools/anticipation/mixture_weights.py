"""How much each source of the next word is worth, learnt from futures that are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell.tools.anticipation.pool import Ids
from foretell.tools.anticipation.sequence_model import SequenceModel
from foretell.tools.anticipation.sources import NOUN, VERB, Histories

Floats = NDArray[np.float64]

STAGES = (1, 3, 8)
"""Weights change after so many drawn actions: the first words lean on what was shown, the later
ones on what was drawn."""
_ROUNDS = 60


def stage(drawn: int) -> int:
    """Gives which weights serve after `drawn` actions of the future."""
    return sum(drawn >= end for end in STAGES)


@dataclass(frozen=True, slots=True, eq=False)
class Likelihoods:
    """What each source gave to each word of known futures.

    Attributes:
        nouns: For each stage, (n, sources) probabilities of the noun that came.
        verbs: For each stage, (n, sources) probabilities of the verb that came.
    """

    nouns: tuple[Floats, ...]
    verbs: tuple[Floats, ...]

    @classmethod
    def joined(cls, parts: list[Likelihoods]) -> Likelihoods:
        """Gives those of several groups of windows together."""
        stages = range(len(STAGES) + 1)
        return cls(
            tuple(np.concatenate([part.nouns[s] for part in parts]) for s in stages),
            tuple(np.concatenate([part.verbs[s] for part in parts]) for s in stages),
        )


@dataclass(frozen=True, slots=True, eq=False)
class MixtureWeights:
    """How often each source is copied from, by stage.

    Attributes:
        nouns: (stages, noun sources), each row 1 in all.
        verbs: (stages, verb sources), each row 1 in all.
    """

    nouns: Floats
    verbs: Floats


def likelihoods(model: SequenceModel, known: Histories) -> Likelihoods:
    """Asks every source for every word of the futures in `known`, the words before being given.

    Args:
        model: The sources.
        known: Histories that hold the whole future.
    """
    stages = range(len(STAGES) + 1)
    nouns: list[list[Floats]] = [[] for _ in stages]
    verbs: list[list[Floats]] = [[] for _ in stages]
    for step in range(known.actions.shape[1] - known.observed):
        at = known.observed + step
        came: Ids = known.actions[:, at]
        before = Histories(
            known.actions[:, :at], known.observed, came[:, NOUN], known.examples, known.shares
        )
        for rows, sources, slot in ((nouns, model.nouns, NOUN), (verbs, model.verbs, VERB)):
            columns = [s.probability(before, came[:, slot]) for s in sources.values()]
            rows[stage(step)].append(np.stack(columns, axis=1))
    return Likelihoods(tuple(map(_joined, nouns)), tuple(map(_joined, verbs)))


def _joined(rows: list[Floats]) -> Floats:
    return np.concatenate(rows) if rows else np.zeros((0, 0))


def fit_weights(given: Likelihoods) -> MixtureWeights:
    """Fits the weights of greatest likelihood by expectation maximisation."""
    return MixtureWeights(_fit_stages(given.nouns), _fit_stages(given.verbs))


def _fit_stages(stages: tuple[Floats, ...]) -> Floats:
    fitted = [_fit(stage) for stage in stages if len(stage)]
    return np.stack([*fitted, *[fitted[-1]] * (len(stages) - len(fitted))])


def _fit(probabilities: Floats) -> Floats:
    weights = np.full(probabilities.shape[1], 1.0 / probabilities.shape[1])
    probabilities = probabilities[probabilities.any(axis=1)]  # a word may be new to every source
    if not len(probabilities):
        return weights
    for _ in range(_ROUNDS):
        shares = probabilities * weights
        weights = (shares / shares.sum(axis=1, keepdims=True)).mean(axis=0)
    return weights
