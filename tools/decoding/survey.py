"""Reads the times of all packets of a file once: its clock, when its frames are shown, its ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, cast

import numpy as np

from foretell.tools.decoding.clock import Clock, Packets, clock_of
from foretell.tools.decoding.interface import Opening
from foretell.tools.decoding.pyav_backend import Source
from foretell.types import Interval

if TYPE_CHECKING:
    from fractions import Fraction

    from av.stream import Stream
    from numpy.typing import NDArray

    from foretell.tools.decoding.clock import TrackKind

SHORT_SECONDS = 1.0
"""Seconds by which a container may round its length up."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What the packets of a file tell of time, on the clock of the video.

    Attributes:
        clock: By how much they are moved.
        frame_times: When each frame of the best video track is shown, in seconds, ascending.
        pictures_end_seconds: When the last of them is over.
        sound: When the best sound track is heard; None without one.
        cut_off: A sentence where the file says that it goes on behind its last packet.
    """

    clock: Clock
    frame_times: tuple[float, ...]
    pictures_end_seconds: float
    sound: Interval | None
    cut_off: str | None


def survey(opening: Opening, on_progress: Callable[[], None]) -> Survey:
    """Reads through a file, without decoding it.

    Raises:
        VideoError: If the file is not a video, or reading it stalls.
    """
    with Source(opening) as source:
        columns = _Columns.of(source, on_progress)
        clock = clock_of(
            columns.packets(),
            leaps=source.may_leap,
            origin_seconds=source.origin_seconds,
        )
        starts, ends = columns.shown(clock, source)
        pictures = columns.meant & (columns.track == source.stream.index)
        heard = source.container.streams.best("audio")
        sound = columns.meant & (columns.track == (-1 if heard is None else heard.index))
        latest = float(ends[columns.meant & ~columns.is_cue].max(initial=0.0))
        return Survey(
            clock,
            tuple(np.sort(starts[pictures]).tolist()),
            float(ends[pictures].max(initial=0.0)),
            _covered(starts[sound], ends[sound]),
            None if clock.note else _cut_off(latest, source.declared_end_seconds()),
        )


def _covered(starts: NDArray[np.float64], ends: NDArray[np.float64]) -> Interval | None:
    """Gives the time from 0 on that packets cover; what encoders write before it is not heard."""
    if not len(starts) or ends.max() <= 0.0:
        return None
    return Interval(max(0.0, float(starts.min())), float(ends.max()))


def _cut_off(end: float, declared: float | None) -> str | None:
    if declared is None or declared <= end + SHORT_SECONDS:
        return None
    return f"the file ends at {end:.1f} s though it says {declared:.1f} s; it may have been cut off"


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    """The packets of a file that tell a time, in the order of the file.

    Attributes:
        track: (N,) the number of the track of each.
        decoded: (N,) when it is decoded, in ticks of its track.
        presented: (N,) when it is shown, the same.
        lasts: (N,) how long it is shown, the same.
        meant: (N,) whether it is to be shown at all.
        guessed: (N,) whether the file says but when it is shown.
        streams: The tracks.
    """

    track: NDArray[np.int64]
    decoded: NDArray[np.int64]
    presented: NDArray[np.int64]
    lasts: NDArray[np.int64]
    meant: NDArray[np.bool_]
    guessed: NDArray[np.bool_]
    streams: Sequence[Stream]

    @classmethod
    def of(cls, source: Source, on_progress: Callable[[], None]) -> Self:
        """Demuxes all tracks of pictures, sound and text, up to where reading breaks off."""
        streams = source.container.streams
        read = [*streams.video, *streams.audio, *source.text_tracks()]
        rows: list[tuple[int, int, int, int, bool, bool]] = []
        for packet in source.packets(read):
            on_progress()
            if isinstance(packet, str):
                break
            if (times := source.times(packet)) is not None:
                meant, guessed = not packet.is_discard, packet.dts is None
                rows.append((packet.stream_index, *times, meant, guessed))
        table = np.array(rows, np.int64).reshape(-1, 6).T
        track, decoded, presented, lasts = table[:4]
        meant, guessed = table[4:].astype(bool)
        return cls(track, decoded, presented, lasts, meant, guessed, read)

    @property
    def is_cue(self) -> NDArray[np.bool_]:
        """(N,) whether each belongs to a subtitle track."""
        return np.isin(self.track, [one.index for one in self.streams if one.type == "subtitle"])

    def packets(self) -> Packets:
        """Gives them in seconds on the file's clock."""
        return Packets(
            self.track,
            self._seconds(self.decoded),
            self._seconds(self.presented),
            self._seconds(self.lasts),
            self.guessed,
            {one.index: cast("TrackKind", one.type) for one in self.streams},
        )

    def shown(
        self, clock: Clock, source: Source
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Gives (N,) when each is shown, and (N,) when it is over, in seconds as moved."""
        presented = self.presented.copy()
        for track in {*clock.moved, *clock.shown}:
            for number, place in enumerate(np.flatnonzero(self.track == track).tolist()):
                presented[place] = source.moved(clock, track, number, int(presented[place]))
        starts = self._seconds(presented) - source.origin_seconds
        return starts, starts + self._seconds(self.lasts)

    def _seconds(self, ticks: NDArray[np.int64]) -> NDArray[np.float64]:
        bases = [cast("Fraction", one.time_base) for one in self.streams]
        most = max(one.index for one in self.streams) + 1
        factors = np.ones((most, 2), np.int64)
        factors[[one.index for one in self.streams]] = [base.as_integer_ratio() for base in bases]
        numerators, denominators = factors[self.track].T
        seconds: NDArray[np.float64] = ticks * numerators / denominators
        return seconds
