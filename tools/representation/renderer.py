"""Writes a timeline as text within a budget of tokens, every line with its time.

Text in place of pictures is after "Vamos: Versatile Action Models for Video Understanding",
ECCV 2024, where captions, actions and speech are told to a language model alone or together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from foretell.errors import ConfigError
from foretell.memory.cosines import nearest
from foretell.memory.embedding.embedders import Embedder
from foretell.memory.embedding.text_vectors import text_vectors
from foretell.memory.mmr import maximal_marginal_relevance
from foretell.ranges import check_range
from foretell.tokens import count_tokens
from foretell.tools.representation.event_lines import event_line, short_time
from foretell.tools.representation.segments import Segmenter
from foretell.tools.texts.text_cleaning import one_line
from foretell.types import EVENT_KINDS, Event, EventKind, spread

NEAREST = 1000
"""Among how many of the events nearest to a question those unlike each other are picked."""
_LEAST_TOKENS = 4
"""Fewest tokens that a line with a time takes."""
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
Thinning = Literal["uniform", "relevance", "summary", "all"]
THINNINGS: tuple[Thinning, ...] = get_args(Thinning)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A timeline as text.

    Attributes:
        text: Lines in order of time, or an outline, or both; empty where there is nothing to tell.
        told: How many events stand in the text, those that an outline sums up not counted.
        known: How many events there were.
    """

    text: str
    told: int
    known: int


