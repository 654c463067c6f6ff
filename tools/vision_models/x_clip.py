"""X-CLIP, which looks at a clip as a whole and compares it with texts."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foretell.errors import argument
from foretell.tools.vision_models.checkpoint import Checkpoint
from foretell.tools.vision_models.clip_frames import clip_batches, clip_pixels, processor_side
from foretell.tools.vision_models.device import AUTO, Batches, choose_device
from foretell.tools.vision_models.loading import Kind, Loaded, load
from foretell.tools.watching.profile import Profile
from foretell.types import Clip

X_CLIP = Kind(
    name="a model that compares clips with texts",
    auto_model="AutoModel",
    auto_processor="AutoProcessor",
    without_it="actions that were found elsewhere are "
    f"imported with {argument('narrations', 'FILE')}",
    model_types=("xclip",),
)
_TEXTS_AT_ONCE = 64
"""Texts of a pass."""


class XClip:
    """Compares clips with texts: a `ClipTextModel`, loaded at the first use.

    After B. Ni et al., "Expanding Language-Image Pretrained Models for General Video Recognition"
    (ECCV 2022).

    Args:
        checkpoint: The model.
        device: Where it runs; see `choose_device`.
        profile: Where its seconds are added.
        kind: What is looked for; it says what works where the model is missing.

    Raises:
        ConfigError: If there is no such device.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        device: str = AUTO,
        profile: Profile | None = None,
        kind: Kind = X_CLIP,
    ) -> None:
        self._checkpoint = checkpoint
        self._kind = kind
        self._device = choose_device(device)
        self._profile = profile or Profile()
        self._read: tuple[tuple[str, ...], Any] | None = None
        self.name = checkpoint.short_name

    @property
    def id(self) -> str:
        """The model.

        Raises:
            ModelError: If it is not on this machine.
        """
        return self._checkpoint.id

    @property
    def frames_per_clip(self) -> int:
        """As many as the model was trained on."""
        return int(self._loaded.model.config.vision_config.num_frames)

    @property
    def side(self) -> int:
        """To how many pixels the shorter side of a frame is brought."""
        return processor_side(self._loaded.processor.image_processor)

    @property
    def clips_at_once(self) -> int:
        """As many as fit into memory; fewer once it has run out."""
        return self._batches.size

    def logits(self, clips: Sequence[Clip], texts: Sequence[str]) -> NDArray[np.float64]:
        """Gives (N, L) cosines times the scale that the model was trained with.

        Raises:
            ModelError: If the model cannot be loaded or runs out of memory.
        """
        scale = float(self._loaded.model.logit_scale.detach().double().exp())
        return self.cosines(clips, texts) * scale

    def cosines(self, clips: Sequence[Clip], texts: Sequence[str]) -> NDArray[np.float64]:
        """Gives (N, L) cosines; texts are encoded anew only where they change.

        Raises:
            ModelError: If the model cannot be loaded or runs out of memory.
        """
        if self._read is None or self._read[0] != tuple(texts):
            self._read = tuple(texts), self._encoded(texts)
        forward = functools.partial(self._compared, self._read[1])
        return np.stack(self._batches.run(clips, forward))

    def _encoded(self, texts: Sequence[str]) -> Any:
        """Gives the (L, E) embeddings of texts, before a clip bends them."""
        import torch

        model, tokenizer = self._loaded.model, self._loaded.processor.tokenizer
        longest = model.config.text_config.max_position_embeddings
        rows: list[Any] = []
        with self._profile.phase("forward"), torch.inference_mode():
            for start in range(0, len(texts), _TEXTS_AT_ONCE):
                tokens = tokenizer(
                    list(texts[start : start + _TEXTS_AT_ONCE]),
                    padding=True,
                    truncation=True,
                    max_length=longest,
                    return_tensors="pt",
                ).to(self._loaded.device.name)
                known = {name: tokens[name] for name in ("input_ids", "attention_mask")}
                rows.append(model.get_text_features(**known).pooler_output)
        return torch.cat(rows)

    def _compared(self, texts: Any, clips: Sequence[Clip]) -> list[NDArray[np.float64]]:
        """Does what the model's own forward pass does after its text tower."""
        import torch

        model = self._loaded.model
        with self._profile.phase("preprocess"):
            processor = self._loaded.processor.image_processor
            pixels = clip_pixels(processor, clips, self._loaded.device)
        with self._profile.phase("forward"), torch.inference_mode():
            seen = model.get_video_features(pixel_values=pixels)
            clip = torch.nn.functional.normalize(seen.pooler_output.float(), dim=-1)
            patches = model.prompts_visual_layernorm(seen.last_hidden_state[:, 1:])
            patches = patches @ model.prompts_visual_projection
            patches = patches.view(*pixels.shape[:2], *patches.shape[1:]).mean(dim=1)
            bent = texts.unsqueeze(0).expand(len(clips), -1, -1)
            bent = bent + model.prompts_generator(bent, patches)
            bent = torch.nn.functional.normalize(bent.float(), dim=-1)
            cosines = torch.einsum("ne,nle->nl", clip, bent)
            return list(cosines.double().cpu().numpy())

    @functools.cached_property
    def _loaded(self) -> Loaded:
        with self._profile.phase("load"):
            return load(self._checkpoint, self._kind, self._device)

    @functools.cached_property
    def _batches(self) -> Batches:
        return clip_batches(self._loaded, self.name)
