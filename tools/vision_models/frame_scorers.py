"""Chooses what finds moments in the frames of videos, from the settings."""

from __future__ import annotations

import functools
from pathlib import Path

from foretell.config import Config
from foretell.errors import ConfigError
from foretell.tools.localization.frame_features import FrameFeatureScorer
from foretell.tools.localization.frame_localizer import (
    FrameLocalizer,
    FrameLocalizerSettings,
    OpenByName,
)
from foretell.tools.localization.frame_scorer import FrameScorer
from foretell.tools.localization.moments import Localizer
from foretell.tools.vision_models.checkpoint import Checkpoint
from foretell.tools.vision_models.clip_scorer import KIND as CLIPS
from foretell.tools.vision_models.clip_scorer import ClipScorer
from foretell.tools.vision_models.dual_encoder import DualEncoder
from foretell.tools.vision_models.moment_judge import VisionJudge

FEATURES = "frame_features"
"""Folder in the library that keeps the features of frames."""


def load_frame_localizer(
    config: Config, open_video: OpenByName, fallback: Localizer, *, limit: int = 5
) -> Localizer:
    """Gives what looks at frames with the models that the settings name, else the fallback.

    Args:
        config: Whose `frame_scorer` finds moments and whose `moment_judge` looks at them again.
        open_video: Opens the video of a query.
        fallback: Finds in the text of a timeline what cannot be looked at.
        limit: Most moments to give.

    Raises:
        ConfigError: If a model is named in another way, there is a judge alone, or no such device.
        ModelError: If the frame scorer is not on this machine.
    """
    if config.frame_scorer is None:
        if config.moment_judge is not None:
            raise ConfigError(
                f"moment_judge is {config.moment_judge!r}, and no frame_scorer finds moments for "
                "it to judge; set frame_scorer too (foretell models list)"
            )
        return fallback
    judge = config.moment_judge and _judge(config.moment_judge, config.device)
    return FrameLocalizer(
        _scorer(config.frame_scorer, config.device, config.library / FEATURES),
        open_video,
        fallback,
        judge=judge or None,
        settings=FrameLocalizerSettings(limit=limit),
    )


def load_frame_scorer(
    checkpoint: str, device: str = "auto", folder: Path | None = None
) -> FrameScorer:
    """Gives what compares frames with texts by a model: clips for X-CLIP, else single frames.

    Args:
        checkpoint: `hf:FOLDER` or `hf:OWNER/NAME`.
        device: Where it runs; "auto" takes the fastest.
        folder: Where features of frames are kept for the next time; None keeps none.

    Raises:
        ConfigError: If the checkpoint is written otherwise, or there is no such device.
        ModelError: If the model is not on this machine.
    """
    if Checkpoint.parse(checkpoint).model_type in CLIPS.model_types:
        return ClipScorer(checkpoint, device)
    return FrameFeatureScorer(DualEncoder(checkpoint, device), folder=folder)


_scorer = functools.lru_cache(maxsize=1)(load_frame_scorer)
_judge = functools.lru_cache(maxsize=1)(VisionJudge)
