"""Finds which frames are missing among those that a decoder gives, by the packets it was given."""

from __future__ import annotations


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
