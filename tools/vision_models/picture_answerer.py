"""Answers questions about frames: the protocol `PictureAnswerer`."""

from __future__ import annotations

from typing import Protocol

from foretell.types import Clip


class PictureAnswerer(Protocol):
    """A model that is shown frames and asked about them."""

    @property
    def name(self) -> str:
        """What people call it, written into the source of what it says."""
        ...

    def most_frames(self, wanted: int) -> int:
        """Gives how many of the `wanted` frames it looks at.

        Raises:
            ModelError: If the model is not on this machine.
        """
        ...

    def answer(self, question: str, frames: Clip) -> str:
        """Gives its words on one line, empty where it says nothing.

        Raises:
            ModelError: If the model or its endpoint fails.
        """
        ...
