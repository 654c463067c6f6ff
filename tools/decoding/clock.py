"""Turns the times of a file's packets into the clock of a video; the one place that does.

A file's own times are kept wherever they can be. Where they cannot, as the clock starts anew, leaps
in a container whose clock may do so, or is wild for a few packets, packets are moved to where the
file goes on, those of all tracks by the same time: sound, pictures and cues stay in step. FFmpeg's
command line does so for some containers (`ts_discontinuity_process`); here all packets are known,
so that it is also seen whether a clock comes back.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from foretell import ranking

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TrackKind = Literal["video", "audio", "subtitle"]
LEAP_SECONDS = 10.0
"""A step ahead that is more than a pause, as FFmpeg holds it (`dts_delta_threshold`)."""
BACK_SECONDS = 0.1
"""A step back that is more than a rounded number, as FFmpeg holds it."""
REORDERED_FRAMES = 17
"""Frames by which a codec gives pictures out of order: 16 in H.264 and HEVC, and the next."""
_LOOKED_AHEAD = 8
"""Breaks among which a clock is seen to come back, and shifts that are tried before a new one, so
that a file of many breaks takes no longer than its packets do."""
_HOLE = 1.5
"""Steps between two pictures, of the usual one, between which one is missing."""
_ALONE_SECONDS = 1.0
"""Length below which what lies before the first break is wild, not a recording of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Packets:
    """What the packets of a file say of time, in the order of the file.

    Attributes:
        track: (N,) the number of the track of each.
        decoded: (N,) when it is decoded, in seconds on the file's clock.
        shown: (N,) when it is shown, the same.
        seconds: (N,) how long it is shown; 0 where the file does not say.
        guessed: (N,) whether the file says but when it is shown.
        kinds: What each track holds.
    """

    track: NDArray[np.int64]
    decoded: NDArray[np.float64]
    shown: NDArray[np.float64]
    seconds: NDArray[np.float64]
    guessed: NDArray[np.bool_]
    kinds: Mapping[int, TrackKind]


@dataclass(frozen=True, slots=True)
class Clock:
    """By how much the packets of a file are moved in time.

    Attributes:
        moved: Of each track of which some are moved, by its number: the number in the track of a
            packet from which on packets are moved, and by how many seconds, ascending from 0.
        shown: Of each track of which some tell a wild time: the number in the track of such a
            packet, and when it is shown instead, in seconds on the file's clock.
        note: What was found and where, in a sentence; empty where nothing is moved.
    """

    moved: Mapping[int, Sequence[tuple[int, float]]] = field(
        default_factory=dict[int, Sequence[tuple[int, float]]]
    )
    shown: Mapping[int, Mapping[int, float]] = field(default_factory=dict[int, Mapping[int, float]])
    note: str = ""

    def shift_seconds(self, track: int, number: int) -> float:
        """Gives by how many seconds a packet is moved, by its number in its track."""
        moved = self.moved.get(track)
        return moved[bisect_right(moved, (number, math.inf)) - 1][1] if moved else 0.0


def clock_of(packets: Packets, *, leaps: bool, origin_seconds: float) -> Clock:
    """Reads the clock of a file from what all of its packets say.

    Args:
        packets: They.
        leaps: Whether the container's clock may leap ahead where nothing is missing, as that of
            MPEG-TS and MPEG-PS may. In others a leap is a pause, which is kept.
        origin_seconds: The time on the file's clock that a note calls 0.
    """
    tracks = {
        number: _Track.of(packets, number, kind)
        for number, kind in packets.kinds.items()
        if kind != "subtitle"
    }
    runs = [run for track in tracks.values() for run in track.runs]
    wild = {number: track.wild for number, track in tracks.items() if track.wild}
    if not wild and all(len(track.runs) <= 1 for track in tracks.values()):
        return Clock()
    placing = _Placing(tracks, leaps)
    for run in sorted(runs, key=lambda run: run.at):
        placing.place(run)
    moved: dict[int, Sequence[tuple[int, float]]] = {
        number: [(run.first, run.shift) for run in track.runs]
        for number, track in tracks.items()
        if any(run.shift for run in track.runs)
    }
    if moved:
        moved |= dict(_moved_cues(packets, runs))
    return Clock(moved, wild, placing.note(wild, origin_seconds))


