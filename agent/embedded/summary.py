"""Chooses the events that tell what happens in a video, one for each of its chapters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.agent.embedded.draft import DraftAnswer
from foretell.agent.embedded.question_state import QuestionState
from foretell.agent.embedded.quoting import PREFERRED_KINDS, quoted
from foretell.memory.words.wording import meanings
from foretell.tools.texts.text_cleaning import capitalised
from foretell.types import Event, Hit, Interval, spread

MOST_COMPARED = 160
"""Events among which chapters are looked for; time grows with the square, here 10 ms."""
CHAPTERS = 6
"""Chapters of a summary that does not say how many: as many as are read at a glance."""
_IN_A_SENTENCE = 3
"""Events that one sentence tells: what comes first, in the middle and last."""
_RARITY = 0.3
"""How much telling something that no other event tells counts beside being like the chapter."""


def chapters(
    events: Sequence[Event], vectors: NDArray[np.float32], count: int = CHAPTERS
) -> list[list[Event]]:
    """Divides events into stretches within each of which they are most alike.

    The cuts are those with the least sum of squared distances to the mean of each stretch, found
    by dynamic programming as in Fisher, "On grouping for maximum homogeneity", JASA 1958. Events
    that only repeat the one before count once.

    Args:
        events: (E,) in order of time.
        vectors: (E, D) unit vectors of their texts.
        count: The most stretches.
    """
    kept = spread(_changes(events), MOST_COMPARED)
    if not kept:
        return []
    rows = np.asarray([vectors[place] for place in kept], np.float64)
    groups = _divided(rows, min(count, len(kept)))
    return [[events[place] for place in kept[first:last]] for first, last in groups]


def representative(chapter: Sequence[Event], others: Sequence[Event]) -> Event:
    """Returns the event of a chapter that shares most with it and tells what others do not."""
    held = Counter(word for event in others for word in meanings(event.text))
    shared = Counter(word for event in chapter for word in meanings(event.text))

    def worth(event: Event) -> float:
        words = meanings(event.text)
        if not words:
            return 0.0
        alike = sum(shared[word] for word in words) / (len(chapter) * len(words))
        rare = sum(1.0 / held[word] for word in words)
        return alike + _RARITY * rare

    return ranking.best_of(chapter, worth)


def _changes(events: Sequence[Event]) -> list[int]:
    """Returns the places of the events that do not repeat the one before."""
    places: list[int] = []
    before = None
    for place, event in enumerate(events):
        now = meanings(event.text)
        if now != before:
            places.append(place)
        before = now
    return places


def _divided(rows: NDArray[np.float64], count: int) -> list[tuple[int, int]]:
    """Returns the (first, behind the last) rows of `count` stretches with the least spread."""
    size = len(rows)
    sums = np.vstack([np.zeros(rows.shape[1]), np.cumsum(rows, axis=0)])
    spreads = np.full((size + 1, size + 1), np.inf)
    for first in range(size):
        lengths = np.arange(1, size - first + 1)
        totals = sums[first + 1 :] - sums[first]
        spreads[first, first + 1 :] = lengths - (totals**2).sum(axis=1) / lengths
    best = np.full((count + 1, size + 1), np.inf)
    best[0, 0] = 0.0
    cut = np.zeros((count + 1, size + 1), np.int64)
    for number in range(1, count + 1):
        costs = best[number - 1][:, None] + spreads
        cut[number] = ranking.best_places(-costs.T)
        best[number] = costs.min(axis=0)
    edges = [size]
    for number in range(count, 0, -1):
        edges.append(int(cut[number, edges[-1]]))
    return list(zip(edges[::-1][:-1], edges[::-1][1:], strict=True))


def summarised(state: QuestionState) -> DraftAnswer:
    """Tells an event for each chapter of each video, in the form that is asked for."""
    form = state.question.form
    lines: list[str] = []
    told: list[Hit] = []
    for video in state.videos:
        events = _of_one_kind(state.scorer.timeline(video).events)
        count = _IN_A_SENTENCE if form.points == 1 else form.points or CHAPTERS
        parts = chapters(events, state.scorer.vectors(events), count)
        chosen = [Hit(representative(part, events), video, 1.0) for part in parts]
        told += chosen
        clauses = [quoted(hit, capital=True) for hit in chosen]
        name = f"{video.name}: " if len(state.videos) > 1 else ""
        if form.chapters:
            spans = [Interval(one[0].interval.start, one[-1].interval.end) for one in parts]
            pairs = zip(spans, clauses, strict=True)
            lines += [f"{name}{span}: {clause}" for span, clause in pairs]
        elif form.points == 1:
            told_as_one = "; then ".join(quoted(hit)[:-1] for hit in chosen)
            lines.append(f"{name}{capitalised(told_as_one)}.")
        elif form.points:
            lines += [f"{name}{clause}" for clause in clauses]
        else:
            lines.append(name + " ".join(clauses))
    return DraftAnswer("\n".join(lines), rests_on=tuple(told))


def _of_one_kind(events: Sequence[Event]) -> list[Event]:
    """Returns the events of the kind that a person would tell first."""
    kinds = {event.kind for event in events}
    kind = next((one for one in PREFERRED_KINDS if one in kinds), None)
    return [event for event in events if event.kind == kind]
