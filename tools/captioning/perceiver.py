"""Watches a video with a captioner: a caption for every few seconds, or for every event."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from foretell.tools.captioning.captioner import Captioner
from foretell.tools.decoding.video import Video
from foretell.tools.watching.pace import Pace
from foretell.tools.watching.perceiver import Perceiver
from foretell.tools.watching.read_ahead import read_ahead
from foretell.tools.watching.sampling import fit_within, times_every, uniform_times
from foretell.types import Event, EventKind, Frame, Interval, VideoInfo

MAX_SIDE = 512
"""Pixels of the longer side; models scale to 224-448 themselves."""


@dataclass(frozen=True, slots=True)
class _Segment:
    """A stretch of video, with the frames it is told by."""

    interval: Interval
    frames: tuple[Frame, ...]


class ClipCaptions:
    """A perceiver that lets a captioner describe one stretch of video after the other.

    Frames are decoded while the model runs, a few clips ahead, so that memory does not grow with
    the video.

    Args:
        captioner: What describes.
        step_seconds: Length of each stretch, the last one may be shorter.
        segments: What gives the stretches instead, one for each of its events.
    """

    def __init__(
        self, captioner: Captioner, step_seconds: float = 2.0, segments: Perceiver | None = None
    ) -> None:
        self._captioner = captioner
        self._step_seconds = step_seconds
        self._segments = segments
        self.source = f"captioner:{captioner.name}"

    @property
    def settings(self) -> str:
        """The model and what is asked of it, and which stretches it describes."""
        per = f"every {self._step_seconds:g} s"
        if self._segments is not None:
            per = f"each of {self._segments.source} {self._segments.settings}"
        return f"{self._captioner.id}; {per}"

    def sees(self, video: VideoInfo) -> Sequence[EventKind]:
        """Gives captions, of any video."""
        return ("caption",)

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives a "caption" event for each stretch, some at a time; see `Perceiver`.

        Raises:
            ModelError: If the model fails.
        """
        since = -math.inf if since_seconds is None else since_seconds
        intervals = [part for part in self._intervals(video) if part.end >= since]
        ahead = self._captioner.clips_at_once
        segments = read_ahead(self._decoded(video, intervals), ahead)
        for batch in _in_batches(segments, ahead):
            captions = self._captioner.caption([segment.frames for segment in batch])
            for segment, text in zip(batch, captions, strict=True):
                if text:
                    yield Event(segment.interval, "caption", text, self.source)

    def _intervals(self, video: Video) -> list[Interval]:
        """Gives what is described, in order of the ends."""
        if self._segments is not None:
            found = {event.interval for event in self._segments.perceive(video, None)}
            return sorted(found, key=lambda interval: (interval.end, interval.start))
        pace = Pace.of(video)
        starts = pace.times_on_clock(times_every(pace.interval, self._step_seconds))
        ends = [*starts[1:], max(video.info.interval.end, starts[-1])]
        return [Interval(start, end) for start, end in zip(starts, ends, strict=True)]

    def _decoded(self, video: Video, intervals: Sequence[Interval]) -> Iterator[_Segment]:
        """Gives the stretches of which a frame can be decoded, with their frames."""
        count = self._captioner.frames_per_clip
        size = fit_within(video.info.width, video.info.height, MAX_SIDE)
        for run in _ascending(intervals):
            times = [time for interval in run for time in uniform_times(interval, count)]
            frames = video.frames(times, size=size)
            for interval in run:
                asked = zip(uniform_times(interval, count), frames, strict=False)
                shown = tuple(frame for time, frame in asked if time < frame.lost_from_seconds)
                if shown:
                    yield _Segment(interval, shown)


def _ascending(intervals: Sequence[Interval]) -> Iterator[list[Interval]]:
    """Cuts a list where the next interval begins before the last one ends, as times must ascend."""
    run: list[Interval] = []
    for interval in intervals:
        if run and interval.start < run[-1].end:
            yield run
            run = []
        run.append(interval)
    if run:
        yield run


def _in_batches(segments: Iterator[_Segment], size: int) -> Iterator[list[_Segment]]:
    batch: list[_Segment] = []
    for segment in segments:
        batch.append(segment)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
