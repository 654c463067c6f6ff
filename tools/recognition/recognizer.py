"""Says how likely a clip shows each action of a list: the protocol `ActionRecognizer`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from foretell.tools.captioning.captioner import Clip
from foretell.types import LabelSlot

Probabilities = NDArray[np.float64]
"""(N, L): of each of N clips, how likely each of L labels is, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class LabelSet:
    """The labels among which one is chosen.

    Attributes:
        slot: What they name: whole actions, verbs or nouns.
        labels: In words, one at least, each unlike the others.
    """

    slot: LabelSlot
    labels: tuple[str, ...]


class ActionRecognizer(Protocol):
    """A model that tells actions apart."""

    @property
    def name(self) -> str:
        """What people call it, written into the source of its actions."""
        ...

    @property
    def id(self) -> str:
        """Everything that changes what it gives.

        Raises:
            ModelError: If the model is not on this machine.
        """
        ...

    @property
    def label_sets(self) -> tuple[LabelSet, ...]:
        """What it chooses from: whole actions, or verbs, nouns or both.

        Raises:
            ModelError: If the model cannot be loaded.
        """
        ...

    @property
    def frames_per_clip(self) -> int:
        """How many frames of a clip it looks at.

        Raises:
            ModelError: If the model cannot be loaded.
        """
        ...

    @property
    def side(self) -> int:
        """To how many pixels it brings the shorter side of a frame.

        Raises:
            ModelError: If the model cannot be loaded.
        """
        ...

    @property
    def clips_at_once(self) -> int:
        """How many clips are best given together.

        Raises:
            ModelError: If the model cannot be loaded.
        """
        ...

    def recognize(self, clips: Sequence[Clip]) -> list[Probabilities]:
        """Gives (N, L) probabilities of N clips, one array for each of `label_sets`.

        A frame that clips share should be the same object in each, as it is prepared only once.

        Args:
            clips: One at least, each of `frames_per_clip` frames.

        Raises:
            ModelError: If the model cannot be loaded, runs out of memory or fails.
        """
        ...
