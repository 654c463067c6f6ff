"""The features of a video's frames, made once a video."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from foretell.errors import ConfigError, VideoError
from foretell.memory.vector_file import read_vectors, write_vectors
from foretell.tools.localization.frame_scorer import FrameScores, equal_parts, middles
from foretell.tools.localization.image_text import Floats, ImageTextEncoder, unit
from foretell.tools.sampling import fit_within
from foretell.tools.video import Video

STEP_SECONDS = 0.5
BATCH = 16
MAX_SIDE = 640
"""Frames are decoded at this size, more than any such model looks at."""


@dataclass(frozen=True, slots=True, eq=False)
class FrameFeatures:
    """What the image tower saw of a video.

    Attributes:
        borders: (T + 1,) seconds, ascending; of each part between them one frame was looked at.
        images: (T, D) features before the projection.
    """

    borders: NDArray[np.float64]
    images: Floats

    def __len__(self) -> int:
        return len(self.images)


class FrameFeatureScorer:
    """Compares frames with texts by the cosine of their embeddings: a `FrameScorer`.

    The features of the latest video stay in memory.

    Args:
        encoder: The model.
        step_seconds: How far apart the frames lie that are looked at.
        folder: Where features are kept for the next time; None keeps none.

    Raises:
        ConfigError: If `step_seconds` is not positive and finite.
    """

    def __init__(
        self,
        encoder: ImageTextEncoder,
        *,
        step_seconds: float = STEP_SECONDS,
        folder: Path | None = None,
    ) -> None:
        if not (step_seconds > 0 and np.isfinite(step_seconds)):
            raise ConfigError(f"step_seconds must be positive and finite, got {step_seconds!r}")
        self.encoder = encoder
        self._step_seconds = step_seconds
        self._folder = folder
        self._latest: tuple[str, Floats] | None = None

    @property
    def id(self) -> str:
        """The model's name."""
        return self.encoder.id

    def score(self, video: Video, texts: Sequence[str]) -> FrameScores:
        """Gives the likeness of every part of the video to each text.

        Raises:
            VideoError: If the video cannot be decoded.
            ModelError: If the model cannot be loaded or fails.
            MemoryStoreError: If the features cannot be kept.
        """
        features, projections = self.features(video), self.encoder.projections
        images = unit(projections.images(features.images))
        wanted = projections.texts(self.encoder.encode_texts(texts))
        return FrameScores(features.borders, (wanted @ images.T).astype(np.float64))

    def features(self, video: Video) -> FrameFeatures:
        """Gives the features of the video's frames; of a damaged file, as far as it goes.

        Raises:
            VideoError: If the video cannot be decoded.
            ModelError: If the model cannot be loaded or fails.
            MemoryStoreError: If the features cannot be kept.
        """
        borders = equal_parts(video.info.interval, self._step_seconds)
        key = self._key(video)
        if self._latest is None or self._latest[0] != key:
            self._latest = key, self._kept(key, video, borders)
        images = self._latest[1]
        return FrameFeatures(borders[: len(images) + 1], images)

    def _kept(self, key: str, video: Video, borders: NDArray[np.float64]) -> Floats:
        if self._folder is None:
            return self._encoded(video, borders)
        file = self._folder / f"{key}.npy"
        images = read_vectors(file)
        if images is None:
            images = self._encoded(video, borders)
            write_vectors(file, images)
        return images

    def _encoded(self, video: Video, borders: NDArray[np.float64]) -> Floats:
        frames = video.frames(
            middles(borders).tolist(),
            size=fit_within(video.info.width, video.info.height, MAX_SIDE),
        )
        batches = iter(lambda: list(islice(frames, BATCH)), [])
        rows = [self.encoder.encode_images(batch) for batch in batches]
        if not rows:
            raise VideoError(f"no frame of {video.info.name!r} can be decoded; see that it plays")
        return np.concatenate(rows)

    def _key(self, video: Video) -> str:
        said = f"{self.encoder.id}\0{self._step_seconds!r}\0{video.info.content_hash}"
        return hashlib.sha256(said.encode()).hexdigest()[:32]
