"""Chooses, from frames as they are decoded, those that are on show at given times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

from foretell.types import Interval

STALE_SECONDS = 1.0

Picture = TypeVar("Picture", covariant=True)


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
    for time in times_seconds:
        if decoded.skip_towards(time):
            shown = None
        while (ahead := decoded.peek()) is not None and (shown is None or ahead[0] <= time):
            shown = decoded.take()
        if shown is None:
            return
        if ahead is None and time > decoded.lost_after(shown[0]) + STALE_SECONDS:
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