@dataclass(slots=True, eq=False)
class _Run:
    """Packets of one track that follow each other in time.

    Attributes:
        track: The number of their track.
        at: The number of the first in the file.
        first: The same in the track.
        start: When it is decoded, in seconds on the file's clock.
        shown: When it is shown, the same.
        end: When the last of them is over.
        back: Seconds by which the next may lie before that.
        shift: Seconds by which they are moved.
        is_wild: Whether the clock comes back behind them to where it was.
    """

    track: int
    at: int
    first: int
    start: float
    shown: float
    end: float
    back: float
    shift: float = 0.0
    is_wild: bool = False

    @property
    def goes_on_seconds(self) -> float:
        """When what follows begins, as moved."""
        return self.end + self.shift


@dataclass(slots=True, eq=False)
class _Track:
    """A track of pictures or sound.

    Attributes:
        places: (P,) the numbers of its packets in the file.
        decoded: (P,) when they are decoded, or shown where the file says but that.
        runs: They, cut where their times break off.
        wild: When packets are shown that say a time far from when they are decoded, by number.
    """

    places: NDArray[np.int64]
    decoded: NDArray[np.float64]
    runs: list[_Run]
    wild: dict[int, float]

    @classmethod
    def of(cls, packets: Packets, number: int, kind: TrackKind) -> _Track:
        """Cuts a track where a packet lies before the last, or long after it.

        Where the file does not say when packets are decoded, as Matroska and NUT, it counts when
        they are shown, though they are out of order.
        """
        import numpy as np

        places = np.flatnonzero(packets.track == number)
        if not len(places):
            return cls(places, packets.decoded[places], [], {})
        guessed, seconds = packets.guessed[places].any(), packets.seconds[places]
        shown, decoded = packets.shown[places], packets.decoded[places]
        is_wild = _strays(shown) & guessed
        if guessed:
            decoded = np.where(is_wild, np.roll(shown, 1), shown)
        steps = np.diff(decoded)
        ahead = steps[steps > 0.0]
        usual = float(np.median(ahead)) if len(ahead) else 0.0
        reordered = REORDERED_FRAMES * usual if kind == "video" else 0.0
        back = BACK_SECONDS + (reordered if guessed else 0.0)
        latest = np.maximum.accumulate(decoded)
        comes_back = (decoded[:-1] < latest[:-1] - back) & (decoded[1:] > latest[:-1])
        leaps = np.where(comes_back, usual + BACK_SECONDS, seconds[:-1] + LEAP_SECONDS)
        breaks = np.flatnonzero((steps < -back) | (steps > leaps)) + 1
        edges = [0, *breaks.tolist()]
        lasting = seconds if guessed and seconds.any() else np.maximum(seconds, usual)
        ends = np.maximum.reduceat(decoded + lasting, edges)
        runs = [
            _Run(
                track=number,
                at=int(places[one]),
                first=one,
                start=float(decoded[one]),
                shown=float(packets.shown[places[one]]),
                end=end,
                back=back,
            )
            for one, end in zip(edges, ends.tolist(), strict=True)
        ]
        if not guessed:
            is_wild = _far_from(shown, decoded, LEAP_SECONDS + reordered)
        return cls(places, decoded, runs, _holes(shown, is_wild, decoded))

    def reached_seconds(self, at: int) -> float:
        """Gives when the last packet before one of the file, by its number, is decoded."""
        before = int(self.places.searchsorted(at)) - 1
        return float(self.decoded[before]) if before >= 0 else -math.inf


