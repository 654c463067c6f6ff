"""A model with the sizes of CLIP ViT-B/32 and random weights, and videos made for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from foretell.tools.localization.frame_features import FrameFeatures
from foretell.tools.vision_models.image_text_encoder import Floats, Projections
from foretell.types import Frame

IMAGE, TEXT, SHARED = 768, 512, 512
PARTS = 160
STEP_SECONDS = 0.5


class RandomClip:
    """Its projections are drawn as CLIP's are before training."""

    id = "random clip"
    dtype = "float32"

    def __init__(self) -> None:
        random = np.random.default_rng(7)
        self.projections = Projections(
            random.normal(0.0, IMAGE**-0.5, (SHARED, IMAGE)).astype(np.float32),
            random.normal(0.0, TEXT**-0.5, (SHARED, TEXT)).astype(np.float32),
            np.zeros(SHARED, np.float32),
            scale=100.0,
        )
        self._text = random.normal(0.0, 1.0, TEXT).astype(np.float32)

    def encode_images(self, frames: Sequence[Frame]) -> Floats:
        raise NotImplementedError

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        return np.repeat(self._text[None], len(texts), axis=0)


def made_video(model: RandomClip, seed: int) -> tuple[FrameFeatures, NDArray[np.bool_]]:
    """Gives the features of 80 s, and (T,) whether the action is shown.

    Frames of the action lean a little towards its text, and more towards a direction of their own.
    """
    random = np.random.default_rng(seed)
    images = random.normal(0.0, 0.3, (PARTS, IMAGE)) + random.normal(0.0, 1.0, IMAGE)
    projections = model.projections
    assert projections.image is not None
    towards = np.linalg.pinv(projections.image) @ projections.texts(model.encode_texts(["it"]))[0]
    own = random.normal(0.0, 1.0, IMAGE)
    shown = np.zeros(PARTS, np.bool_)
    for slot in np.array_split(np.arange(PARTS), random.integers(2, 5)):
        shown[slot[0] + random.integers(4, 9) : slot[-1] - random.integers(4, 12)] = True
    lean = 3.0 * towards / np.linalg.norm(towards) + 10.0 * own / np.linalg.norm(own)
    images[shown] += lean
    borders = np.linspace(0.0, PARTS * STEP_SECONDS, PARTS + 1)
    return FrameFeatures(borders, images.astype(np.float32)), shown
