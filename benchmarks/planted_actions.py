"""Videos made of features, with actions planted in them, and the models that they are made for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell.tools.localization.frame_features import FrameFeatures
from foretell.tools.vision_models.image_text_encoder import Floats, Projections
from foretell.types import Frame, Interval

LABELS = ("HighJump", "pour milk", "cut onion")
PARTS = 160
STEP_SECONDS = 0.5
SIZE = 16
IMAGE, TEXT, SHARED = 768, 512, 512
"""Sizes of CLIP ViT-B/32."""


class TableModel:
    """Knows a text by its class; sees a frame by its mean colour.

    What it takes for a class is one direction, while frames of the class have a second one too,
    which adaptation can find.
    """

    def __init__(self, *, with_image_projection: bool = True) -> None:
        self._image = np.eye(SIZE, dtype=np.float32) if with_image_projection else None
        self._text = np.eye(SIZE, dtype=np.float32)

    @property
    def id(self) -> str:
        return "table"

    @property
    def dtype(self) -> str:
        return "float32"

    @property
    def projections(self) -> Projections:
        return Projections(self._image, self._text, np.zeros(SIZE, np.float32), scale=20.0)

    def encode_images(self, frames: Sequence[Frame]) -> Floats:
        colours = np.array([frame.data.mean(axis=(0, 1)) for frame in frames], np.float32)
        return np.pad(colours, ((0, 0), (0, SIZE - 3)))

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        rows = [_class_of(text) for text in texts]
        return np.eye(SIZE, dtype=np.float32)[rows]


@dataclass(frozen=True)
class MadeVideo:
    name: str
    label: str
    instances: tuple[Interval, ...]
    features: FrameFeatures


def made_videos(count: int) -> list[MadeVideo]:
    """Videos of 80 s, each with two to four instances of one action."""
    return [_made(number, np.random.default_rng(number)) for number in range(count)]


def _made(number: int, random: np.random.Generator) -> MadeVideo:
    place = number % len(LABELS)
    images = random.normal(0.0, 0.25, (PARTS, SIZE))
    images[:, -1] += 1.0
    instances: list[Interval] = []
    for slot in np.array_split(np.arange(PARTS), random.integers(2, 5)):
        first, after = slot[0] + random.integers(4, 9), slot[-1] - random.integers(4, 12)
        images[first:after, place] += 0.7
        images[first:after, len(LABELS) + place] += 1.5
        instances.append(Interval(first * STEP_SECONDS, after * STEP_SECONDS))
    borders = np.linspace(0.0, PARTS * STEP_SECONDS, PARTS + 1)
    features = FrameFeatures(borders, images.astype(np.float32))
    return MadeVideo(f"video {number}", LABELS[place], tuple(instances), features)


def _class_of(text: str) -> int:
    words = text.lower().replace(" ", "")
    for place, label in enumerate(LABELS):
        if label.lower().replace(" ", "") in words:
            return place
    return SIZE - 2


class RandomClip:
    """Has the sizes of CLIP ViT-B/32 and random weights, drawn as CLIP's are before training."""

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
        raise AssertionError("the features are made, so that no frame is encoded")

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        return np.repeat(self._text[None], len(texts), axis=0)


def random_clip_video(model: RandomClip, seed: int) -> tuple[FrameFeatures, NDArray[np.bool_]]:
    """Returns the features of 80 s, and (T,) whether the action is shown.

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
