"""Which events are meant: of which videos, of which kinds, and when."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from foretell.errors import ConfigError
from foretell.types import EVENT_KINDS, EventKind, Interval


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Narrows a query over events `e`, tracks `t` and videos `v` of the library.

    Attributes:
        videos: Content hashes of the only videos that count; None for all.
        exclude_videos: Content hashes of videos that do not count.
        kinds: The only kinds that count; None for all.
        within: Counts only events that overlap this interval; None for any time.

    Raises:
        ConfigError: If a kind is unknown.
    """

    videos: Collection[str] | None = None
    exclude_videos: Collection[str] = ()
    kinds: Collection[EventKind] | None = None
    within: Interval | None = None

    def __post_init__(self) -> None:
        for kind in self.kinds or ():
            if kind not in EVENT_KINDS:
                raise ConfigError(
                    f"there is no kind of event {kind!r}; use {', '.join(EVENT_KINDS)}"
                )

    def to_sql(self) -> tuple[str, list[object]]:
        """Gives a condition for a WHERE clause, and its parameters."""
        clauses: list[str] = ["TRUE"]
        parameters: list[object] = []
        if self.videos is not None:
            clauses.append("v.content_hash IN (SELECT value FROM json_each(?))")
            parameters.append(json.dumps(list(self.videos)))
        if excluded := list(self.exclude_videos):
            clauses.append("v.content_hash NOT IN (SELECT value FROM json_each(?))")
            parameters.append(json.dumps(excluded))
        if self.kinds is not None:
            clauses.append("e.kind IN (SELECT value FROM json_each(?))")
            parameters.append(json.dumps(list(self.kinds)))
        if self.within is not None:
            clauses.append(_overlaps(self.within))
            parameters.extend([self.within.end, self.within.start, self.within.start])
        return " AND ".join(clauses), parameters


def _overlaps(within: Interval) -> str:
    """Says in SQL what `Interval.overlaps` says, which counts an instant at the start."""
    before = "<=" if within.duration == 0.0 else "<"
    return f"e.start {before} ? AND (e.end > ? OR (e.start = e.end AND e.start >= ?))"
