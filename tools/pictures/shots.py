"""Tells the shots of a video apart and describes each, without a model."""

from __future__ import annotations

import math
from collections.abc import Iterator

from foretell.tools.decoding.video import Video
from foretell.tools.pictures.glances import Picture, pictures, plan_spans, spans_since
from foretell.tools.pictures.shot_description import Measure, PictureMeter, ShotDescription
from foretell.tools.pictures.transitions import (
    REACH_SECONDS,
    CutDetector,
    DissolveDetector,
    Transition,
    TransitionKind,
)
from foretell.types import Interval

_BEGINS: dict[TransitionKind, str] = {
    "cut": "A new shot begins with a cut.",
    "dissolve": "A new shot begins with a dissolve.",
    "fade in": "A new shot fades in.",
    "fade out": "The picture has faded out.",
}
_FIRST = "The first shot begins."


def shots(video: Video, since_seconds: float | None) -> Iterator[tuple[Interval, str]]:
    """Yields when each shot is and a description of it, once the shot is over; see `Perceiver`.

    Keyframes are decoded first; only where they do not vouch for the time between them is every
    frame looked at. No state is kept but that of a few seconds, however long the video.
    """
    spans = plan_spans(video)
    assembler = _ShotAssembler(video.info.pictured.start)
    since = -math.inf if since_seconds is None else since_seconds
    last = video.info.pictured.start
    for picture in pictures(video, spans_since(spans, since - REACH_SECONDS)):
        last = picture.at_seconds
        yield from _ending_after(since, assembler.add(picture))
    end = video.info.interval.end if video.damage is None else last
    yield from _ending_after(since, assembler.finish(end))


def _ending_after(
    since_seconds: float, told: Iterator[tuple[Interval, str]]
) -> Iterator[tuple[Interval, str]]:
    """Leaves out the shot up to `since_seconds`, of which only the last seconds were seen."""
    return ((interval, text) for interval, text in told if interval.end > since_seconds)


class _ShotAssembler:
    """Joins transitions and measures, which become certain at different times, into shots."""

    def __init__(self, start_seconds: float) -> None:
        self._cuts = CutDetector()
        self._dissolves = DissolveDetector()
        self._meter = PictureMeter()
        self._measures: list[Measure] = []
        self._transitions: list[Transition] = []
        self._opening: Transition | None = None
        self._shot = ShotDescription(start_seconds)

    def add(self, picture: Picture) -> Iterator[tuple[Interval, str]]:
        """Takes the next picture; gives the shots that are now over."""
        self._transitions += self._cuts.add(picture) + self._dissolves.add(picture)
        measure = self._meter.add(picture)
        if measure is not None:
            self._measures.append(measure)
        yield from self._settle(picture.at_seconds - REACH_SECONDS)

    def finish(self, end_seconds: float) -> Iterator[tuple[Interval, str]]:
        """Gives the shots that are left, the last up to `end_seconds`."""
        self._transitions += self._cuts.finish() + self._dissolves.finish()
        yield from self._settle(float("inf"))
        yield self._told(end_seconds, None)

    def _settle(self, certain_seconds: float) -> Iterator[tuple[Interval, str]]:
        """Closes the shots that end before `certain_seconds`."""
        due = [t for t in self._transitions if t.at_seconds < certain_seconds]
        for transition in sorted(due, key=lambda t: t.at_seconds):
            if not self._holds_a_cut(transition):
                self._measure_until(transition.at_seconds, transition.interval.start)
                yield self._told(transition.at_seconds, transition)
                self._opening = transition
                self._shot = ShotDescription(transition.at_seconds)
        self._transitions = [t for t in self._transitions if t.at_seconds >= certain_seconds]
        self._measure_until(certain_seconds, self._next_change())

    def _holds_a_cut(self, transition: Transition) -> bool:
        """Whether a cut explains what was taken for a dissolve or a fade."""
        within = transition.interval
        return transition.kind != "cut" and any(
            other.kind == "cut" and within.start < other.at_seconds < within.end
            for other in self._transitions
        )

    def _measure_until(self, end_seconds: float, change_seconds: float) -> None:
        """Adds measures before `end_seconds` to the shot, whose end may set in before that."""
        begun = self._opening.interval.end if self._opening else self._shot.start_seconds
        for measure in self._measures:
            if measure.at_seconds < end_seconds:
                self._shot.add(measure, begun, change_seconds)
        self._measures = [m for m in self._measures if m.at_seconds >= end_seconds]

    def _next_change(self) -> float:
        return min((t.interval.start for t in self._transitions), default=math.inf)

    def _told(self, end_seconds: float, closing: Transition | None) -> tuple[Interval, str]:
        sentences = [self._beginning(closing), *self._shot.sentences()]
        if closing is not None and closing.kind == "fade out":
            sentences.append("It fades out at the end.")
        interval = Interval(self._shot.start_seconds, max(end_seconds, self._shot.start_seconds))
        return interval, " ".join(sentences)

    def _beginning(self, closing: Transition | None) -> str:
        if self._opening is not None:
            return _BEGINS[self._opening.kind]
        return "The whole video is one shot, without cuts." if closing is None else _FIRST
