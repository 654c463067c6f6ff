"""The features of a video's frames, made once a video."""

from __future__ import annotations

import functools
import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from foretell.errors import VideoError
from foretell.memory.embedding.text_vectors import read_vectors, write_vectors
from foretell.ranges import check_positive
from foretell.tools.decoding.video import Video
from foretell.tools.localization.frame_scorer import (
    FrameScores,
    OnProgress,
    middles,
    parts_of,
)
from foretell.tools.vision_models.image_text_encoder import Floats, ImageTextEncoder, unit
from foretell.tools.watching.sampling import fit_within

STEP_SECONDS = 0.5
"""Seconds between frames, two a second."""
BATCH = 32
"""Frames that are encoded, and kept, at once."""
MAX_SIDE = 640
"""Frames are decoded at this size, more than any such model looks at."""
_SUFFIX = ".npy"


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

    The features of the latest video stay in memory. Those of a run that was interrupted are gone on
    with.

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
        check_positive("step_seconds", step_seconds)
        self.encoder = encoder
        self._step_seconds = step_seconds
        self._folder = folder
        self._latest: tuple[str, Floats] | None = None

    @property
    def id(self) -> str:
        """The model's name."""
        return self.encoder.id

    def score(
        self, video: Video, texts: Sequence[str], on_progress: OnProgress | None = None
    ) -> FrameScores:
        """Gives the likeness of every part of the video to each text.

        Raises:
            VideoError: If the video cannot be decoded.
            ModelError: If the model cannot be loaded or fails.
            MemoryStoreError: If the features cannot be kept.
        """
        features, projections = self.features(video, on_progress), self.encoder.projections
        images = unit(projections.images(features.images))
        wanted = projections.texts(self.encoder.encode_texts(texts))
        return FrameScores(features.borders, (wanted @ images.T).astype(np.float64))

    def features(self, video: Video, on_progress: OnProgress | None = None) -> FrameFeatures:
        """Gives the features of the video's frames; of a damaged file, as far as it goes.

        Args:
            video: The open video.
            on_progress: Told the share of the frames that are encoded, in (0, 1], as it grows; not
                called where all were kept.

        Raises:
            VideoError: If the video cannot be decoded.
            ModelError: If the model cannot be loaded or fails.
            MemoryStoreError: If the features cannot be kept.
        """
        borders = parts_of(video, self._step_seconds)
        key = self._key(video, borders)
        latest = self._latest
        if latest is None or latest[0] != key:
            encoded = functools.partial(self._encoded, video, middles(borders), on_progress)
            latest = self._latest = key, self._gathered(key, encoded)
        images = latest[1]
        return FrameFeatures(borders[: len(images) + 1], images)

    def _gathered(self, key: str, encoded: Callable[[int], Iterator[Floats]]) -> Floats:
        if self._folder is None:
            return np.concatenate(list(encoded(0)))
        return FeatureStore(self._folder, key).gathered(encoded)

    def _encoded(
        self,
        video: Video,
        times_seconds: NDArray[np.float64],
        on_progress: OnProgress | None,
        done: int,
    ) -> Iterator[Floats]:
        """Gives the features at the times after the first `done`, a batch at a time.

        The frame before them is decoded too: it is there even where a damaged file ends with it.
        """
        known = min(1, done)
        frames = video.frames(
            times_seconds[done - known :].tolist(),
            size=fit_within(video.info.width, video.info.height, MAX_SIDE),
        )
        frames = islice(frames, known, None)
        while batch := list(islice(frames, BATCH)):
            yield self.encoder.encode_images(batch)
            done += len(batch)
            if on_progress is not None:
                on_progress(done / len(times_seconds))
        if not done:
            raise VideoError(f"no frame of {video.info.name!r} can be decoded; see that it plays")

    def _key(self, video: Video, borders: NDArray[np.float64]) -> str:
        said = (self.encoder.id, self.encoder.dtype, MAX_SIDE, video.info.content_hash)
        named = hashlib.sha256("\0".join(map(str, said)).encode() + borders.tobytes())
        return named.hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class FeatureStore:
    """The features of one video: pieces while they are made, then one file.

    A piece is a file of its own, named by its first row, so that two processes that make the same
    features write the same files.

    Attributes:
        folder: Holds those of many videos.
        key: Names them.
    """

    folder: Path
    key: str

    def gathered(self, make: Callable[[int], Iterator[Floats]]) -> Floats:
        """Gives the (T, D) features, having made those that are not kept.

        Args:
            make: Gives the pieces from a row on, one at least where that is 0.

        Raises:
            MemoryStoreError: If they cannot be written.
        """
        whole = read_vectors(self.folder / f"{self.key}{_SUFFIX}")
        if whole is not None:
            return whole
        pieces: list[Floats] = []
        while (piece := read_vectors(self._piece(pieces))) is not None:
            pieces.append(piece)
        for piece in make(_rows(pieces)):
            write_vectors(self._piece(pieces), piece)
            pieces.append(piece)
        whole = np.concatenate(pieces)
        write_vectors(self.folder / f"{self.key}{_SUFFIX}", whole)
        shutil.rmtree(self.folder / self.key, ignore_errors=True)
        return whole

    def _piece(self, before: list[Floats]) -> Path:
        return self.folder / self.key / f"{_rows(before)}{_SUFFIX}"


def _rows(pieces: list[Floats]) -> int:
    return sum(map(len, pieces))
