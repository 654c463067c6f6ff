"""What is looked for in videos, and when it happens: a localizer's queries and results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from foretell import display
from foretell.types import AnswerStatus, Event, Interval, Usage


@dataclass(frozen=True, slots=True)
class MomentQuery:
    """Words for something that happens in one video.

    Attributes:
        id: Its name in the set that it is from.
        video: The name of the video there.
        text: What happens.
        whole: From the first to the last moment of the video.
        windows: When it happens; empty where the set does not say.
        label: The class of an action that is to be detected; empty for a sentence.
    """

    id: str
    video: str
    text: str
    whole: Interval
    windows: tuple[Interval, ...] = ()
    label: str = ""

    @property
    def duration_seconds(self) -> float:
        """How long the video is."""
        return self.whole.duration


@dataclass(frozen=True, slots=True)
class LocatedMoment:
    """A stretch of a video in which what is looked for happens.

    Attributes:
        interval: When.
        score: How sure it is, in [0, 1].
        events: What of the timeline it rests on, in order of time.
    """

    interval: Interval
    score: float
    events: tuple[Event, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Gives the moment as JSON can hold it."""
        from foretell.records import moment_record

        return moment_record(self)


@dataclass(frozen=True, slots=True)
class LocateResult:
    """Where something happens.

    Attributes:
        moments: The surest first; empty where it does not happen, or nothing could be read.
        reason: Why there is no moment; empty where there is one.
        reply: What a model said, word for word; empty where none was asked.
        usage: What it took.
        repairs: What had to be put right in a reply.
        source: The model that looked at frames; empty where text was read.
        status: "absent" where it was looked for and does not happen, "unknown" where nobody looked.
        likeness: How alike the query and the texts of the video are, from -1 to 1, whether or not
            any of them shows it; None where texts were not compared.
        more: How many moments there are beyond these, which are the surest.
        notes: What is worth telling of how they were found.
    """

    moments: tuple[LocatedMoment, ...]
    reason: str = ""
    reply: str = ""
    usage: Usage = field(default_factory=Usage)
    repairs: tuple[str, ...] = ()
    source: str = ""
    status: AnswerStatus = "answered"
    likeness: float | None = None
    more: int = 0
    notes: tuple[str, ...] = ()

    def first(self, count: int) -> LocateResult:
        """Returns the surest moments, and how many more there are."""
        shown = self.moments[:count]
        return replace(self, moments=shown, more=self.more + len(self.moments) - len(shown))

    @property
    def none(self) -> bool:
        """Whether there is no moment."""
        return not self.moments

    def __len__(self) -> int:
        return len(self.moments)

    def __iter__(self) -> Iterator[LocatedMoment]:
        return iter(self.moments)

    def to_dict(self) -> dict[str, Any]:
        """Gives the moments, as `foretell locate --json` prints them."""
        from foretell.records import located_record

        return located_record(self)

    def _repr_html_(self) -> str:
        rows = [
            (str(one.interval), f"{one.score:.2f}", "; ".join(event.text for event in one.events))
            for one in self.moments
        ]
        title = f"no moment: {self.reason}" if self.none else f"{len(rows) + self.more} moments"
        return display.titled(title, display.table(("time", "score", "rests on"), rows))
