"""Captions from the transformers models that read pictures or videos and write text."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from foretell.prompts.loader import load_prompt
from foretell.tools.captioner import PROMPT_FILES, CaptionPrompt, Clip, tidy_caption
from foretell.tools.profile import Profile
from foretell.tools.vision_models.checkpoint import Checkpoint, Kind, Loaded
from foretell.tools.vision_models.device import AUTO, Batches, choose_device
from foretell.tools.vision_models.picture_prompt import PicturePrompt, picture_prompt

CAPTIONER = Kind(
    name="a captioner",
    auto_model="AutoModelForImageTextToText",
    auto_processor="AutoProcessor",
    without_it="captions that were made elsewhere are imported with --captions",
)
MAX_NEW_TOKENS = 70
_CLIP_BYTES = 512 << 20
_MOST_CLIPS = {"cpu": 8}
_MOST_CLIPS_ON_GPU = 32


class ImageTextCaptioner:
    """Describes clips with a model on this machine, which is loaded at the first clip.

    A model that talks is shown the frames of a clip in order, as a video where it takes videos; one
    that does not (BLIP, BLIP-2, GIT) is shown the frame in the middle, as LALM does.

    Args:
        checkpoint: The model.
        prompt: What is asked of each clip.
        frames: How many frames of a clip a model that talks is shown.
        max_new_tokens: Longest caption.
        device: Where it runs; see `choose_device`.
        profile: Where its seconds are added.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        prompt: CaptionPrompt = "description",
        *,
        frames: int = 4,
        max_new_tokens: int = MAX_NEW_TOKENS,
        device: str = AUTO,
        profile: Profile | None = None,
    ) -> None:
        self._checkpoint = checkpoint
        self._prompt: CaptionPrompt = prompt
        self._frames = frames
        self._max_new_tokens = max_new_tokens
        self._device = device
        self._profile = profile or Profile()
        self.name = checkpoint.short_name

    @property
    def id(self) -> str:
        """The model, the prompt and what else changes the captions."""
        self._checkpoint.find(CAPTIONER)
        asked = load_prompt(PROMPT_FILES[self._prompt]).digest
        return f"{self._checkpoint.id} {self._prompt}@{asked} {self._frames} {self._max_new_tokens}"

    @property
    def frames_per_clip(self) -> int:
        """1 for a model that does not talk."""
        return self._asking.most_frames(self._frames)

    @property
    def clips_at_once(self) -> int:
        """As many as fit into memory; fewer once it has run out."""
        return self._batches.size

    def caption(self, clips: Sequence[Clip]) -> list[str]:
        """Gives a line of text for each clip.

        Raises:
            ModelError: If the model cannot be loaded or runs out of memory.
            ConfigError: If the model cannot be asked that.
        """
        return self._batches.run(clips, self._describe)

    def _describe(self, clips: Sequence[Clip]) -> list[str]:
        import torch

        with self._profile.phase("preprocess"):
            inputs = self._asking.inputs(clips).to(self._loaded.device.name, self._dtype)
        with self._profile.phase("forward"), torch.inference_mode():
            written: torch.Tensor = self._loaded.model.generate(
                **inputs, max_new_tokens=self._max_new_tokens, do_sample=False
            )
            new = _without_prompt(written, inputs.get("input_ids"))
        tokenizer = self._loaded.processor.tokenizer
        return [
            tidy_caption(said) for said in tokenizer.batch_decode(new, skip_special_tokens=True)
        ]

    @functools.cached_property
    def _loaded(self) -> Loaded:
        with self._profile.phase("load"):
            loaded = self._checkpoint.load(CAPTIONER, choose_device(self._device))
        loaded.processor.tokenizer.padding_side = "left"
        return loaded

    @functools.cached_property
    def _asking(self) -> PicturePrompt:
        return picture_prompt(self._loaded, self._prompt, self.name)

    @functools.cached_property
    def _batches(self) -> Batches:
        name = self._loaded.device.name
        most = _MOST_CLIPS.get(name, _MOST_CLIPS_ON_GPU)
        free = choose_device(name)  # what is left beside the weights
        return Batches(free.batch_for(_CLIP_BYTES, most), f"the model {self.name!r}", free)

    @property
    def _dtype(self) -> Any:
        return self._loaded.model.dtype


def _without_prompt(written: Any, prompt: Any) -> Any:
    """Gives the (N, T) tokens that are new; most models repeat their prompt before them."""
    import torch

    if prompt is None:
        return written
    length = prompt.shape[1]
    return written[:, length:] if torch.equal(written[:, :length], prompt) else written
