"""Rules that every imported text with a time obeys, and how it fits a video."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from foretell.errors import DatasetError
from foretell.patterns import LazyPattern
from foretell.tools.texts.annotation_file import Node
from foretell.tools.texts.narration_grammar import readable_narration
from foretell.tools.texts.time_words import clock_seconds
from foretell.types import Event, Interval, VideoInfo

_log = logging.getLogger(__name__)
_CLOCK = LazyPattern(r"(?:(\d{1,6}):)?(\d{1,2}):([0-5]?\d(?:[.,]\d+)?)")
_NUMBER = LazyPattern(r"(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*s?")
_ALLOWED = "give seconds from 0, as 12.5 or '12.5s', or '[HH:]MM:SS.mmm'"


def _readable(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("give a text")
    return readable_narration(value)


def parse_seconds(value: object) -> float:
    """Gives a time in seconds from a number, "12.5", "12.5s", "MM:SS" or "HH:MM:SS.mmm".

    A comma may stand for the decimal point of a clock time.

    Raises:
        ValueError: If it is none of these, negative or not finite.
    """
    seconds = _clock(value) if isinstance(value, str) else _number(value)
    if not (math.isfinite(seconds) and seconds >= 0.0):
        raise ValueError(_ALLOWED)
    return seconds


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(_ALLOWED)
    try:
        return float(value)
    except OverflowError as error:
        raise ValueError(_ALLOWED) from error


def _clock(text: str) -> float:
    if number := _NUMBER.fullmatch(text.strip()):
        return float(number[1])
    clock = _CLOCK.fullmatch(text.strip())
    if clock is None or (clock[1] and int(clock[2]) > 59):
        raise ValueError(_ALLOWED)
    return clock_seconds(clock[0].replace(",", "."))


Seconds = Annotated[float, BeforeValidator(parse_seconds)]
Text = Annotated[str, BeforeValidator(_readable)]


def interval_at(node: Node, start_seconds: float, end_seconds: float) -> Interval:
    """Gives the interval that `node` states.

    Raises:
        DatasetError: If it ends before it starts; names the place of `node`.
    """
    try:
        return Interval(start_seconds, end_seconds)
    except ValueError as error:
        raise node.error(f"{error}; give the earlier time first") from error


def fit_to_video(events: Iterable[Event], video: VideoInfo, path: Path) -> list[Event]:
    """Gives the events in order of time, cut to the video, without those outside it.

    Events without text are left out too. How many lay outside is logged as a warning.

    Raises:
        DatasetError: If all events with a text lie outside the video.
    """
    written = [event for event in events if event.text]
    fitting = within_video(written, video)
    outside = len(written) - len(fitting)
    if outside and not fitting:
        raise DatasetError(
            f"{path}: all {outside} texts lie outside the video, the first at "
            f"{written[0].interval}, the video at {video.interval}; "
            f"give the file that belongs to {video.name!r}"
        )
    if outside:
        _log.warning("%s: left out %d texts outside %s", path, outside, video.name)
    return fitting


def within_video(events: Iterable[Event], video: VideoInfo) -> list[Event]:
    """Gives the events in order of time, cut to the video, without those outside it."""
    whole = video.interval
    inside = (event for event in events if event.interval.overlaps(whole))
    cut = (
        replace(
            event,
            interval=Interval(
                max(event.interval.start, whole.start), min(event.interval.end, whole.end)
            ),
        )
        for event in inside
    )
    return sorted(cut, key=lambda event: event.interval)


def ending_since(since_seconds: float | None, events: Iterable[Event]) -> Iterator[Event]:
    """Gives the events in order of their ends, only those that end then or later."""
    for event in sorted(events, key=lambda event: (event.interval.end, event.interval.start)):
        if since_seconds is None or event.interval.end >= since_seconds:
            yield event
