"""Writes about clips with a transformers model that reads pictures or videos."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from foretell.tools.captioner import Clip, tidy_caption
from foretell.tools.profile import Profile
from foretell.tools.vision_models.checkpoint import Checkpoint
from foretell.tools.vision_models.device import AUTO, Batches, choose_device
from foretell.tools.vision_models.loading import Kind, Loaded, load
from foretell.tools.vision_models.picture_prompt import PicturePrompt

_CLIP_BYTES = 512 << 20
_MOST_CLIPS = {"cpu": 8}
_MOST_CLIPS_ON_GPU = 32


class ImageTextModel:
    """A model on this machine, which is loaded when it first writes.

    Args:
        checkpoint: The model.
        kind: What it is used as.
        max_new_tokens: Longest text.
        device: Where it runs; see `choose_device`.
        profile: Where its seconds are added.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        kind: Kind,
        *,
        max_new_tokens: int,
        device: str = AUTO,
        profile: Profile | None = None,
    ) -> None:
        self._checkpoint = checkpoint
        self._kind = kind
        self._max_new_tokens = max_new_tokens
        self._device = device
        self._profile = profile or Profile()

    @functools.cached_property
    def loaded(self) -> Loaded:
        """The model with its processor.

        Raises:
            ModelError: If it cannot be loaded.
        """
        with self._profile.phase("load"):
            loaded = load(self._checkpoint, self._kind, choose_device(self._device))
        loaded.processor.tokenizer.padding_side = "left"
        return loaded

    @property
    def clips_at_once(self) -> int:
        """As many as fit into memory; fewer once it has run out."""
        return self._batches.size

    def write(self, clips: Sequence[Clip], prompt: PicturePrompt) -> list[str]:
        """Gives the likeliest line of text for each clip.

        Raises:
            ModelError: If the model cannot be loaded or runs out of memory.
        """
        return self._batches.run(clips, functools.partial(self._write, prompt))

    def _write(self, prompt: PicturePrompt, clips: Sequence[Clip]) -> list[str]:
        import torch

        model, tokenizer = self.loaded.model, self.loaded.processor.tokenizer
        with self._profile.phase("preprocess"):
            inputs = prompt.inputs(clips).to(self.loaded.device.name, model.dtype)
        with self._profile.phase("forward"), torch.inference_mode():
            written: torch.Tensor = model.generate(
                **inputs, max_new_tokens=self._max_new_tokens, do_sample=False
            )
            new = _without_prompt(written, inputs.get("input_ids"))
        return [
            tidy_caption(said) for said in tokenizer.batch_decode(new, skip_special_tokens=True)
        ]

    @functools.cached_property
    def _batches(self) -> Batches:
        name = self.loaded.device.name
        most = _MOST_CLIPS.get(name, _MOST_CLIPS_ON_GPU)
        free = choose_device(name)  # what is left beside the weights
        model = f"the model {self._checkpoint.short_name!r}"
        return Batches(free.batch_for(_CLIP_BYTES, most), model, free)


def _without_prompt(written: Any, prompt: Any) -> Any:
    """Gives the (N, T) tokens that are new; most models repeat their prompt before them."""
    import torch

    if prompt is None:
        return written
    length = prompt.shape[1]
    return written[:, length:] if torch.equal(written[:, :length], prompt) else written
