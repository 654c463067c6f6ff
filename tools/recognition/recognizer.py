"""Says how likely a clip shows each action of a list: the protocol `ActionRecognizer`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from foretell.errors import DatasetError
from foretell.memory.banks.named_banks import digest_of
from foretell.memory.banks.taxonomy_files import load_taxonomy
from foretell.memory.words.taxonomy import Taxonomy
from foretell.tools.texts.text_file import read_text
from foretell.types import Clip, LabelSlot

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


def load_labels(source: str) -> LabelSet | Taxonomy:
    """Gives the labels that a name or a path stands for.

    Args:
        source: A text file (.txt) with one action a line, or a name or a path that
            `load_taxonomy` knows.

    Raises:
        ConfigError: If the name is unknown.
        DatasetError: If the file is empty or repeats a label, or is in no known form.
    """
    path = Path(source)
    if path.suffix.lower() != ".txt":
        return load_taxonomy(source)
    labels = [" ".join(line.split()) for line in read_text(path).splitlines() if line.strip()]
    repeated = next((label for label in labels if labels.count(label) > 1), None)
    if repeated is not None:
        raise DatasetError(f"{path} holds {repeated!r} more than once; write each action once")
    return LabelSet("action", tuple(labels))


def label_sets_of(labels: LabelSet | Taxonomy) -> tuple[LabelSet, ...]:
    """Gives the one list of actions, or the verbs and the nouns of a taxonomy."""
    if isinstance(labels, LabelSet):
        return (labels,)
    return LabelSet("verb", labels.verbs.labels), LabelSet("noun", labels.nouns.labels)


def digest_of_labels(labels: LabelSet | Taxonomy) -> str:
    """Gives a short digest of the labels and of the other names they go by."""
    if isinstance(labels, LabelSet):
        return digest_of(labels.labels)[:12]
    slots = (labels.verbs, labels.nouns)
    return digest_of(f"{slot.labels!r} {sorted(slot.synonyms.items())!r}" for slot in slots)[:12]
