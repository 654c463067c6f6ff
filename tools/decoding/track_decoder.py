"""Decodes a video track, once through or from keyframe to keyframe, and outlives bad packets.

Of the frames decoded, it gives those that are on show at given times.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from foretell.tools.decoding.clock import Clock
from foretell.tools.decoding.interface import DecodeMode, Opening
from foretell.tools.decoding.pyav_backend import Source
from foretell.tools.decoding.video_file import stalled
from foretell.types import Interval

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.frame import VideoFrame


SEEK_GAIN_SECONDS: dict[DecodeMode, float] = {"key": 20.0, "fast": 1.5, "exact": 1.5}
FIRST_STRIDE_SECONDS = 10.0
"""Seconds skipped first where packets cannot be decoded; doubled while that goes on."""
STALE_SECONDS = 1.0
"""Seconds that a frame stays on show where those after it are missing."""
Picture = TypeVar("Picture", covariant=True)


class Decoding:
    """One pass over a video track, decoded one frame ahead; see `DecodedFrames`.

    Attributes:
        source: The file.
        bad_packets: How many packets could not be read or decoded.
        reason: FFmpeg's words on the first of them.
        reached_seconds: When the latest frame is first shown.

    Raises:
        VideoError: If the file is not a video, or no frame comes for too long.
    """

    def __init__(
        self,
        opening: Opening,
        clock: Clock,
        mode: DecodeMode,
        on_progress: Callable[[], None],
    ) -> None:
        self._opening = opening
        self._clock = clock
        self._mode: DecodeMode = mode
        self._on_progress = on_progress
        self._stride_seconds = FIRST_STRIDE_SECONDS
        self._first_seconds = math.inf
        self.bad_packets = 0
        self.reason = ""
        self.reached_seconds = 0.0
        self._start_over()
        self._can_seek = self.source.can_seek

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.source.close()

    def _start_over(self) -> None:
        self.source = Source(self._opening, self._clock)
        self.source.prepare(self._mode)
        self._decode_from_here()

    def _decode_from_here(self) -> None:
        self._decoded = self.source.decode()
        self._ahead: deque[tuple[float, VideoFrame]] = deque()
        self._last_ticks: int | None = None
        self._missing = MissingFrames()
        self._lost_from: deque[float] = deque()
        self._bad_in_a_row = 0
        self._ended = False

    def peek(self) -> tuple[float, VideoFrame] | None:
        """Gives (seconds, frame) of the next frame without taking it, None after the last."""
        if not self._ahead:
            self._decode_on()
        return self._ahead[0] if self._ahead else None

    def take(self) -> tuple[float, VideoFrame] | None:
        """Gives (seconds, frame) of the next frame and moves past it, None after the last."""
        ahead = self.peek()
        if ahead is not None:
            self._ahead.popleft()
        return ahead

    def lost_after(self, seconds: float) -> float:
        """Gives from when on frames are missing behind the one that begins at `seconds`.

        Infinity where none is, as far as it is decoded by now. Frames that are missing for less
        than a second are not told, but at the end.
        """
        while self._lost_from and self._lost_from[0] <= seconds:
            self._lost_from.popleft()
        return self._lost_from[0] if self._lost_from else math.inf

    def _decode_on(self) -> None:
        stall_seconds = self._opening.limits.stall_seconds
        deadline = time.monotonic() + stall_seconds
        while not self._ahead and not self._ended:
            self._decode_packet()
            if not self._ahead and time.monotonic() > deadline:
                raise stalled(self._opening.path, stall_seconds)
        self._on_progress()

    def _decode_packet(self) -> None:
        packet, frames = next(self._decoded, (None, None))
        if packet is not None and self._mode == "exact":
            self._expect_frame_of(packet)
        if isinstance(frames, str):
            self.bad_packets += 1
            self._bad_in_a_row += 1
            self.reason = self.reason or frames
        elif frames is None:
            self._ended = True
        else:
            self._bad_in_a_row = 0 if frames else self._bad_in_a_row
            self._ahead.extend((self._shown_from(frame), frame) for frame in frames)
        if self._ended:
            self._note_lost(self._first_missing_at_end())

    def _expect_frame_of(self, packet: Packet[Any]) -> None:
        ticks = packet.pts if packet.pts is not None else packet.dts
        if ticks is not None and packet.size and not packet.is_discard:
            self._missing.expect(ticks)

    def _first_missing_at_end(self) -> int | None:
        """Gives where frames are missing behind the last one; just behind it if none can tell."""
        first = self._missing.first()
        if first is None and self._bad_in_a_row and self._last_ticks is not None:
            return self._last_ticks + 1
        return first

    def _shown_from(self, frame: VideoFrame) -> float:
        """Gives when a frame is first shown; H.264 in AVI is numbered out of order."""
        ticks = frame.pts if frame.pts is not None else frame.dts
        if self._last_ticks is not None and (ticks is None or ticks <= self._last_ticks):
            ticks = self._last_ticks + 1
        self._last_ticks = ticks or 0
        seconds = self.source.seconds(self._last_ticks)
        self._note_lost(self._missing.take(self._last_ticks), seconds)
        self.reached_seconds = max(self.reached_seconds, seconds)
        self._first_seconds = min(self._first_seconds, seconds)
        return seconds

    def _note_lost(self, ticks: int | None, next_seconds: float = math.inf) -> None:
        """Notes from when on frames are missing, unless it is but for a moment.

        Some packets of a good file give no frame, so that only those of a damaged one count.
        """
        if ticks is None or not self.bad_packets:
            return
        from_seconds = self.source.seconds(ticks)
        if next_seconds - from_seconds > STALE_SECONDS:
            self._lost_from.append(from_seconds)

    def skip_towards(self, seconds: float) -> bool:
        """Moves to a frame at or before `seconds` where that is quicker than decoding on."""
        ahead = self.peek()
        if ahead is None or not self._gains_by_seeking(ahead[0], seconds):
            return False
        back_seconds = 0.0
        while not self._lands_before(seconds, back_seconds):
            back_seconds = 2.0 * back_seconds + 1.0
        landed = self.peek()
        if landed is None or landed[0] <= ahead[0]:
            self._stride_seconds = 2.0 * (seconds - ahead[0])
        return True

    def _gains_by_seeking(self, position_seconds: float, seconds: float) -> bool:
        """Says whether a keyframe lies well ahead; without a full index, tries where it is far."""
        gain_seconds = SEEK_GAIN_SECONDS[self._mode]
        if not self._can_seek or seconds - position_seconds < gain_seconds:
            return False
        keyframe_seconds = self.source.keyframe_before(seconds)
        if keyframe_seconds is None:
            return seconds - position_seconds > max(gain_seconds, self._stride_seconds)
        return keyframe_seconds - position_seconds > gain_seconds

    def _lands_before(self, seconds: float, back_seconds: float) -> bool:
        """Seeks further back than `seconds`; says whether the frame found is not after it.

        Where that leads before the first frame, or the file cannot be sought in, starts over.
        """
        target_seconds = seconds - back_seconds
        self._can_seek = self._can_seek and self.source.seek(target_seconds)
        if target_seconds <= self._first_seconds or not self._can_seek:
            self.source.close()
            self._start_over()
            return True
        self._decode_from_here()
        landed = self.peek()
        return landed is not None and landed[0] <= seconds


class MissingFrames:
    """Compares the timestamps of packets with those of the frames that come of them.

    A decoder gives frames in order of time. Once it gives one, an earlier one that has not come
    will never come, however late the decoder says that a packet was bad.
    """

    def __init__(self) -> None:
        self._latest: int | None = None
        self._awaited: list[int] = []

    def expect(self, ticks: int) -> None:
        """Notes that a packet with this timestamp was given to the decoder."""
        self._awaited.append(ticks)

    def take(self, ticks: int) -> int | None:
        """Takes the next frame; gives the first one missing since that before it, or None."""
        missing = self.first(before=ticks)
        self._latest = ticks
        self._awaited = [awaited for awaited in self._awaited if awaited > ticks]
        return missing

    def first(self, before: int | None = None) -> int | None:
        """Gives the first frame behind the latest that has not come, or None."""
        if self._latest is None:
            return None
        missing = [
            ticks
            for ticks in self._awaited
            if ticks > self._latest and (before is None or ticks < before)
        ]
        return min(missing, default=None)


class DecodedFrames(Protocol[Picture]):
    """Frames of one video in order of time, decoded one ahead."""

    def peek(self) -> tuple[float, Picture] | None:
        """Gives (seconds, picture) of the next frame without taking it, None after the last."""
        ...

    def take(self) -> tuple[float, Picture] | None:
        """Gives (seconds, picture) of the next frame and moves past it, None after the last."""
        ...

    def lost_after(self, seconds: float) -> float:
        """Gives from when on frames are missing behind the one that begins at `seconds`.

        Infinity where none is, as far as it is decoded by now.
        """
        ...

    def skip_towards(self, seconds: float) -> bool:
        """Moves to a frame at or before `seconds` where that is quicker than decoding on.

        Returns:
            Whether it moved, so that the next frame does not follow the one taken last.
        """
        ...


def on_show_at(
    decoded: DecodedFrames[Picture], times_seconds: Sequence[float]
) -> Iterator[tuple[float, Picture]]:
    """Gives the frame on show at each of the ascending times, the same object for one frame.

    That is the last frame that begins at or before the time, the first frame where there is none.
    Where frames are missing at the end, times more than a second later are left out.
    """
    shown: tuple[float, Picture] | None = None
    for wanted in times_seconds:
        if decoded.skip_towards(wanted):
            shown = None
        while (ahead := decoded.peek()) is not None and (shown is None or ahead[0] <= wanted):
            shown = decoded.take()
        if shown is None:
            return
        if ahead is None and wanted > decoded.lost_after(shown[0]) + STALE_SECONDS:
            return
        yield shown


def on_show_within(
    decoded: DecodedFrames[Picture], within: Interval
) -> Iterator[tuple[float, Picture]]:
    """Gives the frames on show at any time in `within`; at its one instant if it has no length."""
    decoded.skip_towards(within.start)
    shown = decoded.take()
    while shown is not None and (shown[0] < within.end or shown[0] <= within.start):
        ahead = decoded.peek()
        if ahead is None or ahead[0] > within.start:
            yield shown
        shown = decoded.take()
