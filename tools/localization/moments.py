"""What is looked for in a timeline, and what is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from foretell.types import Event, Interval, Usage


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
    """

    moments: tuple[LocatedMoment, ...]
    reason: str = ""
    reply: str = ""
    usage: Usage = field(default_factory=Usage)
    repairs: tuple[str, ...] = ()
    source: str = ""

    @property
    def none(self) -> bool:
        """Whether there is no moment."""
        return not self.moments


class Localizer(Protocol):
    """Finds when things happen, from the text of their videos."""

    def locate(
        self, queries: Sequence[MomentQuery], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[LocateResult]:
        """Gives what is found of every query, in their order, each as soon as it is there.

        Args:
            queries: About any videos, in any order.
            captions: What each video shows, as events in order of time, by the video's name; in a
                video that is not there nothing is found.
        """
        ...
