"""The curve of T3AL and the stretches above its threshold."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from foretell.tools.localization.windows import stretches_above
from foretell.tools.vision_models.image_text_encoder import Floats, Projections, unit
from foretell.types import Interval

Curve = NDArray[np.float64]


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
