"""Compares short clips with texts, by X-CLIP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from foretell.errors import VideoError
from foretell.ranges import check_positive
from foretell.tools.decoding.video import Video
from foretell.tools.localization.frame_scorer import FrameScores, OnProgress, parts_of
from foretell.tools.vision_models.checkpoint import Checkpoint
from foretell.tools.vision_models.x_clip import X_CLIP, XClip
from foretell.tools.watching.sampling import fit_within, uniform_times
from foretell.types import Frame, Interval

CLIP_SECONDS = 1.0
"""Seconds of a clip; the moments found cannot be finer."""
MAX_SIDE = 640
"""Pixels of the longer side; models scale to 224-384 themselves."""
KIND = replace(X_CLIP, without_it="moments are found in the text of the timeline")


class ClipScorer:
    """Compares each part of a video, as a clip, with texts: a `FrameScorer`.

    After X-CLIP (B. Ni et al., "Expanding Language-Image Pretrained Models for General Video
    Recognition", ECCV 2022). It mixes the frames of a clip after its projection, and a text with
    the clip, so that T3AL cannot adapt it. The weights are read at the first use.

    Args:
        checkpoint: `hf:FOLDER` or `hf:OWNER/NAME`.
        device: Where it runs; "auto" takes the fastest.
        clip_seconds: How long a part is.

    Raises:
        ConfigError: If the checkpoint is written otherwise, there is no such device, or
            `clip_seconds` is not positive and finite.
    """

    def __init__(
        self, checkpoint: str, device: str = "auto", *, clip_seconds: float = CLIP_SECONDS
    ) -> None:
        check_positive("clip_seconds", clip_seconds)
        self._model = XClip(Checkpoint.parse(checkpoint), device=device, kind=KIND)
        self._clip_seconds = clip_seconds

    @property
    def id(self) -> str:
        """The model's name and a digest of its weights.

        Raises:
            ModelError: If it is not on this machine.
        """
        return self._model.id

    def score(
        self, video: Video, texts: Sequence[str], on_progress: OnProgress | None = None
    ) -> FrameScores:
        """Gives the likeness of every part of the video to each text.

        Raises:
            VideoError: If the video cannot be decoded.
            ModelError: If the model cannot be loaded, or memory runs out.
        """
        borders = parts_of(video, self._clip_seconds)
        clips = self._clips(video, borders)
        found: list[NDArray[np.float64]] = []
        while batch := list(islice(clips, self._model.clips_at_once)):
            found.append(self._model.cosines(batch, texts))
            if on_progress is not None:
                on_progress(sum(map(len, found)) / (len(borders) - 1))
        if not found:
            raise VideoError(f"no clip of {video.info.name!r} can be decoded; see that it plays")
        cosines = np.concatenate(found)
        return FrameScores(borders[: len(cosines) + 1], cosines.T)

    def _clips(self, video: Video, borders: NDArray[np.float64]) -> Iterator[list[Frame]]:
        """Gives as many frames of each part as the model looks at."""
        count = self._model.frames_per_clip
        parts = [Interval(*ends) for ends in pairwise(borders.tolist())]
        frames = video.frames(
            [time for part in parts for time in uniform_times(part, count)],
            size=fit_within(video.info.width, video.info.height, MAX_SIDE),
        )
        while len(clip := list(islice(frames, count))) == count:
            yield clip
