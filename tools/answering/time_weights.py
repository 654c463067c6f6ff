"""Weighs events by where they lie to the moment that a question asks about."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.tools.texts.time_words import Place, Relation

Weights = NDArray[np.float64]
ATTENTION_TEMPERATURE = 0.04
"""Of the softmax over cosines that says where an anchor lies."""
REACH_SECONDS = 6.0
"""How fast what lies before or after an anchor loses weight."""
DURING_SECONDS = 2.0
"""How fast what lies around an anchor loses weight."""
PLACE_SHARE = 0.15
"""How fast what lies away from a named part loses weight, as a share of the timeline."""
UNSURE, SURE = 0.55, 0.8
"""Cosines of the best event with a text from which it counts as seen, at first and in full."""
CLOSENESS = 0.05
"""What a factor of e in weight is worth as a difference of cosines."""
LEAST_WEIGHT = 1e-3
"""Share of the highest weight below which all are equally far away."""
ANCHORS = 32
"""How many of the events most like an anchor count as where it may lie."""


def attention(cosines: NDArray[np.floating]) -> Weights:
    """Returns (T,) weights that add up to 1, more to higher cosines."""
    weights = np.exp((cosines - cosines.max()) / ATTENTION_TEMPERATURE).astype(np.float64)
    return np.asarray(weights / weights.sum())


def beside_anchor(
    cosines: NDArray[np.floating], seconds: NDArray[np.float64], relation: Relation
) -> Weights:
    """Returns the weight of each event for a question about what is beside an anchor.

    Args:
        cosines: (T,) of the anchor's words with each event.
        seconds: (T,) middles of the events.
        relation: On which side of the anchor the question looks.

    Returns:
        (T,) weights that add up to 1; all alike where nothing lies on that side.
    """
    likely = ranking.order(cosines, ANCHORS)
    later = seconds[:, np.newaxis] - seconds[likely]
    match relation:
        case "during":
            near = np.exp(-np.abs(later) / DURING_SECONDS)
        case "after":
            near = np.where(later > 0.0, np.exp(-np.maximum(later, 0.0) / REACH_SECONDS), 0.0)
        case "before":
            near = np.where(later < 0.0, np.exp(np.minimum(later, 0.0) / REACH_SECONDS), 0.0)
    return _normalised(near @ attention(cosines[likely]))


def in_place(seconds: NDArray[np.float64], place: Place) -> Weights:
    """Returns (T,) weights that add up to 1, most to the events in a part of the timeline."""
    span = max(float(seconds[-1] - seconds[0]), 1e-9)
    at = {"beginning": 0.0, "middle": 0.5, "end": 1.0}[place]
    return _normalised(np.exp(-np.abs((seconds - seconds[0]) / span - at) / PLACE_SHARE))


def certainty(best: NDArray[np.floating]) -> NDArray[np.floating]:
    """Returns how sure it is, in [0, 1], that texts with these best cosines are seen at all."""
    return np.asarray(np.clip((best - UNSURE) / (SURE - UNSURE), 0.0, 1.0))


def closeness(weights: Weights) -> Weights:
    """Turns (T,) weights into what to add to cosines: 0 at the highest weight, less elsewhere."""
    return np.asarray(CLOSENESS * np.log(weights / weights.max() + LEAST_WEIGHT))


def _normalised(weights: Weights) -> Weights:
    total = weights.sum()
    return weights / total if total > 1e-9 else np.full(len(weights), 1.0 / len(weights))
