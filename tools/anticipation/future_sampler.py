"""Draws futures, action by action."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from foretell.tools.anticipation.mixture_weights import MixtureWeights, stage
from foretell.tools.anticipation.pool import Ids
from foretell.tools.anticipation.sequence_model import SequenceModel
from foretell.tools.anticipation.sources import NOUN, VERB, Histories, Mixture
from foretell.tools.anticipation.uniforms import Uniforms

_NUMBERS_A_WORD = 16


class FutureSampler:
    """Draws from the sources of a model, each as often as a mixture's weights say."""

    def __init__(self, model: SequenceModel, weights: MixtureWeights) -> None:
        nouns, verbs = list(model.nouns.values()), list(model.verbs.values())
        self._nouns = [Mixture(nouns, row) for row in weights.nouns]
        self._verbs = [Mixture(verbs, row) for row in weights.verbs]

    def draw(self, known: Histories, horizon: int, seeds: NDArray[np.uint64]) -> Ids:
        """Draws S futures of each of B pasts.

        Args:
            known: B histories that hold the past alone.
            horizon: Z, how many actions to draw.
            seeds: (B, S) one for each future; equal seeds of equal pasts draw equal futures.

        Returns:
            (B, S, Z, 2) verb and noun ids.
        """
        count, past = seeds.shape[1], known.observed
        rows = known.take(np.repeat(np.arange(len(known)), count))
        uniforms = Uniforms(seeds.ravel())
        actions = np.empty((len(rows), past + horizon, 2), np.int32)
        actions[:, :past] = rows.actions
        for step in range(horizon):
            at, number = past + step, 2 * step * _NUMBERS_A_WORD
            before = replace(rows, actions=actions[:, :at])
            noun = self._nouns[stage(step)].draw(before, uniforms.skip(number))
            given = replace(before, noun=noun)
            actions[:, at, NOUN] = noun
            actions[:, at, VERB] = self._verbs[stage(step)].draw(
                given, uniforms.skip(number + _NUMBERS_A_WORD)
            )
        return actions[:, past:].reshape(*seeds.shape, horizon, 2)
