"""Writes down what is said: the protocol `Transcriber`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from foretell.types import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TRANSCRIBED = "transcriber:"
"""Begins the source of what a transcriber wrote down."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something that is said.

    Attributes:
        interval: When, in seconds from the first sample.
        text: The words, on one line.
        probability: How likely the model held its words, on their geometric mean in [0, 1]; None
            where it does not tell.
    """

    interval: Interval
    text: str
    probability: float | None = None


class Transcriber(Protocol):
    """A model that writes down speech."""

    @property
    def name(self) -> str:
        """What people call it, written into the source of its speech."""
        ...

    @property
    def id(self) -> str:
        """Everything that changes what it writes."""
        ...

    def transcribe(self, samples: NDArray[np.float32]) -> list[Utterance]:
        """Gives what is said in order of time.

        Args:
            samples: (N,) float32, mono at 16 kHz, full scale 1.0, N at least 1.

        Raises:
            ModelError: If the model is not there or fails.
        """
        ...
