"""Recognises any list of actions, by how like their names a clip is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from foretell.memory.banks.named_banks import digest_of
from foretell.memory.words.taxonomy import Taxonomy
from foretell.prompts.loader import load_prompt
from foretell.tools.recognition.recognizer import (
    LabelSet,
    Probabilities,
    digest_of_labels,
    label_sets_of,
)
from foretell.tools.vision_models.image_text_encoder import Floats, ImageTextEncoder, unit
from foretell.types import Clip, LabelSlot

PROMPT_FILES: dict[LabelSlot, str] = {
    "action": "recognize_action",
    "verb": "recognize_verb",
    "noun": "recognize_noun",
}
FRAMES = 8
"""Frames of a clip, as X-CLIP was trained on."""
SIDE = 384
"""Frames are decoded at this size, as much as the largest such models look at."""
CLIPS_AT_ONCE = 8
"""Clips of a pass: memory of 64 frames."""


class ClipTextModel(Protocol):
    """A model that compares clips with texts."""

    name: str

    @property
    def id(self) -> str:
        """The model."""
        ...

    @property
    def frames_per_clip(self) -> int:
        """How many frames of a clip it looks at."""
        ...

    @property
    def side(self) -> int:
        """To how many pixels it brings the shorter side of a frame."""
        ...

    @property
    def clips_at_once(self) -> int:
        """How many clips are best given together."""
        ...

    def logits(self, clips: Sequence[Clip], texts: Sequence[str]) -> NDArray[np.float64]:
        """Gives (N, L) of N clips and L texts: what a softmax over texts makes probabilities of.

        The texts are best the same in each call.

        Raises:
            ModelError: If the model cannot be loaded, runs out of memory or fails.
        """
        ...


class ZeroShotRecognizer:
    """Recognises labels that the model was not trained on: an `ActionRecognizer`.

    As A. Radford et al., "Learning Transferable Visual Models From Natural Language Supervision"
    (ICML 2021) classify images. Of a taxonomy, verbs and nouns are chosen each for themselves.

    Args:
        model: What compares clips with texts.
        labels: A list of actions, or a taxonomy.
    """

    def __init__(self, model: ClipTextModel, labels: LabelSet | Taxonomy) -> None:
        self._model = model
        self._labels = labels
        self.name = model.name
        self.label_sets = label_sets_of(labels)
        self._texts = [_prompt(one.slot, label) for one in self.label_sets for label in one.labels]

    @property
    def id(self) -> str:
        """The model, the labels and the words around them.

        Raises:
            ModelError: If the model is not on this machine.
        """
        asked = digest_of(load_prompt(file).digest for file in PROMPT_FILES.values())[:12]
        return f"{self._model.id} {digest_of_labels(self._labels)} {asked}"

    @property
    def frames_per_clip(self) -> int:
        """As many as the model looks at."""
        return self._model.frames_per_clip

    @property
    def side(self) -> int:
        """To how many pixels the shorter side of a frame is brought."""
        return self._model.side

    @property
    def clips_at_once(self) -> int:
        """As many as the model takes."""
        return self._model.clips_at_once

    def recognize(self, clips: Sequence[Clip]) -> list[Probabilities]:
        """Gives the (N, L) probabilities of each label set.

        Raises:
            ModelError: If the model cannot be loaded, runs out of memory or fails.
        """
        logits = self._model.logits(clips, self._texts)
        ends = np.cumsum([len(one.labels) for one in self.label_sets])
        return [_softmax(part) for part in np.split(logits, ends[:-1], axis=1)]


def _prompt(slot: LabelSlot, label: str) -> str:
    return load_prompt(PROMPT_FILES[slot]).fill(label=label)


def _softmax(logits: NDArray[np.float64]) -> Probabilities:
    powers: Probabilities = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Probabilities = powers / powers.sum(axis=1, keepdims=True)
    return shares


class FrameAverage:
    """Averages the likeness of a clip's frames to a text: a `ClipTextModel`.

    As M. Wang et al., "ActionCLIP: A New Paradigm for Video Action Recognition" (2021) pool by the
    mean, without training.

    Args:
        encoder: The model.
        name: What people call it.
    """

    frames_per_clip = FRAMES
    side = SIDE
    clips_at_once = CLIPS_AT_ONCE

    def __init__(self, encoder: ImageTextEncoder, name: str) -> None:
        self._encoder = encoder
        self._read: tuple[tuple[str, ...], Floats] | None = None
        self.name = name

    @property
    def id(self) -> str:
        """The model.

        Raises:
            ModelError: If it is not on this machine.
        """
        return self._encoder.id

    def logits(self, clips: Sequence[Clip], texts: Sequence[str]) -> NDArray[np.float64]:
        """Gives (N, L) scaled cosines; texts are encoded anew only where they change.

        Raises:
            ModelError: If the model cannot be loaded or fails.
        """
        projections = self._encoder.projections
        if self._read is None or self._read[0] != tuple(texts):
            self._read = tuple(texts), projections.texts(self._encoder.encode_texts(texts))
        frames = {id(frame): frame for clip in clips for frame in clip}
        places = {key: place for place, key in enumerate(frames)}
        seen = unit(projections.images(self._encoder.encode_images(list(frames.values()))))
        cosines = (seen @ self._read[1].T).astype(np.float64) * projections.scale
        return np.stack([cosines[[places[id(frame)] for frame in clip]].mean(0) for clip in clips])