def _far_from(
    shown: NDArray[np.float64], decoded: NDArray[np.float64], most_seconds: float
) -> NDArray[np.bool_]:
    """Says which packets are shown long after, or before, they are decoded and all others shown."""
    import numpy as np

    is_far = np.abs(shown - decoded) > most_seconds
    for number in np.flatnonzero(is_far).tolist():
        others = np.delete(shown[_around(number)], min(number, REORDERED_FRAMES))
        is_far[number] = bool((np.abs(others - shown[number]) > LEAP_SECONDS).all())
    return is_far


def _strays(shown: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Says which packets are shown far from both their neighbours, which are near each other."""
    import numpy as np

    is_stray = np.zeros(len(shown), np.bool_)
    before, after = shown[:-2], shown[2:]
    away = np.minimum(np.abs(shown[1:-1] - before), np.abs(shown[1:-1] - after))
    is_stray[1:-1] = (away > LEAP_SECONDS) & (np.abs(after - before) < LEAP_SECONDS)
    return is_stray


def _holes(
    shown: NDArray[np.float64], is_wild: NDArray[np.bool_], decoded: NDArray[np.float64]
) -> dict[int, float]:
    """Gives when packets with wild times are shown: in the hole that is left nearest by.

    Where none is, it is as long after they are decoded as others are.
    """
    import numpy as np

    if not is_wild.any() or is_wild.all():
        return {}
    usual = float(np.median((shown - decoded)[~is_wild]))
    found: dict[int, float] = {}
    for number in np.flatnonzero(is_wild).tolist():
        around = _around(number)
        times = np.sort(shown[around][~is_wild[around]])
        gaps = np.diff(times)
        step = float(np.median(gaps)) if len(gaps) else 0.0
        holes = times[:-1][gaps > _HOLE * step] + step
        expected = float(decoded[number]) + usual
        distances = np.abs(holes - expected)
        found[number] = float(holes[ranking.best(-distances)]) if len(holes) else expected
    return found


def _around(number: int) -> slice:
    """Gives the packets among which one may be out of order."""
    return slice(max(0, number - REORDERED_FRAMES), number + REORDERED_FRAMES + 1)


class _Placing:
    """Decides, run by run in the order of the file, by how much each is moved.

    Args:
        tracks: They, by number.
        leaps: Whether the container's clock may leap ahead where nothing is missing.
    """

    def __init__(self, tracks: Mapping[int, _Track], leaps: bool) -> None:
        self._tracks = tracks
        self._leaps = leaps
        self._last: dict[int, _Run] = {}
        self._count: dict[int, int] = {}
        self._wild_until: dict[int, float] = {}
        self._shifts: list[float] = [0.0]
        self._anew: list[float] = []
        self._leapt: list[tuple[float, float]] = []
        self._wild: list[float] = []

    def place(self, run: _Run) -> None:
        """Moves a run to where it belongs, behind those that were placed before it."""
        before = self._last.get(run.track)
        count = self._count[run.track] = self._count.get(run.track, 0) + 1
        following = self._tracks[run.track].runs[count : count + _LOOKED_AHEAD]
        if before is None:
            self._place_first(run, following)
        elif _comes_back(before, run, following):
            start = max(before.goes_on_seconds, self._wild_until.get(run.track, -math.inf))
            self._place_wild(run, start - run.start)
        else:
            run.shift = self._shift_after(before, run)
        if not run.is_wild:
            self._last[run.track] = run

    def _place_first(self, run: _Run, following: Sequence[_Run]) -> None:
        run.shift = self._shifts[0]
        short = run.end - run.start < _ALONE_SECONDS
        if short and following and following[0].start < run.start - LEAP_SECONDS:
            start = max(0.0, following[0].start - (run.end - run.start))
            self._place_wild(run, start - run.start)

    def _place_wild(self, run: _Run, shift: float) -> None:
        run.shift, run.is_wild = shift, True
        self._wild_until[run.track] = run.goes_on_seconds
        self._wild.append(run.shown + shift)

    def _shift_after(self, before: _Run, run: _Run) -> float:
        """Gives the shift of a run: one that makes it go on, its track's, or a new one."""
        latest = max(run.goes_on_seconds for run in self._last.values())
        earliest = before.goes_on_seconds - run.back
        for shift in self._shifts[:_LOOKED_AHEAD]:
            if earliest <= run.start + shift <= latest + LEAP_SECONDS:
                return shift
        if run.start > before.end and not (self._leaps and self._is_empty_before(run)):
            return before.shift
        shift = self._new_shift(before, run)
        at = run.shown + shift
        if run.start > before.end:
            self._leapt.append((at, run.start - before.end))
        else:
            self._anew.append(at)
        self._shifts.insert(0, shift)
        return shift

    def _is_empty_before(self, run: _Run) -> bool:
        """Says whether no other track tells of the time right before a run."""
        return all(
            track.reached_seconds(run.at) < run.start - LEAP_SECONDS
            for number, track in self._tracks.items()
            if number != run.track
        )

    def _new_shift(self, before: _Run, run: _Run) -> float:
        """Gives the shift by which a run goes on, and no other track's overlaps what it had."""
        own = before.goes_on_seconds - run.start
        others = [
            last.goes_on_seconds - following.start
            for number, last in self._last.items()
            for following in self._tracks[number].runs[self._count[number] :][:1]
            if number != run.track and abs(following.start - run.start) <= LEAP_SECONDS
        ]
        furthest = max(others, default=own)
        return furthest if furthest > own + BACK_SECONDS else own

    def note(self, wild: Mapping[int, Mapping[int, float]], origin_seconds: float) -> str:
        """Gives what was found and where, in a sentence."""
        shown = [time for times in wild.values() for time in times.values()]
        odd = sorted([*self._wild, *shown])
        said: list[str] = []
        if self._anew:
            said.append(
                f"starts anew at {_times(self._anew, origin_seconds)}, and each part is told as "
                "following the one before it"
            )
        if self._leapt:
            at, by = [at for at, _ in self._leapt], max(by for _, by in self._leapt)
            said.append(
                f"leaps ahead by {by:.1f} s at {_times(at, origin_seconds)}, and what follows is "
                "told without the leap"
            )
        if odd:
            said.append(
                f"is wild at {_times(odd, origin_seconds)}, and what is shown there is told where "
                "it stands in the file"
            )
        return f"the file's clock {'; it '.join(said)}" if said else ""


def _comes_back(before: _Run, run: _Run, following: Sequence[_Run]) -> bool:
    """Says whether the clock, after a run, is soon where it was before it."""
    if run.end - run.start > LEAP_SECONDS:
        return False
    latest = before.end + (run.end - run.start) + LEAP_SECONDS
    return any(before.end - run.back <= other.start <= latest for other in following)


def _moved_cues(
    packets: Packets, runs: Sequence[_Run]
) -> Iterator[tuple[int, Sequence[tuple[int, float]]]]:
    """Gives the shifts of the packets of each subtitle track: those of what is around them."""
    import numpy as np

    kept = sorted((run for run in runs if not run.is_wild), key=lambda run: run.at)
    places = [run.at for run in kept]
    for number, kind in packets.kinds.items():
        if kind == "subtitle":
            cues = np.flatnonzero(packets.track == number).tolist()
            shifts = [
                _nearest(kept, bisect_right(places, cue), float(packets.decoded[cue])).shift
                for cue in cues
            ]
            yield number, list(enumerate(shifts))


def _nearest(runs: Sequence[_Run], following: int, at_seconds: float) -> _Run:
    """Gives the run whose clock tells such a time; if it may be, the last before a place."""
    before = runs[max(0, following - _LOOKED_AHEAD) : following]
    after = runs[following : following + _LOOKED_AHEAD]
    return ranking.best_of(
        [*reversed(before), *after],
        lambda run: -max(0.0, run.start - at_seconds, at_seconds - run.end),
    )


def _times(times: Sequence[float], origin_seconds: float) -> str:
    first = f"{min(times) - origin_seconds:.1f} s"
    return first if len(times) == 1 else f"{len(times)} places, the first at {first}"
