"""Chooses what finds moments in the frames of videos, from the settings."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from foretell.config import Config
from foretell.errors import ConfigError
from foretell.tools.localization.action_detector import ActionDetector
from foretell.tools.localization.clip_scorer import KIND as CLIPS
from foretell.tools.localization.clip_scorer import ClipScorer
from foretell.tools.localization.frame_features import FrameFeatureScorer
from foretell.tools.localization.frame_localizer import (
    FrameLocalizer,
    FrameLocalizerSettings,
    OpenByName,
)
from foretell.tools.localization.frame_scorer import FrameScorer, OnProgress
from foretell.tools.localization.localizer import Localizer
from foretell.tools.localization.moment_judge import load_judge
from foretell.tools.localization.settings import T3ALSettings
from foretell.tools.vision_models.checkpoint import Checkpoint
from foretell.tools.vision_models.dual_encoder import DualEncoder

FEATURES = "frame_features"
"""Folder in the library that keeps the features of frames."""


def load_frame_localizer(
    config: Config,
    open_video: OpenByName,
    fallback: Localizer,
    *,
    labels: Sequence[str] = (),
    t3al: T3ALSettings | None = None,
    settings: FrameLocalizerSettings | None = None,
    on_progress: OnProgress | None = None,
    scorer: FrameScorer | None = None,
) -> Localizer:
    """Gives what looks at frames with the models that the settings name, else the fallback.

    Args:
        config: Whose `frame_scorer` finds moments and whose `moment_judge` looks at them again.
        open_video: Opens the video of a query.
        fallback: Finds in the text of a timeline what cannot be looked at.
        labels: The actions that a video may show, whose instances T3AL finds; without any, TFVTG
            finds sentences.
        t3al: What T3AL goes by.
        settings: What sentences are found by.
        on_progress: Told how much of each video was looked at.
        scorer: Compares frames with texts in place of the one that `config.frame_scorer` names.

    Raises:
        ConfigError: If a model is named in another way, there is a judge or there are labels
            without what they need, or there is no such device.
        ModelError: If the frame scorer is not on this machine.
    """
    _check_together(config, labels, looks=scorer is not None or config.frame_scorer is not None)
    if scorer is None and config.frame_scorer is not None:
        scorer = _scorer(config.frame_scorer, config.device, config.library / FEATURES)
    if scorer is None:
        return fallback
    if labels:
        if not isinstance(scorer, FrameFeatureScorer):
            raise ConfigError(
                f"frame_scorer is {config.frame_scorer or scorer.id!r}, which "
                f"{'looks at clips' if isinstance(scorer, ClipScorer) else 'has no features'}; "
                "actions are told apart by labels with a model that looks at frames, such as CLIP "
                "or SigLIP"
            )
        return ActionDetector(scorer, open_video, fallback, labels, t3al, on_progress=on_progress)
    return FrameLocalizer(
        scorer,
        open_video,
        fallback,
        judge=load_judge(config),
        settings=settings,
        on_progress=on_progress,
    )


def _check_together(config: Config, labels: Sequence[str], *, looks: bool) -> None:
    """Raises ConfigError where settings do not go together."""
    if not looks and config.moment_judge is not None:
        raise ConfigError(
            f"moment_judge is {config.moment_judge!r}, and no frame_scorer finds moments for "
            "it to judge; set frame_scorer too (foretell models list)"
        )
    if not looks and labels:
        raise ConfigError(
            f"there are {len(labels)} labels of actions to find in frames, and no frame_scorer "
            "looks at frames; set frame_scorer too (foretell models list)"
        )
    if labels and config.moment_judge is not None:
        raise ConfigError(
            f"moment_judge is {config.moment_judge!r}, which judges moments of sentences, and "
            f"there are {len(labels)} labels of actions; leave out one of the two"
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
