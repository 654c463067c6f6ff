"""How many of a text's words a timeline holds, word for word or by an everyday synonym."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell.tools.texts.wording import content_words, meaning


@dataclass(frozen=True, slots=True, eq=False)
class WordIndex:
    """Which events hold which meanings.

    Attributes:
        events: Number of events, T.
        places: The ascending places of the events that hold a meaning.
    """

    events: int
    places: Mapping[str, NDArray[np.intp]]


def index_words(texts: Sequence[str]) -> WordIndex:
    """Gives the index of the events' texts."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        for word in _meanings(text):
            places[word].append(place)
    return WordIndex(len(texts), {word: np.array(held) for word, held in places.items()})


def best_overlap(texts: Sequence[str], index: WordIndex) -> NDArray[np.float64]:
    """Gives the share of each text's words that the best event holds, rarer words counting more.

    Returns:
        (N,) shares in [0, 1]; 0 for a text without content words.
    """
    return np.array([_best_share(_meanings(text), index) for text in texts])


def _best_share(wanted: frozenset[str], index: WordIndex) -> float:
    found = np.zeros(index.events)
    total = 0.0
    for word in sorted(wanted):
        places = index.places.get(word, ())
        rarity = math.log((index.events + 1.0) / (len(places) + 0.5))
        total += rarity
        if len(places):
            found[places] += rarity
    return float(found.max(initial=0.0) / total) if total else 0.0


def _meanings(text: str) -> frozenset[str]:
    return frozenset(meaning(word) for word in content_words(text))
