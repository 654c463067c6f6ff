"""What a model of images and texts gives to a localizer, in arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from foretell.types import Frame

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Projections:
    """The last layers of the model, which bring images and texts into one space of E dimensions.

    Attributes:
        image: (E, D) of the image side; None where its features lie in that space already.
        text: (E, H) of the text side.
        text_bias: (E,) added to each projected text.
        scale: What cosines are multiplied with before a softmax.
    """

    image: Floats | None
    text: Floats
    text_bias: Floats
    scale: float

    def images(self, features: Floats) -> Floats:
        """Gives the (T, E) embeddings of (T, D) image features, of any length."""
        return features if self.image is None else features @ self.image.T

    def texts(self, features: Floats) -> Floats:
        """Gives the (N, E) embeddings of (N, H) text features, of length 1."""
        return unit(features @ self.text.T + self.text_bias)


class ImageTextEncoder(Protocol):
    """A model with a tower for images and one for texts."""

    @property
    def id(self) -> str:
        """The model's name."""
        ...

    @property
    def dtype(self) -> str:
        """Name of the numbers that it runs in, in which its features are rounded.

        Raises:
            ModelError: If the model cannot be loaded.
        """
        ...

    @property
    def projections(self) -> Projections:
        """Its last layers.

        Raises:
            ModelError: If the model cannot be loaded.
        """
        ...

    def encode_images(self, frames: Sequence[Frame]) -> Floats:
        """Gives (T, D) features, before the projection.

        Raises:
            ModelError: If the model cannot be loaded or fails.
        """
        ...

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """Gives (N, H) features, before the projection.

        Raises:
            ModelError: If the model cannot be loaded or fails.
        """
        ...


def unit(vectors: Floats) -> Floats:
    """Gives the (N, E) vectors with length 1; one of length 0 stays as it is."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    result: Floats = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return result
