"""Fits copies of a model's projections to one video, without labels, and reads T3AL's curve."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.tools.localization.frame_features import FrameFeatures
from foretell.tools.localization.settings import T3ALSettings
from foretell.tools.localization.windows import stretches_above
from foretell.tools.vision_models.image_text_encoder import Floats, Projections, unit
from foretell.types import Interval

if TYPE_CHECKING:
    import torch


LABEL_SMOOTHING = 0.2
"""Share of a target that is spread over both classes, so that none is fitted to certainty."""
Places = NDArray[np.intp]
Curve = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Adapted:
    """What adaptation gave.

    Attributes:
        projections: The fitted copies.
        losses: Of each step, before it is taken.
    """

    projections: Projections
    losses: tuple[float, ...]


def adapt(
    projections: Projections,
    features: FrameFeatures,
    text: Floats,
    settings: T3ALSettings,
) -> Adapted:
    """Gives projections under which the frames that fit a text fit it better, the others less.

    Each step draws frames from the top and from the bottom of the curve of their products with the
    text, and lowers `alignment_loss`. The text's and the image's projection are fitted; the logit
    scale is not, because cosines are normalised in the loss, which so does not depend on it. The
    arrays that are given are not written to, nothing is kept between calls, and the random moves
    begin anew: the result does not depend on the videos before. After T3AL (B. Liberatori et al.,
    "Test-Time Zero-Shot Temporal Action Localization", CVPR 2024), which on videos shorter than its
    pool takes the same frames for both kinds; here each kind has at most half of the video.

    Args:
        projections: Of the model.
        features: Of the video's frames, two at least.
        text: (H,) features of the text.
        settings: How it is done.
    """
    import torch

    images = torch.tensor(features.images)
    layers = _Layers.copied_from(projections)
    optimizer: Any = torch.optim.Adam(
        layers.groups(settings), lr=settings.learning_rate, weight_decay=settings.weight_decay
    )
    step_seconds = float(np.diff(features.borders).mean())
    random = np.random.default_rng(settings.seed)
    losses: list[float] = []
    for _ in range(settings.steps):
        now = layers.projections(projections)
        curve = product_curve(now, features.images, now.texts(text[None])[0])
        curve = moving_average(curve, settings.smoothing_seconds / step_seconds)
        fitting, unfitting = draw_places(curve, step_seconds, settings, random)
        loss = alignment_loss(
            layers.images(images[fitting]),
            layers.images(images[unfitting]),
            layers.text(torch.tensor(text)),
        )
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        losses.append(float(loss.detach()))
    return Adapted(layers.projections(projections), tuple(losses))


def draw_places(
    curve: Curve, step_seconds: float, settings: T3ALSettings, random: np.random.Generator
) -> tuple[Places, Places]:
    """Gives the places of the frames that stand for fitting and for unfitting ones, ascending.

    They are spread evenly over time within the best and the worst part of the curve, then moved a
    little at random.
    """
    pool = max(1, min(round(settings.pool_seconds / step_seconds), len(curve) // 2))
    order = ranking.order(curve, precision=ranking.MODEL_PRECISION)
    reach = round(settings.jitter_seconds / step_seconds)

    def drawn(pooled: Places) -> Places:
        spread = np.linspace(0, len(pooled) - 1, settings.samples).round().astype(np.intp)
        moved = np.sort(pooled)[spread] + random.integers(-reach, reach + 1, settings.samples)
        places: Places = np.clip(moved, 0, len(curve) - 1)
        return places

    return drawn(order[:pool]), drawn(order[-pool:])


def alignment_loss(
    fitting: torch.Tensor, unfitting: torch.Tensor, text: torch.Tensor
) -> torch.Tensor:
    """Gives T3AL's self-supervised loss, a sum of two of BYOL's.

    The cosines of the text with the frames are drawn towards 1 where they fit and 0 where not, and
    the embeddings of fitting frames towards the text's.

    Args:
        fitting: (n, E) embeddings of frames.
        unfitting: (n, E) embeddings of frames.
        text: (E,) embedding.
    """
    import torch

    text = torch.nn.functional.normalize(text, dim=-1)
    frames = torch.nn.functional.normalize(torch.cat([fitting, unfitting]), dim=-1)
    wanted = torch.cat([torch.ones(len(fitting)), torch.zeros(len(unfitting))])
    return byol_loss(frames @ text, wanted) + byol_loss(fitting, text.expand(len(fitting), -1))


def byol_loss(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Gives 2 - 2 cos of vectors with their smoothed targets, which get no gradient.

    After BYOL (J.-B. Grill et al., NeurIPS 2020). As in T3AL's code, the products of a batch are
    summed over it and averaged over the dimensions.

    Args:
        prediction: (D,) or (n, D).
        target: The same shape.
    """
    import torch

    prediction = torch.nn.functional.normalize(prediction, dim=-1)
    target = torch.nn.functional.normalize(target, dim=-1)
    smoothed = (1 - LABEL_SMOOTHING) * target + LABEL_SMOOTHING / target.shape[-1]
    return 2 - 2 * (prediction * smoothed.detach()).sum(dim=0).mean()


