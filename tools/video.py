"""Opens a video and gives its frames at times in seconds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Protocol, Self

from foretell.types import Frame, Interval, VideoInfo

DecodeMode = Literal["key", "fast", "exact"]


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

        Args:
            times_seconds: Ascending times; each gives the frame on show then, the first frame
                before it and the last after it. None gives every frame that `mode` decodes.
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
        """Gives (track index, when, text) of each cue of the embedded text subtitle tracks."""
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
