"""Finds the instances of an action in a video, whichever of several actions it shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from foretell import ranking
from foretell.errors import ConfigError
from foretell.patterns import LazyPattern
from foretell.tools.localization.frame_features import FrameFeatures
from foretell.tools.localization.settings import T3ALSettings
from foretell.tools.localization.t3al_adaptation import (
    Adapted,
    adapt,
    moving_average,
    rescaled,
    similarity_curve,
    stretches_over,
)
from foretell.tools.localization.windows import ScoredInterval
from foretell.tools.vision_models.image_text_encoder import (
    Floats,
    ImageTextEncoder,
    Projections,
    unit,
)
from foretell.types import Event, Interval

_CAMEL_HUMP = LazyPattern(r"([a-z])([A-Z])")


@dataclass(frozen=True, slots=True)
class Detections:
    """The action that a video shows, and when.

    Attributes:
        label: The one that fits the whole video best.
        probability: Its share among the classes, in [0, 1].
        instances: In order of time; the score is the label's share among the classes there.
        losses: Of each step of adaptation.
    """

    label: str
    probability: float
    instances: tuple[ScoredInterval, ...]
    losses: tuple[float, ...] = ()


class T3AL:
    """Detects actions in videos of which only the names of the actions are known.

    One action is found a video: the class that fits its mean best. The curve of its cosines,
    smoothed, is cut at its mean. T3AL first fits the model's projections to the video, and leaves
    out instances whose captions disagree with the others'; with `settings.steps` 0 and without
    captions it is T3AL0. The model itself is never changed. After B. Liberatori et al., "Test-Time
    Zero-Shot Temporal Action Localization", CVPR 2024.

    Args:
        encoder: The model.
        settings: What it goes by.
    """

    def __init__(self, encoder: ImageTextEncoder, settings: T3ALSettings | None = None) -> None:
        self.encoder = encoder
        self.settings = settings or T3ALSettings()

    def detect(
        self, features: FrameFeatures, labels: Sequence[str], captions: Sequence[Event] = ()
    ) -> Detections:
        """Gives the action that the video shows, and its instances.

        Args:
            features: Of the video's frames.
            labels: The classes, one at least; "HighJump" is read as "High Jump".
            captions: What the video shows, in words, where that is known.

        Raises:
            ConfigError: If there are no labels.
            ModelError: If the model cannot be loaded or fails.
        """
        if not labels:
            raise ConfigError("there are no labels to choose from; give one class at least")
        texts = self.encoder.encode_texts([self._prompt(label) for label in labels])
        before = self.encoder.projections
        mean = before.images(features.images).mean(axis=0)
        shares = _shares(mean[None], before, texts)[0]
        chosen = ranking.best(shares, ranking.MODEL_PRECISION)
        background = mean if self.settings.remove_background else np.zeros_like(mean)
        adapted = self._adapted(before, features, texts[chosen])
        stretches = self._stretches(adapted.projections, features, texts[chosen], background)
        stretches = self._refined(stretches, captions)
        scores = _stretch_shares(adapted.projections, features, stretches, background, texts)
        instances = map(ScoredInterval, stretches, scores[:, chosen].tolist())
        return Detections(labels[chosen], float(shares[chosen]), tuple(instances), adapted.losses)

    def _prompt(self, label: str) -> str:
        return self.settings.prompt.format(label=_CAMEL_HUMP.sub(r"\1 \2", label))

    def _adapted(self, before: Projections, features: FrameFeatures, text: Floats) -> Adapted:
        if self.settings.steps == 0 or len(features) < 2:
            return Adapted(before, ())
        return adapt(before, features, text, self.settings)

    def _stretches(
        self, projections: Projections, features: FrameFeatures, text: Floats, background: Floats
    ) -> list[Interval]:
        settings, borders = self.settings, features.borders
        curve = similarity_curve(
            projections.images(features.images),
            projections.texts(text[None])[0],
            background,
            projections.scale,
        )
        curve = moving_average(curve, settings.smoothing_seconds / float(np.diff(borders).mean()))
        if settings.rescale:
            curve = rescaled(curve)
        return stretches_over(curve, borders, settings.threshold, settings.gap_seconds)

    def _refined(self, stretches: Sequence[Interval], captions: Sequence[Event]) -> list[Interval]:
        if self.settings.agreement is None:
            return list(stretches)

        def embed(texts: Sequence[str]) -> Floats:
            return self.encoder.projections.texts(self.encoder.encode_texts(texts))

        return agreeing(stretches, captions, embed, self.settings.agreement)


def _stretch_shares(
    projections: Projections,
    features: FrameFeatures,
    stretches: Sequence[Interval],
    background: Floats,
    texts: Floats,
) -> Floats:
    """Gives the (S, N) share of each class in each stretch, by its mean embedding."""
    if not stretches:
        return np.empty((0, len(texts)), np.float32)
    images = projections.images(features.images) - background
    cuts = [slice(*np.searchsorted(features.borders, [one.start, one.end])) for one in stretches]
    means = np.stack([images[cut].mean(axis=0) for cut in cuts])
    return _shares(means, projections, texts)


def _shares(images: Floats, projections: Projections, texts: Floats) -> Floats:
    """Gives the (S, N) share of each of N texts in each of S embeddings: a softmax of cosines."""
    logits = projections.scale * unit(images) @ projections.texts(texts).T
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = odds / odds.sum(axis=1, keepdims=True)
    return shares


def agreeing(
    stretches: Sequence[Interval],
    captions: Sequence[Event],
    embed: Callable[[Sequence[str]], Floats],
    agreement: float,
) -> list[Interval]:
    """Gives the stretches whose captions are like those of more than half of them.

    One alone has nobody to agree with and stays. Where the video has captions, a stretch without
    any is left out; where it has none at all, all stay. After T3AL (CVPR 2024).

    Args:
        stretches: Of one video and one class.
        captions: Of that video.
        embed: Gives (N, E) vectors of length 1 of texts.
        agreement: Cosine, the mean vectors of two stretches' captions must exceed.
    """
    if len(stretches) < 2 or not captions:
        return list(stretches)
    told = [
        (stretch, texts)
        for stretch in stretches
        if (texts := [one.text for one in captions if one.interval.overlaps(stretch)])
    ]
    if not told:
        return []
    meanings = unit(np.stack([embed(texts).mean(axis=0) for _, texts in told]))
    alike = (meanings @ meanings.T > agreement).sum(axis=1)
    return [one for (one, _), count in zip(told, alike, strict=True) if count > len(told) // 2]
