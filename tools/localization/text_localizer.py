"""Finds when something happens by comparing words with the text of a timeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.memory.cosines import cosines, soft_maximum
from foretell.memory.embedding.embedders import Embedder
from foretell.memory.embedding.likeness import text_likeness
from foretell.memory.embedding.text_vectors import text_vectors
from foretell.memory.library import Library
from foretell.moments import LocatedMoment, LocateResult, MomentQuery
from foretell.tools.localization.relevance import Relevance, judge_relevance
from foretell.tools.localization.settings import LocalizerSettings
from foretell.tools.localization.sub_events import SubEvents, combine, split_query, without_question
from foretell.tools.localization.tfvtg import COMBINATIONS, PART_WINDOWS, QUERY_WINDOWS
from foretell.tools.localization.windows import (
    ScoredInterval,
    best_windows,
    draw_curve,
    shares_of_best,
    smooth,
    stretches_above,
    vote,
)
from foretell.types import Event, Interval

WHOLE_SHARE = 0.8
"""An event that covers this share of a video is about the whole of it, and tells no moment."""
ALIKE = 0.2
"""Likeness from which texts are too near a query to deny it: of 250 queries of dev below it 84 %
were absent indeed, of all that no event proves 50 % (`foretell eval ual-presence`)."""
NEVER = "nothing in the timeline shows it"
TOO_ALIKE = "nothing in the timeline proves it, and too much there is like it for a no"
EMPTY = "the timeline holds nothing that has a time"


class TextLocalizer:
    """Finds when things happen, without a language model.

    Args:
        embedder: Makes words comparable.
        settings: What it goes by.
        folder: Where vectors of captions are kept for the next time; None keeps none.
    """

    def __init__(
        self,
        embedder: Embedder,
        settings: LocalizerSettings | None = None,
        folder: Path | None = None,
    ) -> None:
        self.settings = settings or LocalizerSettings()
        self._embedder = embedder
        self._folder = folder

    def locate(
        self, queries: Sequence[MomentQuery], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[LocateResult]:
        """Returns what is found of every query; all texts are embedded together.

        Raises:
            ModelError: If the embedder fails.
            MemoryStoreError: If the vectors cannot be kept.
        """
        wanted = [split_query(query.text) for query in queries]
        texts = [without_question(query.text) for query in queries]
        texts += [part for one in wanted for part in one.parts]
        texts += [event.text for query in queries for event in captions.get(query.video, ())]
        distinct = list(dict.fromkeys(texts))
        vectors = text_vectors(distinct, self._embedder, self._folder)
        row_of = {text: row for row, text in enumerate(distinct)}
        for query, parts in zip(queries, wanted, strict=True):
            events = moment_events(captions.get(query.video, ()), query.whole)
            rows = [row_of[text] for text in (without_question(query.text), *parts.parts)]
            seen = vectors[[row_of[event.text] for event in events]]
            fits = cosines(vectors[rows], seen)
            yield self._locate(query.text, parts, events, fits, query.whole)

    def locate_among(
        self, query: str, events: Sequence[Event], vectors: NDArray[np.float32], video: Interval
    ) -> LocateResult:
        """Finds when something happens in events that are embedded already.

        Args:
            query: What happens, in words.
            events: (E,) the timeline, in order of time.
            vectors: (E, D) unit vectors of the events' texts.
            video: From the first to the last moment of the video.

        Raises:
            ModelError: If the embedder fails.
        """
        kept = moment_events(events, video)
        places = {id(event): place for place, event in enumerate(events)}
        parts = split_query(query)
        asked = self._embedder.embed([without_question(query), *parts.parts])
        fits = cosines(asked, vectors[[places[id(event)] for event in kept]])
        return self._locate(query, parts, kept, fits, video)

    def _locate(
        self,
        query: str,
        parts: SubEvents,
        events: Sequence[Event],
        fits: NDArray[np.float64],
        video: Interval,
    ) -> LocateResult:
        """Locates a query whose (1 + P, E) cosines, of it and of its P parts, are given."""
        if not events or video.duration == 0.0:
            return LocateResult((), EMPTY)
        likeness = float(text_likeness(soft_maximum(fits[0]), self._embedder))
        found = self._found(query, parts, events, fits, video)
        return replace(found, likeness=likeness)

    def _found(
        self,
        query: str,
        parts: SubEvents,
        events: Sequence[Event],
        fits: NDArray[np.float64],
        video: Interval,
    ) -> LocateResult:
        """Returns the moments in one event at least, or that none shows what is looked for."""
        proving = np.ones(len(events), bool)
        if self.settings.may_be_absent:
            judged = [
                self._judged(text, events, row)
                for text, row in zip((without_question(query), *parts.parts), fits, strict=True)
            ]
            fits = np.array([[one.score for one in row] for row in judged])
            proves = np.array([[one.proves for one in row] for row in judged])
            if not (proves[0].any() or (len(parts.parts) > 1 and proves[1:].any(axis=1).all())):
                return LocateResult((), NEVER)
            proving = proves[0] | proves[[1 + place for place in parts.targets]].any(axis=0)
        timed = _Timed(events, fits, proving, video)
        candidates = self._candidates(timed, parts) or [ScoredInterval(video, 1.0)]
        return self._ranked(timed, candidates, one_event=parts.relation == "single")

    def _judged(
        self, text: str, events: Sequence[Event], fits: NDArray[np.float64]
    ) -> list[Relevance]:
        return judge_relevance(text, [event.text for event in events], fits, self._embedder)

    def _candidates(self, timed: _Timed, parts: SubEvents) -> list[ScoredInterval]:
        """Returns spans of all routes, the scores of each route as a share of its best."""
        settings = self.settings
        candidates = self._windows(timed, 0, QUERY_WINDOWS)
        if settings.may_be_absent:
            stretches = stretches_above(
                timed.proven(), share=settings.threshold, gap_seconds=settings.gap_seconds
            )
            candidates = [one for one in candidates if _within_one(one.interval, stretches)]
            candidates += [ScoredInterval(stretch, 1.0) for stretch in stretches]
        if parts.relation != "single":
            windows = [
                self._windows(timed, place, PART_WINDOWS)
                for place in range(1, len(parts.parts) + 1)
            ]
            candidates += shares_of_best(combine(parts, windows, COMBINATIONS))
        return candidates

    def _windows(self, timed: _Timed, row: int, limit: int) -> list[ScoredInterval]:
        settings = self.settings
        fits = np.maximum(0.0, timed.fits[row] - settings.floor)
        intervals = [event.interval for event in timed.events]
        curve = smooth(draw_curve(intervals, fits, timed.video), settings.smoothing_seconds)
        found = best_windows(curve, extent=settings.extent, limit=limit, overlap=settings.overlap)
        return shares_of_best(found)

    def _ranked(
        self, timed: _Timed, candidates: Sequence[ScoredInterval], *, one_event: bool
    ) -> LocateResult:
        """Returns the moments that most routes agree on; one event makes one moment.

        Where `one_event` is looked for, and no order of several, equal moments go by time.
        """
        moments: list[LocatedMoment] = []
        told: set[Event] = set()
        for one in vote(candidates, overlap=self.settings.overlap):
            moment = timed.moment(one.interval)
            if moment is None or (self.settings.may_be_absent and told & {*moment.events}):
                continue
            moments.append(moment)
            told.update(moment.events)
        ranked = _equal_in_time(moments) if one_event else moments
        shown = _never_surer(ranked[: self.settings.limit])
        return LocateResult(shown, "" if moments else NEVER, more=len(moments) - len(shown))


@dataclass(frozen=True, eq=False)
class _Timed:
    """Events, (1 + P, E) how well each fits the query and its parts, and which prove it."""

    events: Sequence[Event]
    fits: NDArray[np.floating]
    proving: NDArray[np.bool_]
    video: Interval

    @cached_property
    def best(self) -> NDArray[np.floating]:
        """(E,) how well each fits the query or the part that it fits best."""
        best: NDArray[np.floating] = self.fits.max(axis=0)
        return best

    @cached_property
    def places(self) -> list[int]:
        """Where the events stand that prove the query."""
        return np.flatnonzero(self.proving).tolist()

    def proven(self) -> Iterator[tuple[Interval, float]]:
        """Returns the time and the best fit of each event that proves the query."""
        for place in self.places:
            yield self.events[place].interval, float(self.best[place])

    def moment(self, interval: Interval) -> LocatedMoment | None:
        """Returns the moment with what it rests on; None where nothing in it proves the query."""
        inside = [at for at in self.places if self.events[at].interval.overlaps(interval)]
        if not inside:
            return None
        score = min(1.0, max(0.0, float(self.best[inside].max())))
        return LocatedMoment(interval, score, tuple(self.events[place] for place in inside))


def moment_events(events: Sequence[Event], video: Interval) -> list[Event]:
    """Returns the events that tell a moment: all but those about the whole video."""
    inside = [event for event in events if event.interval.overlaps(video)]
    timed = [event for event in inside if event.interval.duration < WHOLE_SHARE * video.duration]
    return timed or inside


def _within_one(interval: Interval, stretches: Sequence[Interval]) -> bool:
    """Whether a window leads from no stretch into another one."""
    return sum(stretch.overlaps(interval) for stretch in stretches) == 1


def _equal_in_time(moments: Sequence[LocatedMoment]) -> list[LocatedMoment]:
    """Returns moments with those that fit equally well in order of time.

    They share the places that they have among the others. What lies beside such a moment lets a
    few more routes agree on it, and says nothing of it.
    """
    alike: dict[float, list[int]] = {}
    for place, moment in enumerate(moments):
        alike.setdefault(ranking.level(moment.score), []).append(place)
    ordered = list(moments)
    for places in alike.values():
        in_time = sorted((moments[place] for place in places), key=lambda one: one.interval)
        for place, moment in zip(places, in_time, strict=True):
            ordered[place] = moment
    return ordered


def _never_surer(moments: Sequence[LocatedMoment]) -> tuple[LocatedMoment, ...]:
    """Returns moments none of which counts as surer than one that more routes agree on."""
    capped: list[LocatedMoment] = []
    for moment in moments:
        surest = capped[-1].score if capped else 1.0
        capped.append(replace(moment, score=min(moment.score, surest)))
    return tuple(capped)


class LibraryLocalizer:
    """Finds moments with the vectors that a library keeps of its events: a `Localizer`.

    Args:
        library: Holds the events that are searched.
        settings: What the text localizer goes by.
    """

    def __init__(self, library: Library, settings: LocalizerSettings | None = None) -> None:
        self._library = library
        self._text = TextLocalizer(library.embedder, settings)

    def locate(
        self, queries: Sequence[MomentQuery], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[LocateResult]:
        """Returns what is found of every query; events that are new are embedded first.

        Raises:
            MemoryStoreError: If an event is not in the library.
            ModelError: If the embedder fails.
        """
        for query in queries:
            events = captions.get(query.video, ())
            vectors = self._library.event_vectors(events)
            yield self._text.locate_among(query.text, events, vectors, query.whole)
