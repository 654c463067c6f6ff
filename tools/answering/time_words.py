"""Reads from a question which moment of the video it asks about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from foretell import ranking

Relation = Literal["before", "after", "during"]
Place = Literal["beginning", "middle", "end"]
_RELATIONS: dict[str, Relation] = {
    "before": "before", "prior to": "before", "until": "before",
    "after": "after", "once": "after", "as soon as": "after", "following": "after",
    "when": "during", "while": "during", "during": "during", "as": "during",
}  # fmt: skip
_RELATION = re.compile(
    rf"(?<=.)\b({'|'.join(sorted(_RELATIONS, key=len, reverse=True))})\b\s+(.+)$", re.DOTALL
)
_PLACES: dict[str, Place] = {
    "start": "beginning", "beginning": "beginning", "first": "beginning",
    "middle": "middle",
    "end": "end", "ending": "end", "last": "end",
}  # fmt: skip
_PLACE = re.compile(
    r"\b(?:at|near|in|by|towards?)\s+(?:the\s+)?(?:very\s+)?"
    r"(start|beginning|middle|end|ending)\b(?:\s+of\s+(?:the|this)\s+(?:video|clip|film))?"
)
_ORDINAL = re.compile(r"\b(first|last)\b")
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


@dataclass(frozen=True, slots=True)
class TimeWords:
    """Which moment a question asks about.

    Attributes:
        anchor: The other moment that it names, such as "the dog jumps"; empty where it names none.
        relation: How what is asked for stands to the anchor in time, None without an anchor.
        place: Which part of the video it names, None where it names none.
    """

    anchor: str = ""
    relation: Relation | None = None
    place: Place | None = None


def read_time_words(question: str) -> TimeWords:
    """Gives the moment that an English question asks about: beside another, or in a part.

    The last of "before", "after" and their like divides question and anchor, unless it begins the
    question; a question in another language names no moment.
    """
    text = question.lower().strip(" ?!.")
    named = _PLACE.search(text)
    text = _PLACE.sub("", text).strip()
    beside = _RELATION.search(text)
    ordinal = named or _ORDINAL.search(text[: beside.start()] if beside else text)
    place = _PLACES[ordinal[1]] if ordinal else None
    if beside is None:
        return TimeWords(place=place)
    return TimeWords(beside[2].strip(), _RELATIONS[beside[1]], place)


def attention(cosines: NDArray[np.floating]) -> Weights:
    """Gives (T,) weights that add up to 1, more to higher cosines."""
    weights = np.exp((cosines - cosines.max()) / ATTENTION_TEMPERATURE).astype(np.float64)
    return np.asarray(weights / weights.sum())


def beside_anchor(
    cosines: NDArray[np.floating], seconds: NDArray[np.float64], relation: Relation
) -> Weights:
    """Gives the weight of each event for a question about what is beside an anchor.

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
    """Gives (T,) weights that add up to 1, most to the events in a part of the timeline."""
    span = max(float(seconds[-1] - seconds[0]), 1e-9)
    at = {"beginning": 0.0, "middle": 0.5, "end": 1.0}[place]
    return _normalised(np.exp(-np.abs((seconds - seconds[0]) / span - at) / PLACE_SHARE))


def certainty(best: NDArray[np.floating]) -> NDArray[np.floating]:
    """Gives how sure it is, in [0, 1], that texts with these best cosines are seen at all."""
    return np.asarray(np.clip((best - UNSURE) / (SURE - UNSURE), 0.0, 1.0))


def closeness(weights: Weights) -> Weights:
    """Turns (T,) weights into what to add to cosines: 0 at the highest weight, less elsewhere."""
    return np.asarray(CLOSENESS * np.log(weights / weights.max() + LEAST_WEIGHT))


def _normalised(weights: Weights) -> Weights:
    total = weights.sum()
    return weights / total if total > 1e-9 else np.full(len(weights), 1.0 / len(weights))
