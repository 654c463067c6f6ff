"""Answers questions about frames with a model on this machine."""

from __future__ import annotations

import functools
import threading
from pathlib import Path

from foretell.config import Config
from foretell.errors import MissingExtra, ModelError, UnusableModel
from foretell.tools.vision_models.checkpoint import PREFIX, Checkpoint
from foretell.tools.vision_models.device import AUTO
from foretell.tools.vision_models.image_text_model import ImageTextModel
from foretell.tools.vision_models.kept_captions import CAPTIONS_NAME, KeptCaptions, clip_key
from foretell.tools.vision_models.loading import Kind
from foretell.tools.vision_models.picture_prompt import PicturePrompt, question_prompt
from foretell.types import Clip

ANSWERER = Kind(
    name="a model that answers questions about pictures",
    auto_model="AutoModelForImageTextToText",
    auto_processor="AutoProcessor",
    without_it="frames are not looked at again",
)
MAX_NEW_TOKENS = 120
"""Tokens of an answer: a short paragraph."""


def local_answerer(config: Config) -> ImageTextAnswerer | None:
    """Gives the vision model that the settings name; None where it is not one of this machine.

    Raises:
        ConfigError: If it is `hf:` without a name.
    """
    if config.vision_model is None or not config.vision_model.startswith(PREFIX):
        return None
    kept = config.library / CAPTIONS_NAME if config.cache_responses else None
    return ImageTextAnswerer(config.vision_model, device=config.device, kept=kept)


class ImageTextAnswerer:
    """A `PictureAnswerer`; the weights are read at the first question.

    Threads may share one: they are answered in turn.

    Args:
        checkpoint: `hf:FOLDER` or `hf:OWNER/NAME`.
        device: Where it runs; see `choose_device`.
        kept: SQLite file of what was answered about which pictures; None keeps nothing.
        max_new_tokens: Longest answer.

    Raises:
        ConfigError: If the checkpoint is written otherwise.
    """

    def __init__(
        self,
        checkpoint: str,
        *,
        device: str = AUTO,
        kept: Path | None = None,
        max_new_tokens: int = MAX_NEW_TOKENS,
    ) -> None:
        self._checkpoint = Checkpoint.parse(checkpoint)
        self._device = device
        self._kept = kept
        self._max_new_tokens = max_new_tokens
        self._model = ImageTextModel(
            self._checkpoint, ANSWERER, max_new_tokens=max_new_tokens, device=device
        )
        self._lock = threading.Lock()
        self.name = self._checkpoint.short_name

    @property
    def can_answer(self) -> bool:
        """Whether `check` finds nothing."""
        try:
            self.check()
        except (MissingExtra, ModelError):
            return False
        return True

    def check(self) -> None:
        """Sees that the model is here and reads questions, without reading its weights.

        Raises:
            ConfigError: If there is no such device.
            ModelError: If it is not on this machine, damaged, of another kind, or too large.
            MissingExtra: If it needs a package that is not installed.
        """
        self._prompt("")

    def most_frames(self, wanted: int) -> int:
        """Gives 1 for a model that does not talk.

        Raises:
            ModelError: If `check` finds something.
        """
        return self._prompt("").most_frames(wanted)

    def answer(self, question: str, frames: Clip) -> str:
        """Gives its words on one line; what was answered before is not asked again.

        Raises:
            ModelError: If the model cannot be loaded, runs out of memory or cannot be asked that.
            MemoryStoreError: If the file of answers cannot be used.
        """
        prompt = self._prompt(question)
        with self._lock:
            if self._kept is None:
                return self._model.write([frames], prompt)[0]
            key = clip_key(f"{self._checkpoint.id} {self._max_new_tokens} {question}", frames)
            write = functools.partial(self._model.write, prompt=prompt)
            return KeptCaptions(self._kept).fill({key: frames}, write)[key]

    def _prompt(self, question: str) -> PicturePrompt:
        prompt = question_prompt(self._model.processor, self._checkpoint.model_type, question)
        if prompt is None:
            raise UnusableModel(
                f"the model {self._checkpoint.name!r} reads no questions; set vision_model to one "
                f"that does (foretell models list), or do without: {ANSWERER.without_it}"
            )
        return prompt
