"""Tells when somebody or something comes into a static camera's view, and when it is empty."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from foretell.tools.background import changed_pixels, estimate_background
from foretell.tools.glances import (
    PICTURE_SIZE,
    Picture,
    Span,
    joined,
    keyframes,
    pictures,
    spans_since,
)
from foretell.tools.presence import Stay, find_stays
from foretell.tools.video import DecodeMode, Video
from foretell.types import Event, Interval

_HERTZ = 2
_CHUNK_SECONDS = 600.0
_MIN_STRETCH_SECONDS = 6.0
_TRUSTED_GAP_SECONDS = 4.0
_STILL_SHARE = 0.01
_OTHER_VIEW_SHARE = 0.4
_MIN_EMPTY_SECONDS = 1.0


class Motion:
    """A perceiver of who or what comes and goes in front of a camera that does not move.

    It says nothing of a moving camera, nor of a view that is not seen empty twice. What it keeps
    of the past is at most ten minutes of small pictures; it begins anew at every tenth minute.
    """

    source = "motion"
    settings = "1"

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives a "scene" event for each stay and each empty time; see `Perceiver`."""
        since = -math.inf if since_seconds is None else since_seconds
        chunk = since if since_seconds is None else _chunk_before(since_seconds)
        for stretch in _stretches(video, chunk):
            for event in _describe(stretch):
                if event.interval.end >= since:
                    yield event


@dataclass(frozen=True, slots=True, eq=False)
class _Stretch:
    """A time for which the camera does not move, and samples of it."""

    interval: Interval
    samples: list[Picture]


def _chunk_before(end_seconds: float) -> float:
    """Gives the start of the chunk in which an event that ends then was found."""
    return (math.ceil(end_seconds / _CHUNK_SECONDS) - 1) * _CHUNK_SECONDS


def _stretches(video: Video, since_seconds: float) -> Iterator[_Stretch]:
    """Cuts the samples where the view becomes another one, and at every tenth minute."""
    samples: list[Picture] = []
    for picture in _samples(video, spans_since(_plan_samples(video), since_seconds), since_seconds):
        if samples and not _goes_on(samples[-1], picture):
            chunk_end = _chunk_before(picture.at_seconds)
            end = chunk_end if chunk_end > samples[-1].at_seconds else picture.at_seconds
            yield _Stretch(Interval(samples[0].at_seconds, end), samples)
            samples = []
        samples.append(picture)
    if samples:
        end = video.info.interval.end if video.damage is None else samples[-1].at_seconds
        yield _Stretch(Interval(samples[0].at_seconds, max(end, samples[-1].at_seconds)), samples)


def _goes_on(before: Picture, after: Picture) -> bool:
    """Whether two samples in a row are of one chunk and one view."""
    same_chunk = before.at_seconds // _CHUNK_SECONDS == after.at_seconds // _CHUNK_SECONDS
    return same_chunk and _changed_share(before, after) <= _OTHER_VIEW_SHARE


def _changed_share(first: Picture, second: Picture) -> float:
    return float(changed_pixels(first.rgb, second.rgb).mean())


def _plan_samples(video: Video) -> list[Span]:
    """Gives what to sample, by keyframes where these vouch for one another, else more densely.

    Where one view follows on another from keyframe to keyframe, as in edited film and from a moving
    camera, nothing is sampled; the time up to the change is, where the view was static before.
    """
    gaps: list[tuple[Interval, float]] = []
    before: Picture | None = None
    for picture in keyframes(video):
        if before is not None:
            gap = Interval(before.at_seconds, picture.at_seconds)
            gaps.append((gap, _changed_share(before, picture)))
        before = picture
    start = video.info.interval.start if before is None else before.at_seconds
    if start < video.info.interval.end:
        gaps.append((Interval(start, video.info.interval.end), _OTHER_VIEW_SHARE))
    static = [share <= _OTHER_VIEW_SHARE for _, share in gaps]
    near_static = [any(static[max(0, i - 1) : i + 2]) for i in range(len(static))]
    return [
        Span(gap, _mode(gap, share))
        for (gap, share), sampled in zip(gaps, near_static, strict=True)
        if sampled
    ]


