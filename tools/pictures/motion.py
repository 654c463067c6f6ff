"""Tells when somebody or something comes into a static camera's view, and when it is empty."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from foretell.tools.decoding.video import DecodeMode, Video
from foretell.tools.pictures.glances import (
    PICTURE_SIZE,
    Picture,
    Span,
    joined,
    keyframes,
    pictures,
)
from foretell.tools.pictures.picture_measures import changed_pixels
from foretell.tools.pictures.presence import Stay, comes_back, estimate_background, find_stays
from foretell.types import Interval

_HERTZ = 2
"""Pictures a second where something moves."""
_CHUNK_SECONDS = 600.0
"""Seconds after which motion starts anew, which bounds memory and what is repeated."""
_MIN_STRETCH_SECONDS = 6.0
"""A shorter stretch shows too little of its background."""
_TRUSTED_GAP_SECONDS = 4.0
"""Seconds between keyframes within which nobody comes and goes unseen."""
_STILL_SHARE = 0.01
"""Share of changed pixels below which nothing moved."""
_OTHER_VIEW_SHARE = 0.4
"""Share above which the camera looks elsewhere: a person changes 0.17 at most."""
_MIN_EMPTY_SECONDS = 1.0
"""A scene is called empty from so many seconds on."""


def comings_and_goings(video: Video, since_seconds: float | None) -> Iterator[tuple[Interval, str]]:
    """Yields each stay and each empty time before a camera that does not move; see `Perceiver`.

    It says nothing of a moving camera, nor of a view that is not seen empty twice. What it keeps
    of the past is at most ten minutes of small pictures; it begins anew at every tenth minute.
    """
    since = -math.inf if since_seconds is None else since_seconds
    for chunk in _chunks(video):
        if chunk.end >= since:
            for stretch in _stretches(video, chunk):
                yield from (told for told in _describe(stretch) if told[0].end >= since)


@dataclass(frozen=True, slots=True, eq=False)
class _Stretch:
    """A time for which the camera does not move, and samples of it."""

    interval: Interval
    samples: list[Picture]


def _chunks(video: Video) -> Iterator[Interval]:
    """Cuts a video at every tenth minute of its clock; where no frame begins, nothing moves."""
    whole = Interval(video.info.pictured.start, video.info.interval.end)
    begun = (at for at in video.frame_times() if whole.start <= at < whole.end)
    for number in sorted({int(at // _CHUNK_SECONDS) for at in begun}):
        start, end = number * _CHUNK_SECONDS, (number + 1) * _CHUNK_SECONDS
        yield Interval(max(whole.start, start), min(whole.end, end))


def _stretches(video: Video, chunk: Interval) -> Iterator[_Stretch]:
    """Samples a chunk and cuts it where the view becomes another one."""
    samples: list[Picture] = []
    for picture in _samples(video, _plan_samples(video, chunk)):
        if samples and _changed_share(samples[-1], picture) > _OTHER_VIEW_SHARE:
            yield _Stretch(Interval(samples[0].at_seconds, picture.at_seconds), samples)
            samples = []
        samples.append(picture)
    if samples:
        last = samples[-1].at_seconds
        end = chunk.end if video.damage is None else last
        yield _Stretch(Interval(samples[0].at_seconds, max(end, last)), samples)


def _changed_share(first: Picture, second: Picture) -> float:
    return float(changed_pixels(first.rgb, second.rgb).mean())


def _plan_samples(video: Video, chunk: Interval) -> list[Span]:
    """Gives what to sample of a chunk, judged by its keyframes.

    Nothing is sampled where one view follows on another from keyframe to keyframe, as in edited
    film and from a moving camera, unless the view is static right before or after; and nothing at
    all where keyframes are close and none of them comes back, as then nobody comes and goes.
    """
    seen = list(keyframes(video, chunk))
    if not seen:
        return [Span(chunk, "fast")]
    edges = [chunk.start, *(picture.at_seconds for picture in seen[1:]), chunk.end]
    gaps = [Interval(start, end) for start, end in itertools.pairwise(edges) if start < end]
    close = max(gap.duration for gap in gaps) <= _TRUSTED_GAP_SECONDS
    if close and not comes_back(seen):
        return []
    shares = [_changed_share(one, two) for one, two in itertools.pairwise(seen)]
    shares += [_OTHER_VIEW_SHARE] * (len(gaps) - len(shares))
    static = [share <= _OTHER_VIEW_SHARE for share in shares]
    return [
        Span(gap, _mode(gap, share))
        for index, (gap, share) in enumerate(zip(gaps, shares, strict=True))
        if any(static[max(0, index - 1) : index + 2])
    ]


def _mode(gap: Interval, changed_share: float) -> DecodeMode:
    """Says how to sample between two keyframes."""
    still = changed_share < _STILL_SHARE and gap.duration <= _TRUSTED_GAP_SECONDS
    return "key" if still else "fast"


def _samples(video: Video, spans: Sequence[Span]) -> Iterator[Picture]:
    """Gives at most one picture in half a second."""
    last_tick = -1
    for span in joined(spans):
        source = pictures(video, [span]) if span.mode == "key" else _on_grid(video, span)
        for picture in source:
            tick = int(picture.at_seconds * _HERTZ)
            if tick > last_tick:
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


def _describe(stretch: _Stretch) -> list[tuple[Interval, str]]:
    """Gives what happens in a stretch in order of their ends; none where nobody comes or goes."""
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


def _in_turn(stays: Sequence[Stay], within: Interval) -> Iterator[tuple[Interval, str]]:
    """Gives the stays and the empty times between them."""
    empty_since, arrivals = within.start, 0
    for stay in stays:
        yield from _empty(empty_since, stay.interval.start)
        arrivals += stay.arrives
        yield stay.interval, _stay_sentences(stay, arrivals)
        empty_since = stay.interval.end
    yield from _empty(empty_since, within.end)


def _empty(start_seconds: float, end_seconds: float) -> Iterator[tuple[Interval, str]]:
    if end_seconds - start_seconds >= _MIN_EMPTY_SECONDS:
        interval = Interval(start_seconds, end_seconds)
        yield (interval, "The scene is empty and still: nobody is in view.")


def _stay_sentences(stay: Stay, arrival: int) -> str:
    side = f" from the {stay.entered_from}" if stay.entered_from else ""
    comes = (
        f"Somebody or something arrives{side} (arrival {arrival})."
        if stay.arrives
        else "Somebody or something is in view as this stretch begins."
    )
    side = f" to the {stay.left_to}" if stay.left_to else ""
    goes = (
        f"It stays in view, then leaves{side}."
        if stay.leaves
        else "It is still in view as this stretch ends."
    )
    return f"{comes} {goes}"


def _summary(stays: Sequence[Stay], within: Interval) -> tuple[Interval, str]:
    arrivals = sum(stay.arrives for stay in stays)
    times = {0: "never", 1: "once", 2: "twice"}.get(arrivals, f"{arrivals} separate times")
    return within, f"In this stretch somebody or something arrives {times}."
