"""Recognises the actions that a transformers model was trained to tell apart."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from foretell.errors import argument
from foretell.tools.recognition.recognizer import LabelSet, Probabilities
from foretell.tools.vision_models.checkpoint import Checkpoint
from foretell.tools.vision_models.clip_frames import clip_batches, clip_pixels, processor_side
from foretell.tools.vision_models.device import AUTO, Batches, choose_device
from foretell.tools.vision_models.loading import Kind, Loaded, load
from foretell.tools.watching.profile import Profile
from foretell.types import Clip

# V-JEPA 2's own processor prepares frames like VideoMAE's, but needs torchvision.
CLASSIFIER = Kind(
    name="a model that tells actions apart",
    auto_model="AutoModelForVideoClassification",
    auto_processor="VideoMAEImageProcessorPil",
    without_it="actions that were found elsewhere are "
    f"imported with {argument('narrations', 'FILE')}",
    model_types=("videomae", "timesformer", "vjepa2"),
    processor_files=("preprocessor_config.json", "video_preprocessor_config.json"),
)


class VideoClassifier:
    """Recognises the labels of a model on this machine, which is loaded at the first use.

    VideoMAE (Z. Tong et al., NeurIPS 2022), TimeSformer (G. Bertasius et al., ICML 2021) and
    V-JEPA 2 (M. Assran et al., 2025), fine-tuned on any list of actions.

    Args:
        checkpoint: The model.
        device: Where it runs; see `choose_device`.
        profile: Where its seconds are added.

    Raises:
        ConfigError: If there is no such device.
    """

    def __init__(
        self, checkpoint: Checkpoint, *, device: str = AUTO, profile: Profile | None = None
    ) -> None:
        self._checkpoint = checkpoint
        self._device = choose_device(device)
        self._profile = profile or Profile()
        self.name = checkpoint.short_name

    @property
    def id(self) -> str:
        """The model.

        Raises:
            ModelError: If it is not on this machine.
        """
        return self._checkpoint.id

    @property
    def label_sets(self) -> tuple[LabelSet, ...]:
        """The one set of actions that the model was trained on."""
        return self._label_sets

    @functools.cached_property
    def _label_sets(self) -> tuple[LabelSet, ...]:
        names = self._loaded.model.config.id2label
        labels = tuple(" ".join(names[index].split()) for index in range(len(names)))
        return (LabelSet("action", labels),)

    @property
    def frames_per_clip(self) -> int:
        """As many as the model was trained on."""
        config = self._loaded.model.config
        return int(config.frames_per_clip if config.model_type == "vjepa2" else config.num_frames)

    @property
    def side(self) -> int:
        """To how many pixels the shorter side of a frame is brought."""
        return processor_side(self._loaded.processor)

    @property
    def clips_at_once(self) -> int:
        """As many as fit into memory; fewer once it has run out."""
        return self._batches.size

    def recognize(self, clips: Sequence[Clip]) -> list[Probabilities]:
        """Gives the (N, L) probabilities of N clips.

        Raises:
            ModelError: If the model cannot be loaded or runs out of memory.
        """
        return [np.stack(self._batches.run(clips, self._probabilities))]

    def _probabilities(self, clips: Sequence[Clip]) -> list[NDArray[np.float64]]:
        import torch

        loaded = self._loaded
        video = loaded.model.config.model_type == "vjepa2"
        with self._profile.phase("preprocess"):
            pixels = clip_pixels(loaded.processor, clips, loaded.device)
        with self._profile.phase("forward"), torch.inference_mode():
            named = {"pixel_values_videos" if video else "pixel_values": pixels}
            logits: torch.Tensor = loaded.model(**named).logits.double()
            several = loaded.model.config.problem_type == "multi_label_classification"
            return list((logits.sigmoid() if several else logits.softmax(-1)).cpu().numpy())

    @functools.cached_property
    def _loaded(self) -> Loaded:
        with self._profile.phase("load"):
            return load(self._checkpoint, CLASSIFIER, self._device)

    @functools.cached_property
    def _batches(self) -> Batches:
        return clip_batches(self._loaded, self.name)