def _mode(gap: Interval, changed_share: float) -> DecodeMode:
    """Says how to sample between two keyframes."""
    still = changed_share < _STILL_SHARE and gap.duration <= _TRUSTED_GAP_SECONDS
    return "key" if still else "fast"


def _samples(video: Video, spans: Sequence[Span], since_seconds: float) -> Iterator[Picture]:
    """Gives at most one picture in half a second, on a grid that is the same from any start."""
    last_tick = -1
    for span in joined(spans):
        source = pictures(video, [span]) if span.mode == "key" else _on_grid(video, span)
        for picture in source:
            tick = int(picture.at_seconds * _HERTZ)
            if tick > last_tick and picture.at_seconds >= since_seconds:
                yield picture
                last_tick = tick


def _on_grid(video: Video, span: Span) -> Iterator[Picture]:
    """Gives the pictures on show at every half second of a span, up to where the file is broken."""
    import numpy as np

    first = math.ceil(span.interval.start * _HERTZ)
    times = [tick / _HERTZ for tick in range(first, math.ceil(span.interval.end * _HERTZ))]
    if not times:
        return
    frames = video.frames(times, mode=span.mode, size=PICTURE_SIZE)
    for time, frame in zip(times, frames, strict=False):
        if video.damage is not None and frame.pts_seconds < time - 1 / _HERTZ:
            return
        yield Picture(time, frame.data.astype(np.float32))


def _describe(stretch: _Stretch) -> list[Event]:
    """Gives the events of a stretch in order of their ends; none where nobody comes or goes."""
    if stretch.interval.duration < _MIN_STRETCH_SECONDS:
        return []
    background = estimate_background(stretch.samples)
    if background is None:
        return []
    stays = find_stays(stretch.samples, background, stretch.interval)
    if not _cross_the_edge(stays):
        return []
    return [*_in_turn(stays, stretch.interval), _summary(stays, stretch.interval)]


def _cross_the_edge(stays: Sequence[Stay]) -> bool:
    """Whether most comings and goings are by a side of the picture.

    Somebody who sits in view and stirs at times does not cross an edge.
    """
    passages = sum(stay.arrives + stay.leaves for stay in stays)
    sided = sum((stay.entered_from is not None) + (stay.left_to is not None) for stay in stays)
    return sided > 0.5 * passages


def _in_turn(stays: Sequence[Stay], within: Interval) -> Iterator[Event]:
    """Gives the stays and the empty times between them."""
    empty_since, arrivals = within.start, 0
    for stay in stays:
        yield from _empty(empty_since, stay.interval.start)
        arrivals += stay.arrives
        yield _event(stay.interval, _stay_sentences(stay, arrivals))
        empty_since = stay.interval.end
    yield from _empty(empty_since, within.end)


def _empty(start_seconds: float, end_seconds: float) -> Iterator[Event]:
    if end_seconds - start_seconds >= _MIN_EMPTY_SECONDS:
        interval = Interval(start_seconds, end_seconds)
        yield _event(interval, "The scene is empty and still: nobody is in view.")


def _stay_sentences(stay: Stay, arrival: int) -> str:
    side = f" from the {stay.entered_from}" if stay.entered_from else ""
    comes = (
        f"Somebody or something arrives{side} (arrival {arrival})."
        if stay.arrives
        else "Somebody or something is in view from the beginning."
    )
    side = f" to the {stay.left_to}" if stay.left_to else ""
    goes = f"It stays in view, then leaves{side}." if stay.leaves else "It is in view to the end."
    return f"{comes} {goes}"


def _summary(stays: Sequence[Stay], within: Interval) -> Event:
    arrivals = sum(stay.arrives for stay in stays)
    times = {0: "never", 1: "once", 2: "twice"}.get(arrivals, f"{arrivals} separate times")
    return _event(within, f"In this stretch somebody or something arrives {times}.")


def _event(interval: Interval, text: str) -> Event:
    return Event(interval, "scene", text, Motion.source)
