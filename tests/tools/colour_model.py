"""A model of images and texts that knows three colours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from foretell.tools.vision_models.image_text_encoder import Floats, Projections
from foretell.types import Frame

COLOURS = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255)}


class ColourModel:
    """Sees the colour of a picture and reads the name of one in a text."""

    id = "colours"
    dtype = "float32"
    projections = Projections(
        np.eye(3, dtype=np.float32), np.eye(3, dtype=np.float32), np.zeros(3, np.float32), 20.0
    )

    def encode_images(self, frames: Sequence[Frame]) -> Floats:
        return np.array([frame.data.mean(axis=(0, 1)) / 255 for frame in frames], np.float32)

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        named = [[colour in text for colour in COLOURS] for text in texts]
        return np.array(named, np.float32)
