"""What every decoder is given, and what it gives: the protocol `Video`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import TracebackType
from typing import Literal, Protocol, Self, get_args

from foretell.errors import VideoError
from foretell.types import Frame, Interval, Sound, VideoInfo

DecodeMode = Literal["key", "fast", "exact"]
VideoBackend = Literal["pyav", "decord"]


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """What a file may cost before it is refused.

    Attributes:
        max_pixels: Largest width x height, checked before a frame is decoded.
        stall_seconds: Longest time that decoding may go without giving a frame.
        memory_bytes: Address space of the process that decodes, where it has one of its own.
    """

    max_pixels: int = 8192 * 4320
    stall_seconds: float = 60.0
    memory_bytes: int = 4 << 30


DEFAULT_LIMITS = DecodeLimits()


@dataclass(frozen=True, slots=True)
class Opening:
    """What a decoder needs to know to open a file."""

    path: str
    content_hash: str
    backend: VideoBackend
    limits: DecodeLimits


@dataclass(frozen=True, slots=True)
class FrameRequest:
    """The arguments of `Video.frames`, found to make sense."""

    times_seconds: tuple[float, ...] | None
    mode: DecodeMode
    size: tuple[int, int] | None
    within: Interval | None


def frame_request(
    limits: DecodeLimits,
    times_seconds: Sequence[float] | None,
    mode: DecodeMode,
    size: tuple[int, int] | None,
    within: Interval | None,
) -> FrameRequest:
    """Checks the arguments of `Video.frames`.

    Raises:
        VideoError: If times are not finite and ascending, or come with `within`, if the mode is
            unknown, or if the size is not positive or past the limit.
    """
    if mode not in get_args(DecodeMode):
        raise VideoError(f"mode is {mode!r}; give one of {', '.join(get_args(DecodeMode))}")
    if size is not None and not (min(size) > 0 and size[0] * size[1] <= limits.max_pixels):
        raise VideoError(
            f"size is {size!r}; give a positive width and height of together at most "
            f"{limits.max_pixels} pixels"
        )
    if times_seconds is None:
        return FrameRequest(None, mode, size, within)
    if within is not None:
        raise VideoError("give times_seconds or within, not both")
    times = tuple(float(time) for time in times_seconds)
    if not all(map(math.isfinite, times)):
        raise VideoError("times_seconds must be finite numbers of seconds")
    for earlier, later in pairwise(times):
        if later < earlier:
            raise VideoError(f"times_seconds must ascend, but {later!r} follows {earlier!r}")
    return FrameRequest(times, mode, size, within)


class Video(Protocol):
    """An open video file; a context manager. One implementation per decoder."""

    @property
    def info(self) -> VideoInfo:
        """What the file is."""
        ...

    @property
    def damage(self) -> str | None:
        """A sentence on how far decoding got in a file that broke half-way, else None."""
        ...

    def frames(
        self,
        times_seconds: Sequence[float] | None = None,
        *,
        mode: DecodeMode = "exact",
        size: tuple[int, int] | None = None,
        within: Interval | None = None,
    ) -> Iterator[Frame]:
        """Gives frames in order of time, one in memory at a time.

        Any number of these iterators may be under way at once. Where a file breaks half-way, the
        frames up to there are given, and `damage` says how far that is. Where it is damaged in the
        middle, a frame that is given for a time past its `lost_from_seconds` is an old one.

        Args:
            times_seconds: Ascending times; each gives the frame on show then, the first frame
                before it and the last after it, the same object where two times share one. None
                gives every frame that `mode` decodes.
            mode: "key" decodes keyframes only, "fast" leaves out frames that no other frame needs,
                "exact" decodes all.
            size: (width, height) to resize to while decoding; None keeps the displayed size.
            within: With `times_seconds` None, gives only frames shown in this interval.

        Raises:
            VideoError: If nothing can be decoded, times are not ascending, or a limit is passed.
        """
        ...

    def frame_times(self) -> list[float]:
        """Gives each frame's presentation time in seconds, ascending, without decoding."""
        ...

    def subtitles(self) -> Iterator[tuple[int, Interval, str]]:
        """Gives (track index, when, lines) of each cue of the text subtitle tracks."""
        ...

    def sounds(self) -> Iterator[Sound]:
        """Gives the best sound track in pieces of about a second, in order; none without one."""
        ...

    def close(self) -> None:
        """Lets go of the file and of any process that decodes it."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
