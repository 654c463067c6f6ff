"""Parts a timeline where its meaning changes, and the parts into smaller ones: a tree."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.memory.cosines import cosines
from foretell.types import Event, Interval

BRANCHING = 5
"""How many parts a segment has, on average."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a timeline that is about one thing.

    Attributes:
        interval: From the start of its first event to the end of its last.
        central: The event nearest to the mean of its events, which says best what it is about.
        count: How many events it has.
        parts: The segments that it is made of, in order of time; none at the bottom.
    """

    interval: Interval
    central: Event
    count: int
    parts: tuple[Segment, ...] = ()

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Segment]]:
        """Gives all segments below this one with their depth, each before its parts."""
        for part in self.parts:
            yield depth, part
            yield from part.walk(depth + 1)


class Segmenter:
    """Parts events where neighbours differ most, into as many segments as asked for.

    Neighbouring segments are merged one by one, at each step those whose merging adds least to
    the squared distance of events from their segment's mean (Ward, "Hierarchical grouping to
    optimize an objective function", JASA 1963, with neighbours in time alone). Undoing the last
    merges parts the timeline; as cuts into fewer parts are among those into more, the parts make
    a tree, as the graph of a video's events does in "TimeGraphs: Graph-based Temporal Reasoning".

    Args:
        events: In order of time, at least one.
        vectors: (E, D) unit vectors of the events.
    """

    def __init__(self, events: Sequence[Event], vectors: NDArray[np.float32]) -> None:
        self._events = events
        self._vectors = vectors
        self._boundaries = boundaries_by_strength(vectors)

    def tree(self, leaves: int) -> Segment:
        """Gives the whole as a tree with at most `leaves` segments at its bottom."""
        counts = [min(leaves, len(self._events))]
        while counts[-1] > BRANCHING:
            counts.append(-(-counts[-1] // BRANCHING))
        levels = [self._cut(count) for count in counts]
        return self._segment(0, len(self._events), levels[::-1])

    def _cut(self, count: int) -> list[tuple[int, int]]:
        """Gives `count` stretches [first, last) of the events."""
        ends = [0, *sorted(self._boundaries[: count - 1].tolist()), len(self._events)]
        return list(itertools.pairwise(ends))

    def _segment(self, first: int, last: int, levels: Sequence[list[tuple[int, int]]]) -> Segment:
        """Gives [first, last) with the parts that the first level which parts it has."""
        for depth, level in enumerate(levels):
            inside = [cut for cut in level if first <= cut[0] and cut[1] <= last]
            if len(inside) > 1:
                below = levels[depth + 1 :]
                return self._named(first, last, tuple(self._segment(*cut, below) for cut in inside))
        return self._named(first, last, ())

    def _named(self, first: int, last: int, parts: tuple[Segment, ...]) -> Segment:
        events, vectors = self._events[first:last], self._vectors[first:last]
        central = events[ranking.best(cosines(vectors, vectors.mean(axis=0, dtype=np.float64)))]
        end = max(event.interval.end for event in events)
        return Segment(Interval(events[0].interval.start, end), central, len(events), parts)


def boundaries_by_strength(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """Gives the places 1 to N - 1 between N neighbours, the greatest change of meaning first."""
    row = _Row(vectors)
    heap = [row.merging(left, left + 1) for left in range(len(vectors) - 1)]
    heapq.heapify(heap)
    merged: list[int] = []
    while heap:
        _, left, right = heapq.heappop(heap)
        if left in row.alive and right in row.alive:
            merged.append(row.starts[right])
            whole = row.merge(left, right)
            if (before := row.before[whole]) is not None:
                heapq.heappush(heap, row.merging(before, whole))
            if (after := row.after[whole]) is not None:
                heapq.heappush(heap, row.merging(whole, after))
    return np.asarray(merged[::-1], np.int64)


class _Row:
    """Segments side by side; each merged one gets a number of its own."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        count = len(vectors)
        self.starts = list(range(count))
        self.alive = set(self.starts)
        self.before: list[int | None] = [None, *range(count - 1)]
        self.after: list[int | None] = [*range(1, count), None]
        self._sums = list(vectors.astype(np.float64))
        self._sizes = [1] * count

    def merging(self, left: int, right: int) -> tuple[float, int, int]:
        """Gives what merging two neighbours adds to the squared distances, and the two."""
        of_left, of_right = self._sizes[left], self._sizes[right]
        apart = self._sums[left] / of_left - self._sums[right] / of_right
        added = float(apart @ apart) * of_left * of_right / (of_left + of_right)
        return ranking.level(added), left, right

    def merge(self, left: int, right: int) -> int:
        """Puts one segment in the place of two and gives its number."""
        whole = len(self.starts)
        self.starts.append(self.starts[left])
        self._sums.append(self._sums[left] + self._sums[right])
        self._sizes.append(self._sizes[left] + self._sizes[right])
        before, after = self.before[left], self.after[right]
        self.before.append(before)
        self.after.append(after)
        if before is not None:
            self.after[before] = whole
        if after is not None:
            self.before[after] = whole
        self.alive -= {left, right}
        self.alive.add(whole)
        return whole
