"""Decides in which unit a file counts its times: by their names, their writing, or the video.

A bare number under a name such as "start" is seconds, unless it cannot be: all numbers are whole,
some lie outside the video, and as milliseconds or as frames all lie in it and last as long as
texts do. Whisper's .tsv counts milliseconds so, without saying it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import Annotated, Literal, cast

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field, model_validator

from foretell.errors import DatasetError
from foretell.patterns import LazyPattern
from foretell.tools.texts.annotation_file import Node
from foretell.tools.texts.timed_text import interval_at, parse_seconds
from foretell.types import Interval, VideoInfo

FrameTimes = Callable[[], Sequence[float]]
Unit = Literal["seconds", "milliseconds", "frames"]

SLACK_SECONDS = 3.0
SLACK_SHARE = 0.05
"""By how much texts of a whole video may miss its end: LLoVi's real files fall short by up to a
few seconds."""
_SHORTEST_SECONDS = 0.4
_LONGEST_SECONDS = 60.0
"""How long the median text of a file may last in a unit that only the video's length speaks for: a
word takes about 0.4 s to say, and nobody describes a minute in one text."""
_BARE = LazyPattern(r"\s*\d+(?:\.\d+)?\s*")
_MILLISECONDS = LazyPattern(r"\s*(\d+(?:\.\d+)?)\s*ms\s*")
_STARTS: Mapping[str, Unit | None] = MappingProxyType(
    {
        "start": None,
        "start_time": None,
        "start_timestamp": None,
        "start_sec": "seconds",
        "start_seconds": "seconds",
        "start_ms": "milliseconds",
        "start_frame": "frames",
    }
)
_ENDS: Mapping[str, Unit | None] = MappingProxyType(
    {
        "end": None,
        "end_time": None,
        "stop_timestamp": None,
        "end_sec": "seconds",
        "end_seconds": "seconds",
        "end_ms": "milliseconds",
        "end_frame": "frames",
        "stop_frame": "frames",
    }
)
STARTS = tuple(_STARTS)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)  # without slots, for the cached property
class Footage:
    """What is known of the video that a file tells of.

    Attributes:
        name: The video's name.
        interval: From its first frame to the end of its last, in seconds; None where nobody says.
        frame_times: Gives the time of each of its frames in seconds, ascending; None where there
            is no file to ask. It is called only where frames may be meant.
    """

    name: str
    interval: Interval | None = None
    frame_times: FrameTimes | None = None

    @classmethod
    def of(cls, video: VideoInfo, frame_times: FrameTimes | None = None) -> Footage:
        """Gives what is known of an opened video."""
        return cls(video.name, video.interval, frame_times)

    @property
    def slack_seconds(self) -> float:
        """By how much texts of the whole video may miss its end."""
        length = self.interval.duration if self.interval else 0.0
        return max(SLACK_SECONDS, SLACK_SHARE * length)

    @cached_property
    def borders(self) -> Sequence[float]:
        """When each frame begins and when the last one ends, in seconds; empty if not known."""
        if self.interval is None or self.frame_times is None:
            return ()
        return (*self.frame_times(), self.interval.end)


@dataclass(frozen=True, slots=True)
class Time:
    """A time as it is written.

    Attributes:
        value: The number, in seconds where `unit` is None and it is no bare number.
        unit: What it counts, where its writing says so; None for a bare number.
    """

    value: float
    unit: Unit | None


def read_time(value: object) -> Time:
    """Gives what a file writes: a bare number, "12.5s", "250 ms" or a clock time.

    Raises:
        ValueError: If it is none of these, negative or not finite.
    """
    if isinstance(value, str) and (found := _MILLISECONDS.fullmatch(value)):
        return Time(float(found[1]), "milliseconds")
    seconds = parse_seconds(value)
    is_bare = _BARE.fullmatch(value) if isinstance(value, str) else True
    return Time(seconds, None if is_bare else "seconds")


WrittenTime = Annotated[Time, BeforeValidator(read_time)]
"""A field that `read_time` reads."""


class _Span(BaseModel):
    start: WrittenTime = Field(validation_alias=AliasChoices(*_STARTS))
    end: WrittenTime = Field(validation_alias=AliasChoices(*_ENDS))

    @model_validator(mode="before")
    @classmethod
    def _spread_segment(cls, row: dict[str, object]) -> dict[str, object]:
        if "segment" not in row:
            return row
        segment = row["segment"]
        if not isinstance(segment, list) or len(cast(list[object], segment)) != 2:
            raise ValueError(f"field 'segment' is {segment!r}; give [start, end]")
        start, end = cast(list[object], segment)
        return {**row, "start": start, "end": end}


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A start and an end as they are written, with the place that an error names."""

    place: Node
    start: Time
    end: Time