def render(
    events: Sequence[Event],
    settings: Representation,
    question: str = "",
    meanings: Meanings | None = None,
) -> Rendered:
    """Tells events of the kinds asked for, all of them where they fit.

    Args:
        events: In order of time.
        settings: What is told and within which budget.
        question: What "relevance" and "all" pick for.
        meanings: Gives vectors; needed for every thinning but "uniform".

    Raises:
        ValueError: If vectors are needed and `meanings` is None.
        ModelError: If the embedder fails.
    """
    known = [event for event in events if event.kind in settings.kinds]
    writer = _Writer(known, settings, question, meanings)
    if writer.tokens(known) <= settings.max_tokens:
        return Rendered(writer.lines(known), len(known), len(known))
    match settings.thinning:
        case "uniform":
            told = writer.uniform(settings.max_tokens)
        case "relevance":
            told = writer.relevant(settings.max_tokens)
        case "summary":
            return Rendered(writer.outline(settings.max_tokens), 0, len(known))
        case "all":
            third = max(1, settings.max_tokens // 3)
            near, even = writer.relevant(third), writer.uniform(third)
            chosen = {*map(id, near), *map(id, even)}
            told = [event for event in known if id(event) in chosen]
            text = f"Outline:\n{writer.outline(third)}\n\nMoments:\n{writer.lines(told)}"
            return Rendered(text, len(told), len(known))
    return Rendered(writer.lines(told), len(told), len(known))


class _Writer:
    def __init__(
        self,
        events: Sequence[Event],
        settings: Representation,
        question: str,
        meanings: Meanings | None,
    ) -> None:
        self._events = events
        self._settings = settings
        self._question = question
        self._meanings = meanings
        self._lines = {id(event): timed_line(event, settings.max_tokens) for event in events}
        self._tokens = {place: count_tokens(line) for place, line in self._lines.items()}

    def lines(self, events: Sequence[Event]) -> str:
        """Writes one line an event."""
        return "\n".join(self._lines[id(event)] for event in events)

    def tokens(self, events: Sequence[Event]) -> int:
        """Counts the tokens of one line an event, and of the ends of lines between them."""
        return sum(self._tokens[id(event)] for event in events) + max(0, len(events) - 1)

    def uniform(self, max_tokens: int) -> list[Event]:
        """Gives events spread evenly, as many as fit and one at least."""
        kept = list(self._events)
        while len(kept) > 1 and (total := self.tokens(kept)) > max_tokens:
            count = min(len(kept) - 1, len(kept) * max_tokens // total)
            kept = spread(self._events, max(1, count))
        return kept

    def relevant(self, max_tokens: int) -> list[Event]:
        """Gives the events that maximal marginal relevance picks, as many as fit, in order."""
        meanings = self._need_meanings()
        query = meanings.text_vector(self._question)
        vectors = meanings.event_vectors(self._events)
        near, _ = nearest(query, vectors, NEAREST)
        picks = maximal_marginal_relevance(
            query,
            vectors[near],
            k=max(1, max_tokens // _LEAST_TOKENS),
            lambda_=self._settings.diversity,
        )
        chosen: list[int] = []
        for pick in picks:
            place = int(near[pick.index])
            max_tokens -= self.tokens([self._events[place]]) + 1
            if chosen and max_tokens < 0:
                break
            chosen.append(place)
        return [self._events[place] for place in sorted(chosen)]

    def outline(self, max_tokens: int) -> str:
        """Writes a tree of segments, each with its central event, as fine as fits."""
        segmenter = Segmenter(self._events, self._need_meanings().event_vectors(self._events))
        leaves = min(len(self._events), max(2, max_tokens // _LEAST_TOKENS))
        while True:
            tree = segmenter.tree(leaves)
            written = "\n".join(
                f"{'  ' * depth}{short_time(segment.interval)}: "
                f"{_shortened(segment.central, max_tokens)} ({segment.count} events)"
                for depth, segment in tree.walk()
            )
            total = count_tokens(written)
            if total <= max_tokens or leaves <= 2:
                return written
            leaves = max(2, min(leaves - 1, leaves * max_tokens // total))

    def _need_meanings(self) -> Meanings:
        if self._meanings is None:
            raise ValueError(f"thinning {self._settings.thinning!r} needs vectors of the events")
        return self._meanings


def timed_line(event: Event, max_tokens: int) -> str:
    """Writes one event on one line of at most about `max_tokens` tokens, its time first."""
    return event_line(event, _shortened(event, max_tokens))


def _shortened(event: Event, max_tokens: int) -> str:
    text = cut = one_line(event.text)
    while cut and (total := count_tokens(cut)) > max_tokens:
        cut = cut[: min(len(cut) - 1, len(cut) * max_tokens // total)]
    return cut if cut == text else f"{cut}{_ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class Representation:
    """Which events are told, and which of them where not all fit.

    Attributes:
        kinds: The kinds of event that are told.
        max_tokens: Most tokens of text, as `count_tokens` counts them.
        thinning: What is told where not everything fits: "uniform" takes events spread evenly
            over the video, "relevance" those near the question and unlike each other, "summary"
            an outline of the video, "all" an outline with moments of both sorts.
        diversity: Weight of nearness to the question where events are picked by maximal marginal
            relevance, in [0, 1].

    Raises:
        ConfigError: If a setting is unknown or out of range.
    """

    kinds: tuple[EventKind, ...] = EVENT_KINDS
    max_tokens: int = 8000
    thinning: Thinning = "uniform"
    diversity: float = 0.7

    def __post_init__(self) -> None:
        unknown = [kind for kind in self.kinds if kind not in EVENT_KINDS]
        if unknown or not self.kinds:
            raise ConfigError(f"kinds must be some of {', '.join(EVENT_KINDS)}, got {self.kinds!r}")
        if self.thinning not in THINNINGS:
            raise ConfigError(
                f"thinning must be one of {', '.join(THINNINGS)}, got {self.thinning!r}"
            )
        check_range("max_tokens", self.max_tokens, 1)
        check_range("diversity", self.diversity, 0, 1)


class Meanings(Protocol):
    """Gives events and questions vectors that can be compared; a library is one."""

    def event_vectors(self, events: Sequence[Event]) -> NDArray[np.float32]:
        """Gives (E, D) unit vectors of events."""
        ...

    def text_vector(self, text: str) -> NDArray[np.float32]:
        """Gives the (D,) unit vector of a text."""
        ...


class EmbeddedMeanings:
    """Vectors of events that are in no library.

    Args:
        embedder: What turns text into vectors.
        folder: Where the vectors of events are kept for the next time; None keeps none.
    """

    def __init__(self, embedder: Embedder, folder: Path | None = None) -> None:
        self._embedder = embedder
        self._folder = folder

    def event_vectors(self, events: Sequence[Event]) -> NDArray[np.float32]:
        """Gives (E, D) unit vectors of events.

        Raises:
            ModelError: If the embedder fails.
            MemoryStoreError: If the vectors cannot be kept.
        """
        return text_vectors([event.text for event in events], self._embedder, self._folder)

    def text_vector(self, text: str) -> NDArray[np.float32]:
        """Gives the (D,) unit vector of a text.

        Raises:
            ModelError: If the embedder fails.
        """
        vector: NDArray[np.float32] = self._embedder.embed([text])[0]
        return vector
