"""A video that is drawn, not decoded: for tests of what reads a video."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from foretell.tools.decoding.video import DecodeMode
from foretell.tools.watching.sampling import times_every
from foretell.types import Frame, Interval, Sound, VideoInfo


def _black(seconds: float) -> NDArray[np.uint8]:
    return np.zeros((32, 32, 3), np.uint8)


@dataclass(frozen=True)
class MemoryVideo:
    """Gives the picture that `draw` makes for each time that is asked for.

    Attributes:
        interval: From the first frame to the end of the last, in seconds.
        draw: Gives the (32, 32, 3) uint8 RGB picture at a time in seconds.
        cues: What `subtitles` gives.
        heard: What `sounds` gives.
        breaks_at_seconds: Where the file is damaged.
    """

    interval: Interval
    draw: Callable[[float], NDArray[np.uint8]] = _black
    cues: Sequence[tuple[int, Interval, str]] = ()
    heard: Sequence[Sound] = ()
    breaks_at_seconds: float = float("inf")
    damage: str | None = None

    @property
    def info(self) -> VideoInfo:
        return VideoInfo("kitchen.mp4", "hash", self.interval, 32, 32, "drawn")

    def frames(
        self,
        times_seconds: Sequence[float] | None = None,
        *,
        mode: DecodeMode = "exact",
        size: tuple[int, int] | None = None,
        within: Interval | None = None,
    ) -> Iterator[Frame]:
        assert times_seconds is not None
        assert size == (32, 32)
        for time in times_seconds:
            if time < self.breaks_at_seconds:
                yield Frame(self.draw(time), time)

    def frame_times(self) -> list[float]:
        return times_every(self.interval, 0.1)

    def subtitles(self) -> Iterator[tuple[int, Interval, str]]:
        return iter(self.cues)

    def sounds(self) -> Iterator[Sound]:
        return iter(self.heard)

    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