def read_span(row: Node) -> TimeSpan:
    """Gives the span of a row with a start and an end, or a 'segment' of both.

    Raises:
        DatasetError: If a time is missing or cannot be read; names file, place and field.
    """
    span = row.parse(_Span)
    if "segment" in row.fields():
        return TimeSpan(row, span.start, span.end)
    return TimeSpan(row, named_unit(row, span.start, _STARTS), named_unit(row, span.end, _ENDS))


def named_unit(row: Node, time: Time, names: Mapping[str, Unit | None]) -> Time:
    """Gives a bare number the unit that its field's name says.

    Args:
        row: Where it stands.
        time: What is written there.
        names: The fields that it may stand in, the first that `row` has counts, and what each says.
    """
    name = next(name for name in names if name in row.fields())
    return Time(time.value, time.unit or names[name])


def interval_of(span: TimeSpan, bare: Unit, footage: Footage) -> Interval:
    """Gives the interval of a span in seconds.

    Args:
        span: The span as it is written.
        bare: What its bare numbers count.
        footage: The video, for frames.

    Raises:
        DatasetError: If it ends before it starts, or names a frame that the video does not have.
    """
    units = {time.unit or bare for time in (span.start, span.end)}
    if units == {"frames"}:
        return frames_at(span.place, span.start.value, span.end.value, footage)
    if "frames" in units:
        raise span.place.error("one end counts frames and the other does not; count both alike")
    start, end = (_seconds(time, bare) for time in (span.start, span.end))
    return interval_at(span.place, start, end)


def _seconds(time: Time, bare: Unit) -> float:
    return time.value / 1000.0 if (time.unit or bare) == "milliseconds" else time.value


def frames_at(place: Node, first: float, after: float, footage: Footage) -> Interval:
    """Gives the time from one frame to another, of which the second is the first one after.

    Raises:
        DatasetError: If the video does not have them, or its frames are not known.
    """
    borders = footage.borders
    if not borders:
        raise place.error(
            f"counts frames, and those of {footage.name!r} are not known here; give seconds"
        )
    if not (first.is_integer() and after.is_integer() and first < after < len(borders)):
        raise place.error(
            f"frames {first:g} to {after:g} are not in {footage.name!r}, which has frames 0 to "
            f"{len(borders) - 1}; give the captions of this very file"
        )
    return Interval(borders[int(first)], borders[int(after)])


def unit_of_rows(times: Sequence[tuple[Time, Time]], footage: Footage, path: Path) -> Unit:
    """Decides what the bare numbers of a file's rows count.

    Whatever is not seconds, and is not named so, is told in a warning.

    Args:
        times: Start and end of each row.
        footage: The video.
        path: The file.

    Raises:
        DatasetError: If they may count several things.
    """
    whole, numbers = footage.interval, [(start.value, end.value) for start, end in times]
    if whole is None or not _are_bare_and_whole(times):
        return "seconds"
    latest = max((end for _, end in numbers), default=0.0)
    if latest <= whole.end + footage.slack_seconds:
        return "seconds"
    readings: dict[Unit, list[tuple[float, float]]] = {
        "milliseconds": [(start / 1000.0, end / 1000.0) for start, end in numbers],
        "frames": _as_frames(numbers, footage),
    }
    likely: list[Unit] = [
        unit for unit, read in readings.items() if _is_likely(read, whole, footage)
    ]
    told = f"times up to {latest:g} cannot be seconds of {footage.name!r}, which ends at "
    if len(likely) > 1:
        raise DatasetError(
            f"{path}: {told}{whole.end:.1f} s, and may be milliseconds or frames of it; name the "
            "columns start_ms and end_ms, or start_frame and end_frame"
        )
    if likely:
        _log.warning("%s: %s%.1f s, and were read as %s", path, told, whole.end, likely[0])
        return likely[0]
    beyond = sum(start >= whole.end for start, _ in numbers)
    if len(numbers) // 2 < beyond < len(numbers):
        raise DatasetError(
            f"{path}: {beyond} of {len(numbers)} texts begin after {footage.name!r} ends, at "
            f"{whole.end:.1f} s; give the file that belongs to it, or name what the columns "
            "count, as start_ms and end_ms"
        )
    return "seconds"