@dataclass(frozen=True, slots=True, eq=False)
class _Layers:
    """The projections as tensors that learn; `image` is (E, D) or None, `weight` (E, H)."""

    image: torch.Tensor | None
    weight: torch.Tensor
    bias: torch.Tensor

    @classmethod
    def copied_from(cls, projections: Projections) -> _Layers:
        import torch

        def copied(values: Floats) -> torch.Tensor:
            return torch.tensor(values, requires_grad=True)

        image = None if projections.image is None else copied(projections.image)
        return cls(image, copied(projections.text), torch.tensor(projections.text_bias))

    def groups(self, settings: T3ALSettings) -> list[dict[str, object]]:
        text: dict[str, object] = {"params": [self.weight]}
        if self.image is None:
            return [text]
        rate = settings.learning_rate * settings.image_rate
        return [text, {"params": [self.image], "lr": rate}]

    def images(self, features: torch.Tensor) -> torch.Tensor:
        return features if self.image is None else features @ self.image.T

    def text(self, features: torch.Tensor) -> torch.Tensor:
        return self.weight @ features + self.bias

    def projections(self, beside: Projections) -> Projections:
        return Projections(
            None if self.image is None else self.image.detach().numpy(),
            self.weight.detach().numpy(),
            beside.text_bias,
            beside.scale,
        )


def similarity_curve(images: Floats, text: Floats, background: Floats, scale: float) -> Curve:
    """Gives the (T,) scaled cosines of a text with the frames, less what they have in common.

    Args:
        images: (T, E) embeddings of the frames.
        text: (E,) of length 1.
        background: (E,) that is taken from each frame's embedding.
        scale: What the cosines are multiplied with.
    """
    return (scale * unit(images - background) @ text).astype(np.float64)


def product_curve(projections: Projections, features: Floats, text: Floats) -> Curve:
    """Gives the (T,) products of a text with the embeddings of the frames, whatever their lengths.

    What the frames have in common adds the same to each.

    Args:
        projections: Of the model.
        features: (T, D) of the frames, before the projection.
        text: (E,) of length 1.
    """
    wanted = text if projections.image is None else text @ projections.image
    return (features @ wanted).astype(np.float64)


def moving_average(values: Curve, width: float) -> Curve:
    """Gives the (T,) means over a window around the middle of each part, the ends repeated.

    Args:
        values: (T,) the curve, even within each part.
        width: Of the window, in parts; of a part that it reaches into, as much counts as it covers.
    """
    reach = (width - 1.0) / 2.0
    if reach <= 0.0 or not len(values):
        return values
    around = math.ceil(reach)
    covered = np.clip(reach + 1.0 - np.abs(np.arange(-around, around + 1)), 0.0, 1.0)
    return np.convolve(np.pad(values, around, mode="edge"), covered / width, mode="valid")


def rescaled(values: Curve) -> Curve:
    """Gives the values brought linearly to [0, 1]; where all are equal, zeros."""
    low, span = values.min(), np.ptp(values)
    return (values - low) / span if span > 0.0 else np.zeros_like(values)


def stretches_over(
    values: Curve, borders: NDArray[np.float64], threshold: float | None, gap_seconds: float
) -> list[Interval]:
    """Gives the stretches of two parts and more in which the curve exceeds a threshold, in order.

    Args:
        values: (T,) the curve.
        borders: (T + 1,) seconds between which its parts lie.
        threshold: What it must exceed; None is its mean.
        gap_seconds: Stretches that lie at most this far apart are joined.
    """
    floor = values.mean() if threshold is None else threshold
    chosen = np.flatnonzero(values > floor)
    parts = {Interval(float(borders[one]), float(borders[one + 1])) for one in chosen}
    joined = stretches_above(
        ((part, 1.0) for part in parts), share=1.0, gap_seconds=gap_seconds + 1e-9
    )
    return [stretch for stretch in joined if stretch not in parts]
