"""How the text localizer works."""

from __future__ import annotations

from dataclasses import dataclass

from foretell.errors import ConfigError


@dataclass(frozen=True, slots=True)
class LocalizerSettings:
    """What the text localizer goes by.

    Attributes:
        may_be_absent: Whether what is looked for may not happen at all; else the best stretch is
            given, however badly it fits.
        floor: Likeness that unrelated texts have, in [0, 1); only what is above it counts.
        smoothing_seconds: Standard deviation of the curve's smoothing.
        extent: From 0 to 1: how much of a video a query is expected to cover. 0 looks for a
            detail, 0.5 for what a sentence tells of a short clip.
        threshold: Share of the best event's score that an event of a moment reaches, in (0, 1].
        gap_seconds: Events of one moment lie at most this far apart.
        overlap: A moment with more IoU than this with a surer one is left out.
        limit: Most moments that are given.

    Raises:
        ConfigError: If a number is out of range.
    """

    may_be_absent: bool = True
    floor: float = 0.2
    smoothing_seconds: float = 1.0
    extent: float = 0.0
    threshold: float = 0.75
    gap_seconds: float = 1.0
    overlap: float = 0.3
    limit: int = 5

    def __post_init__(self) -> None:
        for name, value in (
            ("floor", self.floor),
            ("extent", self.extent),
            ("threshold", self.threshold),
            ("overlap", self.overlap),
        ):
            if not 0.0 <= value <= 1.0:
                raise ConfigError(f"{name} must lie in [0, 1], got {value!r}")
        for name, seconds in (
            ("smoothing_seconds", self.smoothing_seconds),
            ("gap_seconds", self.gap_seconds),
        ):
            if seconds < 0.0:
                raise ConfigError(f"{name} must not be negative, got {seconds!r}")
        if self.limit < 1:
            raise ConfigError(f"limit must be 1 or more, got {self.limit!r}")