def _are_bare_and_whole(times: Sequence[tuple[Time, Time]]) -> bool:
    return all(time.unit is None and time.value.is_integer() for pair in times for time in pair)


def _as_frames(
    numbers: Sequence[tuple[float, float]], footage: Footage
) -> list[tuple[float, float]]:
    """Gives when frames are; nothing where some are not there, or they stop before the end.

    Frames that stop early may be counted at another rate than the video's.
    """
    borders = footage.borders
    latest = max(end for _, end in numbers)
    if latest >= len(borders) or borders[-1] - borders[int(latest)] > footage.slack_seconds:
        return []
    return [(borders[int(start)], borders[int(end)]) for start, end in numbers if start <= end]


def _is_likely(read: Sequence[tuple[float, float]], whole: Interval, footage: Footage) -> bool:
    """Whether texts that are read so lie in the video, and last as long as texts do."""
    if not read or max(end for _, end in read) > whole.end + footage.slack_seconds:
        return False
    lengths = median(end - start for start, end in read)
    return _SHORTEST_SECONDS <= lengths <= _LONGEST_SECONDS


def unit_of_whole(spans: Sequence[TimeSpan], footage: Footage, path: Path) -> Unit:
    """Decides what spans that tell of a whole video count: frames, seconds or milliseconds.

    VideoAgent's keys count frames and DeepVideoDiscovery's seconds, both as "0_9". What makes them
    end where the video ends is right.

    Raises:
        DatasetError: If nothing does.
    """
    if not _are_bare_and_whole([(span.start, span.end) for span in spans]):
        return "seconds"
    if footage.interval is None:
        raise DatasetError(
            f"{path}, {spans[0].place.place}: such keys count frames or seconds, and the length of "
            f"{footage.name!r}, which would tell, is not known; write them as '0s_9s'"
        )
    latest = max(span.end.value for span in spans)
    borders, video_end = footage.borders, footage.interval.end
    slack = min(footage.slack_seconds, footage.interval.duration / 2)
    ends: dict[Unit, float] = {"seconds": latest, "milliseconds": latest / 1000.0}
    if latest < len(borders):
        ends = {"frames": borders[int(latest)], **ends}
    for unit, end in ends.items():
        if abs(end - video_end) <= slack:
            return unit
    if latest >= len(borders) > 0:
        return "frames"
    shown = ", ".join(f"{end:.1f} s as {unit}" for unit, end in ends.items())
    raise DatasetError(
        f"{path}: the keys end at {latest:g}, which is {shown}, and {footage.name!r} ends at "
        f"{video_end:.1f} s; give the captions of this very file, or write seconds as '0s_9s'"
    )


def point_seconds(points: Sequence[tuple[Node, Time]], footage: Footage, path: Path) -> list[float]:
    """Gives points in time in seconds; each is taken to last until the next to decide their unit.

    Raises:
        DatasetError: If the video does not have a frame, or the numbers may count several things.
    """
    ordered = sorted((time for _, time in points), key=lambda time: time.value)
    unit = unit_of_rows(list(pairwise(ordered)) or [(ordered[0], ordered[0])], footage, path)
    if unit == "frames":
        return [frames_at(row, time.value, time.value + 1.0, footage).start for row, time in points]
    return [_seconds(time, unit) for _, time in points]
