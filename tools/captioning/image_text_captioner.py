"""Captions from the transformers models that read pictures or videos and write text."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from foretell.errors import argument
from foretell.prompts.loader import load_prompt
from foretell.tools.vision_models.checkpoint import Checkpoint
from foretell.tools.vision_models.device import AUTO
from foretell.tools.vision_models.image_text_model import ImageTextModel
from foretell.tools.vision_models.loading import Kind, find
from foretell.tools.vision_models.picture_prompt import (
    PROMPT_FILES,
    CaptionPrompt,
    PicturePrompt,
    picture_prompt,
)
from foretell.tools.watching.profile import Profile
from foretell.types import Clip

CAPTIONER = Kind(
    name="a captioner",
    auto_model="AutoModelForImageTextToText",
    auto_processor="AutoProcessor",
    without_it="captions that were made elsewhere are "
    f"imported with {argument('captions', 'FILE')}",
)
MAX_NEW_TOKENS = 70
"""Tokens of a caption: two sentences."""


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
        self._model = ImageTextModel(
            checkpoint, CAPTIONER, max_new_tokens=max_new_tokens, device=device, profile=profile
        )
        self.name = checkpoint.short_name

    @property
    def id(self) -> str:
        """The model, the prompt and what else changes the captions."""
        find(self._checkpoint, CAPTIONER)
        prompt = load_prompt(PROMPT_FILES[self._prompt]).digest
        return (
            f"{self._checkpoint.id} {self._prompt}@{prompt} {self._frames} {self._max_new_tokens}"
        )

    def check(self) -> None:
        """Sees that the model can be asked, without reading its weights.

        Raises:
            ModelError: If it is not on this machine, damaged, of another kind, too large, or cannot
                be asked anything.
            ConfigError: If it cannot be asked that.
            MissingExtra: If it needs a package that is not installed.
        """
        self._picture_prompt.most_frames(self._frames)

    @property
    def frames_per_clip(self) -> int:
        """1 for a model that does not talk."""
        return self._picture_prompt.most_frames(self._frames)

    @property
    def clips_at_once(self) -> int:
        """As many as fit into memory; fewer once it has run out."""
        return self._model.clips_at_once

    def caption(self, clips: Sequence[Clip]) -> list[str]:
        """Gives a line of text for each clip.

        Raises:
            ModelError: If the model cannot be loaded or runs out of memory.
            ConfigError: If the model cannot be asked that.
        """
        return self._model.write(clips, self._picture_prompt)

    @functools.cached_property
    def _picture_prompt(self) -> PicturePrompt:
        return picture_prompt(
            self._model.processor, self._checkpoint.model_type, self._prompt, self.name
        )
