"""Judges the events of a library: how well each shows what a question asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.memory.cosines import ROUNDING
from foretell.memory.embedding.likeness import TEXTS_APART, text_cosine, text_likeness
from foretell.memory.embedding.sentence_embedder import MINILM, packaged_words
from foretell.memory.library import Library
from foretell.memory.words.languages import ENGLISH, language_of
from foretell.memory.words.spelling import corrected, words_of
from foretell.memory.words.wording import words
from foretell.questions import ChoiceAnswer, VideoQuestion
from foretell.tools.answering.embedded import EmbeddedAnswerer
from foretell.tools.localization.relevance import MIN_SCORE, Relevance, judge_relevance
from foretell.types import SHOWN_KINDS, Event, EventKind, Hit, Timeline, VideoInfo

TELLING_KINDS: tuple[EventKind, ...] = tuple(kind for kind in SHOWN_KINDS if kind != "voice")
"""Kinds that may answer: that somebody speaks tells nothing but that."""


class RelevanceScorer:
    """Scores events with the library's embedder and with the words themselves."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._read: dict[tuple[str, ...], tuple[str, dict[str, str]]] = {}

    def score(
        self, query: str, events: Sequence[Event], sentence: str | None = None
    ) -> list[Relevance]:
        """Returns the relevance of each event to `query`, in the order given.

        The words of `query` must be met; the cosine is that of `sentence`, which says more, if
        there is one.
        """
        if not events:
            return []
        cosines = self._library.similarities([sentence or query], events)[0]
        first = {event.text: place for place, event in enumerate(events)}
        fits = cosines[[*first.values()]]
        judged = judge_relevance(query, [*first], fits, self._library.embedder)
        of_text = dict(zip(first, judged, strict=True))
        return [of_text[event.text] for event in events]

    def meets(self, query: str, events: Sequence[Event]) -> list[bool]:
        """Returns whether each event tells all of what `query` names."""
        return [one.unmet == 0 for one in self.score(query, events)]

    def corrected(self, question: str, videos: Sequence[VideoInfo]) -> tuple[str, dict[str, str]]:
        """Returns a question with mistyped words read as meant, and which were read as what.

        The timelines are gone through only where some word is none, and once for a question:
        each turn of the planner asks anew.
        """
        asked = (question, *(video.content_hash for video in videos))
        if asked not in self._read:
            self._read[asked] = self._as_meant(question, videos)
        return self._read[asked]

    def _as_meant(self, question: str, videos: Sequence[VideoInfo]) -> tuple[str, dict[str, str]]:
        store, known = self._library.store, packaged_words()
        if language_of(question) != ENGLISH:
            return question, {}
        if all(word in known for word in words(question) if word.isalpha()):
            return corrected(question, (), known)
        texts = {event.text for one in videos for event in store.events(one.content_hash)}
        return corrected(question, words_of(texts), known)

    def candidates(self, query: str, videos: Sequence[VideoInfo]) -> list[Hit]:
        """Returns every event that may show a query, however many there are.

        The score of an event is its likeness, lowered for words that are not met: one less like
        the query than `MIN_SCORE` cannot show it.
        """
        least = text_cosine(MIN_SCORE, self._library.embedder) - ROUNDING
        hashes = [video.content_hash for video in videos]
        return self._library.alike(query, least, videos=hashes, kinds=TELLING_KINDS)

    def timeline(self, video: VideoInfo) -> Timeline:
        """Returns all that is known of a video."""
        return replace(self._library.store.timeline(video.content_hash), video=video)

    def nearest(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Returns the two events nearest in meaning, where an embedder reads other languages.

        The packaged one reads English alone, and the one for tests no meaning at all.
        """
        embedder = self._library.embedder
        if not hits or embedder.id == MINILM or embedder.id.startswith("hash-"):
            return []
        fits = self._library.similarities([question], [hit.event for hit in hits])[0]
        likeness = text_likeness(fits, embedder)
        places: list[int] = ranking.order(likeness, 2, ranking.MODEL_PRECISION).tolist()
        best = [hits[place] for place in places]
        return best if likeness.max() >= TEXTS_APART else []

    def vectors(self, events: Sequence[Event]) -> NDArray[np.float32]:
        """Returns (E, D) unit vectors of events."""
        return self._library.event_vectors(events)

    def choose(
        self, question: str, choices: Sequence[str], events: Sequence[Event]
    ) -> ChoiceAnswer:
        """Returns the likeliest of at least one choice, from events in order of time."""
        multiple_choice = VideoQuestion("", "", question, tuple(choices))
        (answer,) = EmbeddedAnswerer(self._library.embedder).answer([multiple_choice], {"": events})
        return answer
