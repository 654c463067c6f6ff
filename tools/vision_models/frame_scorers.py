"""Chooses what frames are compared with texts by."""

from __future__ import annotations

import json
from pathlib import Path

from foretell.tools.localization.frame_features import FrameFeatureScorer
from foretell.tools.localization.frame_scorer import FrameScorer
from foretell.tools.vision_models.checkpoint import Checkpoint
from foretell.tools.vision_models.clip_scorer import KIND as CLIPS
from foretell.tools.vision_models.clip_scorer import ClipScorer
from foretell.tools.vision_models.dual_encoder import DualEncoder


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
    config = Checkpoint.parse(checkpoint).folder / "config.json"
    if config.is_file() and json.loads(config.read_bytes()).get("model_type") in CLIPS.model_types:
        return ClipScorer(checkpoint, device)
    return FrameFeatureScorer(DualEncoder(checkpoint, device), folder=folder)
