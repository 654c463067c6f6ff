"""Models with a tower for images and one for texts, as CLIP and SigLIP have them."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from foretell.tools.vision_models.checkpoint import Checkpoint
from foretell.tools.vision_models.device import Batches, choose_device
from foretell.tools.vision_models.image_text_encoder import Floats, Projections
from foretell.tools.vision_models.loading import Kind, Loaded, load
from foretell.tools.watching.profile import Profile
from foretell.types import Frame

BATCH = 32
"""Frames or texts of a pass, halved where memory runs out."""
_SIGLIP = "siglip"
KIND = Kind(
    name="a model that compares images with texts",
    auto_model="AutoModel",
    auto_processor="AutoProcessor",
    without_it="moments are found in the text of the timeline",
    model_types=("clip", "metaclip_2", _SIGLIP),
)


class DualEncoder:
    """Encodes frames and texts with a model of transformers: an `ImageTextEncoder`.

    CLIP (A. Radford et al., ICML 2021) and its kin end in a linear projection on both sides.
    SigLIP (X. Zhai et al., ICCV 2023) has one on the text's side alone. The weights are read at
    the first use.

    Args:
        checkpoint: `hf:FOLDER` or `hf:OWNER/NAME`.
        device: Where it runs; "auto" takes the fastest.
        profile: Where its seconds are added.

    Raises:
        ConfigError: If the checkpoint is written otherwise, or there is no such device.
    """

    def __init__(
        self, checkpoint: str, device: str = "auto", *, profile: Profile | None = None
    ) -> None:
        self._checkpoint = Checkpoint.parse(checkpoint)
        self._profile = profile or Profile()
        self._device = choose_device(device)
        self._batches = Batches(BATCH, checkpoint, self._device)

    @property
    def id(self) -> str:
        """The model's name and a digest of its weights.

        Raises:
            ModelError: If it is not on this machine.
        """
        return self._checkpoint.id

    @property
    def dtype(self) -> str:
        """Name of the numbers that it runs in, in which its features are rounded.

        Raises:
            ModelError: If the model cannot be loaded.
        """
        return self._loaded.device.dtype

    @property
    def projections(self) -> Projections:
        """Its last layers, as they were trained; nothing changes them in the model.

        Raises:
            ModelError: If the model cannot be loaded.
        """
        return self._projections

    @functools.cached_property
    def _projections(self) -> Projections:
        model = self._loaded.model
        scale = float(model.logit_scale.detach().float().exp())
        if model.config.model_type == _SIGLIP:
            head = model.text_model.head
            return Projections(None, _array(head.weight), _array(head.bias), scale)
        image, text = _array(model.visual_projection.weight), _array(model.text_projection.weight)
        return Projections(image, text, np.zeros(len(text), np.float32), scale)

    def encode_images(self, frames: Sequence[Frame]) -> Floats:
        """Gives the (T, D) states that the image tower ends with, of one frame at least.

        Raises:
            ModelError: If the model cannot be loaded, or memory runs out.
        """
        return np.stack(self._batches.run(frames, self._forward_images))

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """Gives the (N, H) states that the text tower ends with, of one text at least.

        Of a text, as many words count as the tower reads.

        Raises:
            ModelError: If the model cannot be loaded, or memory runs out.
        """
        return np.stack(self._batches.run(texts, self._forward_texts))

    def _forward_images(self, frames: Sequence[Frame]) -> list[Floats]:
        import torch

        model, processor = self._loaded.model, self._loaded.processor
        with self._profile.phase("preprocess"):
            inputs = processor(images=[frame.data for frame in frames], return_tensors="pt")
            pixels = inputs["pixel_values"].to(model.device, model.dtype)
        with self._profile.phase("forward"), torch.inference_mode():
            return list(_array(model.vision_model(pixel_values=pixels).pooler_output))

    def _forward_texts(self, texts: Sequence[str]) -> list[Floats]:
        import torch

        model, processor = self._loaded.model, self._loaded.processor
        # SigLIP was trained on texts in lower case, padded to the full, whose padding it reads.
        siglip = model.config.model_type == _SIGLIP
        tokens = processor.tokenizer(
            [text.lower() for text in texts] if siglip else list(texts),
            padding="max_length" if siglip else True,
            truncation=True,
            max_length=model.config.text_config.max_position_embeddings,
            return_tensors="pt",
        ).to(self._device.name)
        read = ("input_ids",) if siglip else ("input_ids", "attention_mask")
        known = {name: tokens[name] for name in read}
        with self._profile.phase("forward"), torch.inference_mode():
            output = model.text_model(**known)
            states = output.last_hidden_state[:, -1] if siglip else output.pooler_output
            return list(_array(states))

    @functools.cached_property
    def _loaded(self) -> Loaded:
        with self._profile.phase("load"):
            return load(self._checkpoint, KIND, self._device)


def _array(tensor: Any) -> Floats:
    array: Floats = tensor.detach().float().cpu().numpy()
    return array
