"""Measures where the seconds of watching go."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from foretell.closing import Closing
from foretell.tools.decoding.video import DecodeMode, Video
from foretell.types import Frame, Interval, Sound, VideoInfo

Phase = Literal["open", "load", "decode", "preprocess", "forward", "store"]
PHASES: tuple[Phase, ...] = get_args(Phase)
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Seconds:
    """What a phase took.

    Attributes:
        phase: Which.
        seconds: In all; phases that run beside each other may together exceed the clock's.
    """

    phase: Phase
    seconds: float


class Profile:
    """Adds up seconds by phase; threads may share one."""

    def __init__(self) -> None:
        self._seconds = dict.fromkeys(PHASES, 0.0)
        self._lock = threading.Lock()

    @contextmanager
    def phase(self, name: Phase) -> Generator[None]:
        """Adds the time of the block to a phase."""
        began = time.perf_counter()
        try:
            yield
        finally:
            with self._lock:
                self._seconds[name] += time.perf_counter() - began

    def each(self, name: Phase, items: Iterator[Item]) -> Iterator[Item]:
        """Gives the items, adding the time that each takes to come to a phase."""
        while True:
            with self.phase(name):
                item = next(items, _END)
            if item is _END:
                return
            yield item  # type: ignore[misc]

    def seconds(self) -> tuple[Seconds, ...]:
        """Gives what each phase took so far, in the order of `PHASES`."""
        with self._lock:
            return tuple(Seconds(phase, self._seconds[phase]) for phase in PHASES)


_END = object()


class ProfiledVideo(Closing):
    """The same as another video; see `foretell.tools.decoding.video.Video`.

    Args:
        video: The other one, which is closed with this one.
        profile: Where the seconds are added that frames take to come.
    """

    def __init__(self, video: Video, profile: Profile) -> None:
        self._video = video
        self._profile = profile

    @property
    def info(self) -> VideoInfo:
        """What the file is."""
        return self._video.info

    @property
    def damage(self) -> str | None:
        """How far decoding got in a damaged file, else None."""
        return self._video.damage

    def frames(
        self,
        times_seconds: Sequence[float] | None = None,
        *,
        mode: DecodeMode = "exact",
        size: tuple[int, int] | None = None,
        within: Interval | None = None,
    ) -> Iterator[Frame]:
        """Gives frames in order of time; see `Video.frames`."""
        frames = self._video.frames(times_seconds, mode=mode, size=size, within=within)
        return self._profile.each("decode", frames)

    def frame_times(self) -> list[float]:
        """Gives each frame's presentation time in seconds, ascending, without decoding."""
        return self._video.frame_times()

    def subtitles(self) -> Iterator[tuple[int, Interval, str]]:
        """Gives (track index, when, lines) of each cue of the text subtitle tracks."""
        return self._video.subtitles()

    def sounds(self) -> Iterator[Sound]:
        """Gives the best sound track in pieces; see `Video.sounds`."""
        return self._profile.each("decode", self._video.sounds())

    def close(self) -> None:
        """Closes the video."""
        self._video.close()
