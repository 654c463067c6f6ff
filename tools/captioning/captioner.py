"""Says in words what a clip shows: the protocol `Captioner`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from foretell.types import Clip


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
