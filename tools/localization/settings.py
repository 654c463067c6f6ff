"""What the text localizer and T3AL go by, with the settings that are known by name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from foretell.errors import ConfigError
from foretell.ranges import check_range


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
            check_range(name, value, 0, 1)
        for name, seconds in (
            ("smoothing_seconds", self.smoothing_seconds),
            ("gap_seconds", self.gap_seconds),
        ):
            check_range(name, seconds, 0)
        check_range("limit", self.limit, 1)


@dataclass(frozen=True, slots=True)
class T3ALSettings:
    """What T3AL goes by; the defaults are its authors' for THUMOS14, in seconds of 30 frames each.

    Attributes:
        prompt: What the text tower is told of a class, with `{label}` in it.
        smoothing_seconds: Width of the moving average over the curve; 0 smooths nothing.
        remove_background: Whether the video's mean embedding is taken from each frame's.
        rescale: Whether the curve is brought to [0, 1].
        threshold: What the curve must exceed; None is its mean.
        gap_seconds: Parts of one instance lie at most this far apart.
        steps: Steps of adaptation; 0 adapts nothing, which is T3AL0.
        samples: How many frames of each kind, fitting and unfitting, a step looks at.
        pool_seconds: Of how much of the video, at most half, each kind is drawn.
        jitter_seconds: How far from its place each is moved at random.
        learning_rate: Of Adam.
        weight_decay: Of Adam.
        image_rate: Share of the learning rate that the image side has.
        agreement: Cosine to most others that an instance's captions must exceed; None asks no
            captions.
        seed: Of the random moves; the same for every video.

    Raises:
        ConfigError: If a setting is out of range.
    """

    prompt: str = "a video of action {label}"
    smoothing_seconds: float = 20 / 30
    remove_background: bool = True
    rescale: bool = True
    threshold: float | None = None
    gap_seconds: float = 20 / 30
    steps: int = 60
    samples: int = 4
    pool_seconds: float = 400 / 30
    jitter_seconds: float = 10 / 30
    learning_rate: float = 1e-5
    weight_decay: float = 1e-4
    image_rate: float = 1e-3
    agreement: float | None = 0.75
    seed: int = 0

    def __post_init__(self) -> None:
        if "{label}" not in self.prompt:
            raise ConfigError(f"prompt is {self.prompt!r}; it must hold {{label}}")
        for name in ("smoothing", "gap", "pool", "jitter"):
            seconds: float = getattr(self, f"{name}_seconds")
            check_range(f"{name}_seconds", seconds, 0)
        check_range("steps", self.steps, 0)
        check_range("samples", self.samples, 1)

    @classmethod
    def activitynet(cls) -> Self:
        """Gives the authors' settings for ActivityNet, whose instances are long.

        Their threshold on cosines that are not rescaled chooses nearly the whole video.
        """
        return cls(
            smoothing_seconds=0.0,
            remove_background=False,
            rescale=False,
            threshold=0.7,
            gap_seconds=200 / 30,
            steps=15,
            samples=20,
            pool_seconds=2000 / 30,
            agreement=0.8,
        )

    def without_adaptation(self) -> Self:
        """Gives T3AL0: the same without adaptation and without captions."""
        return replace(self, steps=0, agreement=None)
