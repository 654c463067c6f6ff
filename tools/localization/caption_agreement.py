"""Leaves out instances whose captions say something else than those of the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from foretell.tools.vision_models.image_text_encoder import Floats, unit
from foretell.types import Event, Interval


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
