"""Videos made of features, with actions planted in them, for a model made of tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from foretell.tools.localization.frame_features import FrameFeatures
from foretell.tools.vision_models.image_text_encoder import Floats, Projections
from foretell.types import Frame, Interval

LABELS = ("HighJump", "pour milk", "cut onion")
PARTS = 160
STEP_SECONDS = 0.5
SIZE = 16


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
