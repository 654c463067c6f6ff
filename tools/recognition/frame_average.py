"""Compares clips with texts frame by frame, by a model of images and texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from foretell.tools.captioning.captioner import Clip
from foretell.tools.vision_models.image_text_encoder import Floats, ImageTextEncoder, unit

FRAMES = 8
SIDE = 384
"""Frames are decoded at this size, as much as the largest such models look at."""
CLIPS_AT_ONCE = 8


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
