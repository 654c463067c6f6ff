"""Compares short clips with texts, by X-CLIP."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foretell.errors import ConfigError, VideoError
from foretell.tools.localization.frame_scorer import FrameScores, equal_parts
from foretell.tools.sampling import fit_within, uniform_times
from foretell.tools.video import Video
from foretell.tools.vision_models.checkpoint import Checkpoint, Kind, Loaded
from foretell.tools.vision_models.device import Batches, choose_device
from foretell.types import Frame, Interval

BATCH = 8
CLIP_SECONDS = 1.0
MAX_SIDE = 640
KIND = Kind(
    name="a model that compares clips with texts",
    auto_model="AutoModel",
    auto_processor="AutoProcessor",
    without_it="moments are found in the text of the timeline",
    model_types=("xclip",),
)


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
        if not (clip_seconds > 0 and np.isfinite(clip_seconds)):
            raise ConfigError(f"clip_seconds must be positive and finite, got {clip_seconds!r}")
        self._checkpoint = Checkpoint.parse(checkpoint)
        self._device = choose_device(device)
        self._batches = Batches(BATCH, checkpoint, self._device)
        self._clip_seconds = clip_seconds

    @property
    def id(self) -> str:
        """The model's name and a digest of its weights.

        Raises:
            ModelError: If it is not on this machine.
        """
        return self._checkpoint.id

    def score(self, video: Video, texts: Sequence[str]) -> FrameScores:
        """Gives the likeness of every part of the video to each text.

        Raises:
            VideoError: If the video cannot be decoded.
            ModelError: If the model cannot be loaded, or memory runs out.
        """
        borders = equal_parts(video.info.interval, self._clip_seconds)
        clips = self._clips(video, borders)
        rows: list[NDArray[np.float64]] = []
        while batch := list(islice(clips, BATCH)):
            rows += self._batches.run(batch, functools.partial(self._forward, texts))
        if not rows:
            raise VideoError(f"no clip of {video.info.name!r} can be decoded; see that it plays")
        return FrameScores(borders[: len(rows) + 1], np.stack(rows, axis=1))

    def _clips(self, video: Video, borders: NDArray[np.float64]) -> Iterator[list[Frame]]:
        """Gives as many frames of each part as the model looks at."""
        count = int(self._loaded.model.config.vision_config.num_frames)
        parts = [Interval(*ends) for ends in pairwise(borders.tolist())]
        frames = video.frames(
            [time for part in parts for time in uniform_times(part, count)],
            size=fit_within(video.info.width, video.info.height, MAX_SIDE),
        )
        while len(clip := list(islice(frames, count))) == count:
            yield clip

    def _forward(
        self, texts: Sequence[str], clips: Sequence[Sequence[Frame]]
    ) -> list[NDArray[np.float64]]:
        import torch

        model, processor = self._loaded.model, self._loaded.processor
        tokens = processor.tokenizer(
            list(texts),
            padding=True,
            truncation=True,
            max_length=model.config.text_config.max_position_embeddings,
            return_tensors="pt",
        ).to(self._device.name)
        inputs = processor.image_processor(
            [[frame.data for frame in clip] for clip in clips], return_tensors="pt"
        )
        pixels = inputs["pixel_values"].to(self._device.name, getattr(torch, self._device.dtype))
        with torch.inference_mode():
            output: Any = model(
                input_ids=tokens["input_ids"],
                attention_mask=tokens["attention_mask"],
                pixel_values=pixels,
            )
            cosines = output.logits_per_video / model.logit_scale.exp()
        return list(cosines.double().cpu().numpy())

    @functools.cached_property
    def _loaded(self) -> Loaded:
        return self._checkpoint.load(KIND, self._device)
