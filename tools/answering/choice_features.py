"""What speaks for each choice of a question, in numbers."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files

import numpy as np
from numpy.typing import NDArray

from foretell.memory.cosines import cosines, soft_maximum
from foretell.memory.embedding.sentence_embedder import MINILM
from foretell.memory.words.wording import meanings
from foretell.patterns import LazyPattern
from foretell.tools.answering.time_weights import (
    attention,
    beside_anchor,
    certainty,
    closeness,
    in_place,
)
from foretell.tools.texts.time_words import TimeWords

Vectors = NDArray[np.float32]
Columns = dict[str, NDArray[np.floating]]
MAX_WORDS = 130
"""Most words of a passage: about 200 tokens, of which the embedder reads 256."""
MAX_EVENTS = 20
"""Most events of a passage."""
_WHO = LazyPattern(r"^(?:(?:the )?camera wearer|person [a-z]|an?|the)\s+", re.IGNORECASE)
_FILE = "hubness.npz"


@dataclass(frozen=True, slots=True, eq=False)
class QuestionVectors:
    """A question with its vectors.

    Attributes:
        question: (D,) of the question.
        choices: (N, D) of the choices alone.
        statements: (N, D) of the question followed by each choice; None where nothing is shown.
        anchor: (D,) of the other moment that the question names; None where it names none.
        time: Which moment it asks about.
        texts: The choices themselves.
        hubness: How common choices and statements are; empty where the embedder has no such maps.
    """

    question: Vectors
    choices: Vectors
    statements: Vectors | None
    anchor: Vectors | None
    time: TimeWords
    texts: Sequence[str]
    hubness: Mapping[str, Hubness]


@dataclass(frozen=True, slots=True, eq=False)
class TimelineVectors:
    """A video's events with their vectors, at least one.

    Attributes:
        vectors: (T, D) of the events' texts.
        passages: (P, D) of the passages that they make up; None where they are not needed.
        seconds: (T,) middles of the events, ascending.
        words: Which events hold which words.
    """

    vectors: Vectors
    passages: Vectors | None
    seconds: NDArray[np.float64]
    words: WordIndex


def choice_features(query: QuestionVectors, timeline: TimelineVectors | None) -> Columns:
    """Returns what speaks for each choice, (N,) numbers by the name of the feature.

    Without a timeline only what choice and question tell of each other is there.
    """
    columns: Columns = {"question": cosines(query.choices, query.question)}
    if query.anchor is not None:
        columns["anchor_words"] = cosines(query.choices, query.anchor)
    if timeline is None or query.statements is None:
        return columns
    fits = cosines(query.choices, timeline.vectors)
    columns |= _over_time(fits, "choice")
    columns |= _over_time(cosines(query.statements, timeline.vectors), "statement")
    if timeline.passages is not None:
        columns["choice_passages"] = cosines(query.choices, timeline.passages).mean(axis=1)
    columns["choice_attended"] = fits @ attention(cosines(timeline.vectors, query.question))
    columns["overlap"] = best_overlap(query.texts, timeline.words)
    pointed = pointed_at(query, timeline)
    if pointed is not None:
        best = fits.max(axis=1)
        columns["out_of_time"] = certainty(best) * (best - (fits + pointed).max(axis=1))
    return columns | _hubness_columns(query)


def _over_time(fits: NDArray[np.float64], kind: str) -> Columns:
    """Sums (N, T) cosines up over the timeline, from its best event to all of it."""
    events = fits.shape[1]
    top = min(3, events)
    return {
        f"{kind}_best": fits.max(axis=1),
        f"{kind}_best_three": -np.partition(-fits, top - 1, axis=1)[:, :top].mean(axis=1),
        f"{kind}_soft": soft_maximum(fits),
        f"{kind}_whole": fits.mean(axis=1),
    }


def _hubness_columns(query: QuestionVectors) -> Columns:
    """Returns how well each choice matches videos at large, which says nothing of this one."""
    columns: Columns = {}
    for kind, vectors in (("choice", query.choices), ("statement", query.statements)):
        if kind in query.hubness and vectors is not None:
            expected, spread = query.hubness[kind].of(vectors).T
            columns |= {f"{kind}_common": expected, f"{kind}_spread": spread}
    return columns


def pointed_at(query: QuestionVectors, timeline: TimelineVectors) -> NDArray[np.float64] | None:
    """Returns what the question's time words add to the (T,) cosines of events; at most 0.

    None where the question names no moment, or none that the timeline surely holds.
    """
    added = np.zeros(len(timeline.seconds))
    if query.anchor is not None and query.time.relation is not None:
        found = cosines(timeline.vectors, query.anchor)
        near = beside_anchor(found, timeline.seconds, query.time.relation)
        added += certainty(found.max()) * closeness(near)
    if query.time.part is not None:
        added += closeness(in_place(timeline.seconds, query.time.part))
    return added if added.any() else None


def passages(texts: Sequence[str]) -> list[str]:
    """Returns the texts of a timeline's events joined into passages, in order of time.

    Who or what begins a text is left out, since it is the same nearly everywhere, and a text that
    comes again within a passage is told once.
    """
    joined: list[str] = []
    held: list[str] = []
    for text in texts:
        held.append(_WHO.sub("", text).strip(" ."))
        if len(held) >= MAX_EVENTS or sum(len(part.split()) for part in held) >= MAX_WORDS:
            joined.append(_joined(held))
            held = []
    return [*joined, _joined(held)] if held else joined


def _joined(parts: Sequence[str]) -> str:
    return ". ".join(dict.fromkeys(parts))


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
    """Returns the index of the events' texts."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        for word in meanings(text):
            places[word].append(place)
    return WordIndex(len(texts), {word: np.array(held) for word, held in places.items()})


def best_overlap(texts: Sequence[str], index: WordIndex) -> NDArray[np.float64]:
    """Returns the share of each text's words that the best event holds, rarer words counting more.

    Returns:
        (N,) shares in [0, 1]; 0 for a text without content words.
    """
    return np.array([_best_share(meanings(text), index) for text in texts])


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


@dataclass(frozen=True, slots=True, eq=False)
class Hubness:
    """Predicts a text's best cosine with the captions of videos at large, from its vector alone.

    Two linear maps, fitted by ridge regression (`benchmarks/fit_choice_weights.py`).

    Attributes:
        mean: (D + 1,) weights of the expected best cosine over videos; the last is the offset.
        spread: (D + 1,) weights of its standard deviation over videos.
    """

    mean: NDArray[np.float32]
    spread: NDArray[np.float32]

    def of(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Returns (N, 2) expected best cosines and their spreads of (N, D) unit vectors."""
        maps = np.stack([self.mean, self.spread], axis=1).astype(np.float64)
        return np.asarray(vectors.astype(np.float64) @ maps[:-1] + maps[-1])


def load_hubness(embedder: str) -> dict[str, Hubness]:
    """Returns the hubness of "choice" and of "statement", as fitted for all-MiniLM-L6-v2.

    Of any other embedder nothing is known, so that there is none.
    """
    if embedder != MINILM:
        return {}
    with as_file(files("foretell.tools.answering") / _FILE) as path, np.load(path) as arrays:
        return {
            kind: Hubness(mean=arrays[f"{kind}_mean"], spread=arrays[f"{kind}_spread"])
            for kind in ("choice", "statement")
        }
