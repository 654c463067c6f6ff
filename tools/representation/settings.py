"""How a timeline is shown to a language model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from foretell.errors import ConfigError
from foretell.types import EVENT_KINDS, EventKind

Thinning = Literal["uniform", "relevance", "summary", "all"]
THINNINGS: tuple[Thinning, ...] = get_args(Thinning)


@dataclass(frozen=True, slots=True)
class Representation:
    """Which events are told, and which of them where not all fit.

    Attributes:
        kinds: The kinds of event that are told.
        max_tokens: Most tokens of text, as `count_tokens` counts them.
        thinning: What is told where not everything fits: "uniform" takes events spread evenly
            over the video, "relevance" those near the question and unlike each other, "summary"
            an outline of the video, "all" an outline with moments of both sorts.
        diversity: Weight of nearness to the question where events are picked by maximal marginal
            relevance, in [0, 1].

    Raises:
        ConfigError: If a setting is unknown or out of range.
    """

    kinds: tuple[EventKind, ...] = EVENT_KINDS
    max_tokens: int = 8000
    thinning: Thinning = "uniform"
    diversity: float = 0.7

    def __post_init__(self) -> None:
        unknown = [kind for kind in self.kinds if kind not in EVENT_KINDS]
        if unknown or not self.kinds:
            raise ConfigError(f"kinds must be some of {', '.join(EVENT_KINDS)}, got {self.kinds!r}")
        if self.thinning not in THINNINGS:
            raise ConfigError(
                f"thinning must be one of {', '.join(THINNINGS)}, got {self.thinning!r}"
            )
        if self.max_tokens < 1:
            raise ConfigError(f"max_tokens must be 1 or more, got {self.max_tokens!r}")
        if not 0.0 <= self.diversity <= 1.0:
            raise ConfigError(f"diversity must lie in [0, 1], got {self.diversity!r}")
