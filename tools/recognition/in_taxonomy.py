"""Reads the actions that a recogniser knows as verbs and nouns of a taxonomy."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from foretell.errors import ConfigError
from foretell.memory.words.taxonomy import Taxonomy
from foretell.memory.words.vocabulary import Match
from foretell.tools.recognition.recognizer import (
    ActionRecognizer,
    LabelSet,
    Probabilities,
    digest_of_labels,
)
from foretell.types import Clip, LabelSlot


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """How actions are summed up in one slot.

    Attributes:
        labels: The verbs, or the nouns, that the actions name.
        weights: (A, L) 1 where an action names a label, else 0.
    """

    labels: LabelSet
    weights: Probabilities


class InTaxonomy:
    """A recogniser of whole actions that gives verbs and nouns instead.

    The probability of a verb is the sum of those of the actions that name it, and likewise for
    nouns. Actions that name none are left out, so that the sums may fall short of 1.

    Args:
        recognizer: What knows whole actions.
        taxonomy: What they are read in.
    """

    def __init__(self, recognizer: ActionRecognizer, taxonomy: Taxonomy) -> None:
        self._recognizer = recognizer
        self._taxonomy = taxonomy
        self.name = recognizer.name

    @property
    def id(self) -> str:
        """The model and the taxonomy."""
        return f"{self._recognizer.id} in {digest_of_labels(self._taxonomy)}"

    @property
    def label_sets(self) -> tuple[LabelSet, ...]:
        """The verbs and the nouns that the model's actions name.

        Raises:
            ModelError: If the model cannot be loaded.
            ConfigError: If its actions name neither a verb nor a noun.
        """
        return tuple(reading.labels for reading in self._readings)

    @property
    def frames_per_clip(self) -> int:
        """As many as the recogniser looks at."""
        return self._recognizer.frames_per_clip

    @property
    def side(self) -> int:
        """That of the recogniser."""
        return self._recognizer.side

    @property
    def clips_at_once(self) -> int:
        """As many as the recogniser takes."""
        return self._recognizer.clips_at_once

    def recognize(self, clips: Sequence[Clip]) -> list[Probabilities]:
        """Gives the (N, L) probabilities of verbs, then of nouns.

        Raises:
            ModelError: If the model cannot be loaded or fails.
            ConfigError: If its actions name neither a verb nor a noun.
        """
        (actions,) = self._recognizer.recognize(clips)
        return [actions @ reading.weights for reading in self._readings]

    @functools.cached_property
    def _readings(self) -> tuple[_Reading, ...]:
        (actions,) = self._recognizer.label_sets
        read = [self._taxonomy.read(action) for action in actions.labels]
        verbs = _reading("verb", [one.verb if one else None for one in read])
        nouns = _reading("noun", [one.noun if one else None for one in read])
        if not (verbs or nouns):
            raise ConfigError(
                f"none of the {len(actions.labels)} actions of the model {self.name!r} names a "
                f"verb or a noun of {self._taxonomy.name!r}; give another taxonomy, or none"
            )
        return tuple(reading for reading in (verbs, nouns) if reading)


def _reading(slot: LabelSlot, matches: Sequence[Match | None]) -> _Reading | None:
    """Gives how the actions are summed up, or None where none names a label."""
    labels = tuple(dict.fromkeys(match.label for match in matches if match))
    if not labels:
        return None
    weights = np.zeros((len(matches), len(labels)))
    for row, match in enumerate(matches):
        if match:
            weights[row, labels.index(match.label)] = 1.0
    return _Reading(LabelSet(slot, labels), weights)
