"""How like words the frames of a video are: the protocol `FrameScorer`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from foretell.ranges import check_positive
from foretell.tools.decoding.video import Video
from foretell.tools.localization.windows import Curve
from foretell.tools.watching.pace import Pace
from foretell.types import Interval

OnProgress = Callable[[float], None]
"""Told the share of a video that was looked at, in (0, 1], as it grows."""


@dataclass(frozen=True, slots=True, eq=False)
class FrameScores:
    """How like each text each part of a video is.

    Attributes:
        borders: (T + 1,) seconds, ascending; the T parts lie between them.
        similarities: (N, T) cosine of each text with each part, in [-1, 1].
    """

    borders: NDArray[np.float64]
    similarities: NDArray[np.float64]

    @property
    def times_seconds(self) -> NDArray[np.float64]:
        """(T,) the middle of each part."""
        return middles(self.borders)

    def curve(self, text: int, floor: float = 0.0) -> Curve:
        """Gives the curve of one text, by its number, as far as it rises above `floor`."""
        values = np.maximum(0.0, self.similarities[text] - floor)
        return Curve(self.borders, values, np.diff(self.borders))

    def mean(self, text: int, interval: Interval) -> float:
        """Gives the mean similarity of one text in `interval`; nan where that holds no part."""
        seconds = covered_seconds(self.borders, interval)
        total = seconds.sum()
        return float(self.similarities[text] @ seconds / total) if total > 0.0 else float("nan")


class FrameScorer(Protocol):
    """Compares the frames of a video with texts."""

    @property
    def id(self) -> str:
        """The model's name."""
        ...

    def score(
        self, video: Video, texts: Sequence[str], on_progress: OnProgress | None = None
    ) -> FrameScores:
        """Gives the likeness of every part of the video to each of N texts.

        Raises:
            VideoError: If the video cannot be decoded.
            ModelError: If the model cannot be loaded or fails.
        """
        ...


def equal_parts(interval: Interval, step_seconds: float) -> NDArray[np.float64]:
    """Gives the (T + 1,) borders of equal parts of about, and at most, `step_seconds`.

    Raises:
        ValueError: If `step_seconds` is not positive and finite.
    """
    check_positive("step_seconds", step_seconds, error=ValueError)
    count = max(1, int(np.ceil(interval.duration / step_seconds - 1e-9)))
    return np.linspace(interval.start, interval.end, count + 1)


def parts_of(video: Video, step_seconds: float) -> NDArray[np.float64]:
    """Gives the (T + 1,) borders of parts of a video, of about and at most `step_seconds`.

    Only a part in which one frame stays on show for long is longer (`Pace`).

    Raises:
        VideoError: If the video cannot be read.
        ValueError: If `step_seconds` is not positive and finite.
    """
    pace = Pace.of(video)
    return np.array(pace.times_on_clock(equal_parts(pace.interval, step_seconds).tolist()))


def middles(borders: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gives the (T,) middles of the parts that lie between (T + 1,) borders."""
    return (borders[:-1] + borders[1:]) / 2.0


def covered_seconds(borders: NDArray[np.float64], interval: Interval) -> NDArray[np.float64]:
    """Gives (T,) how much of each part between (T + 1,) borders lies in `interval`, in seconds."""
    return np.diff(np.clip(borders, interval.start, interval.end))
