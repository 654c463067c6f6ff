"""A captioner without a model, for tests of what captions videos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from foretell.types import Clip


@dataclass
class LevelCaptioner:
    """Says how bright each frame of a clip is.

    Attributes:
        batches: How many clips were given at each call.
    """

    name: str = "levels"
    id: str = "levels 1"
    frames_per_clip: int = 2
    clips_at_once: int = 3
    silent_below: float = -1.0
    batches: list[int] = field(default_factory=lambda: [])

    def caption(self, clips: Sequence[Clip]) -> list[str]:
        self.batches.append(len(clips))
        return [self._told(clip) for clip in clips]

    def _told(self, clip: Clip) -> str:
        levels = [round(float(frame.data.mean())) for frame in clip]
        return "" if levels[0] < self.silent_below else f"levels {levels}"
