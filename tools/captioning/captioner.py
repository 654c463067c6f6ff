"""Says in words what a clip shows: the protocol `Captioner`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol, get_args

from foretell.errors import ModelError
from foretell.types import Clip

CaptionPrompt = Literal["description", "intention"]
CAPTION_PROMPTS: tuple[CaptionPrompt, ...] = get_args(CaptionPrompt)
"""What is asked of each clip: what happens, or, as LALM asks, what the person wants to do."""
PROMPT_FILES: dict[CaptionPrompt, str] = {
    "description": "caption",
    "intention": "caption_intention",
}


class Captioner(Protocol):
    """A model that describes clips."""

    @property
    def name(self) -> str:
        """What people call it, written into the source of its captions."""
        ...

    @property
    def id(self) -> str:
        """Everything that changes what it says.

        Raises:
            ModelError: If the model is not on this machine.
        """
        ...

    @property
    def frames_per_clip(self) -> int:
        """How many frames of a clip it looks at.

        Raises:
            ModelError: If the model cannot be loaded.
        """
        ...

    @property
    def clips_at_once(self) -> int:
        """How many clips are best given together.

        Raises:
            ModelError: If the model cannot be loaded.
        """
        ...

    def caption(self, clips: Sequence[Clip]) -> list[str]:
        """Gives a line of text for each clip, empty where the model says nothing.

        Raises:
            ModelError: If the model cannot be loaded, runs out of memory or fails.
            UnfinishedCaptions: If it fails at some of the clips, and what it said is worth money.
        """
        ...


class UnfinishedCaptions(ModelError):
    """A model failed at some clips.

    Attributes:
        told: What it said of others, by their place among the clips.
    """

    def __init__(self, message: str, told: Mapping[int, str]) -> None:
        super().__init__(message)
        self.told = told
