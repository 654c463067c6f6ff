"""Decodes with decord, for files in which it finds the right frames. Alone in importing `decord`.

decord counts frames, so the times are those that the file's packets tell. It bundles FFmpeg 4.1,
has no limits of its own, and after seeking in AVI, MPEG or WMV files it gives other frames than
were asked for; such files are refused.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np

from foretell.closing import Closing
from foretell.errors import ConfigError, VideoError
from foretell.tools.decoding.interface import DecodeMode, FrameRequest, Opening, frame_request
from foretell.tools.decoding.pyav_backend import THREADS, Source
from foretell.tools.decoding.pyav_video import PyavVideo
from foretell.types import Frame, Interval, Sound, VideoInfo

if TYPE_CHECKING:
    from numpy.typing import NDArray

RELIABLE_CONTAINERS = {"mov", "matroska", "flv"}


class _Picture(Protocol):
    def asnumpy(self) -> NDArray[np.uint8]: ...


class _Reader(Protocol):
    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> _Picture: ...

    def get_key_indices(self) -> list[int]: ...


class _Decord(Protocol):
    DECORDError: type[Exception]

    def VideoReader(self, uri: str, *, width: int, height: int, num_threads: int) -> _Reader: ...


def _decord() -> _Decord:
    try:
        return cast("_Decord", import_module("decord"))
    except ImportError as error:
        raise ConfigError(
            "decord is not installed, and there are builds of it for x86-64 only; "
            "set video_backend to pyav"
        ) from error


def _last_words(error: Exception) -> str:
    """Gives decord's words without the clock, the places in its source and the file's name."""
    return re.sub(r"\[[^]]*\] ?(\S+:\d+: )?|Check failed: .*?\) ", "", str(error).splitlines()[0])


class DecordVideo(Closing):
    """An open video; see `foretell.tools.decoding.video.Video`. "fast" decodes like "exact".

    Args:
        opening: The file; PyAV opens it first, so that the same files are refused.
        on_progress: Called after each frame.

    Raises:
        VideoError: If PyAV refuses the file, or decord cannot read it reliably.
        ConfigError: If decord is not installed.
    """

    def __init__(self, opening: Opening, on_progress: Callable[[], None]) -> None:
        self._opening = opening
        self._on_progress = on_progress
        self._broke: str | None = None
        self._checked = PyavVideo(opening, on_progress)
        with Source(opening) as source:
            container = source.container.format.name.split(",")[0]
        if container not in RELIABLE_CONTAINERS:
            raise self._unsupported(f"its frames of {container} files are not reliable")
        if self.info.note:
            raise self._unsupported(self.info.note)
        self._left_to_mirror = self._checked.orientation.beyond_angle()
        self._times = self._checked.frame_times()
        self._read((16, 16))

    def _unsupported(self, why: str) -> VideoError:
        return VideoError(
            f"{self._opening.path!r} cannot be decoded with decord ({why}); "
            "set video_backend to pyav"
        )

    def _read(self, size: tuple[int, int]) -> _Reader:
        decord = _decord()
        width, height = size
        path = os.path.abspath(self._opening.path)
        try:
            reader = decord.VideoReader(path, width=width, height=height, num_threads=THREADS)
        except decord.DECORDError as error:
            raise self._unsupported(_last_words(error)) from error
        if len(reader) != len(self._times):
            raise self._unsupported(f"it counts {len(reader)} frames of {len(self._times)}")
        return reader

    @property
    def info(self) -> VideoInfo:
        """What the file is."""
        return self._checked.info

    @property
    def damage(self) -> str | None:
        """What could not be decoded, or that the file is cut off, else None."""
        return self._checked.damage or self._broke

    def frames(
        self,
        times_seconds: Sequence[float] | None = None,
        *,
        mode: DecodeMode = "exact",
        size: tuple[int, int] | None = None,
        within: Interval | None = None,
    ) -> Iterator[Frame]:
        """Gives frames in order of time; see `Video.frames`."""
        limits = self._opening.limits
        return self._frames(frame_request(limits, times_seconds, mode, size, within))

    def _frames(self, request: FrameRequest) -> Iterator[Frame]:
        self._checked.check_open()
        reader = self._read(request.size or (self.info.width, self.info.height))
        frame: Frame | None = None
        for place, index in enumerate(self._chosen(request, reader)):
            if frame is None or frame.pts_seconds != self._times[index]:
                frame = self._frame(reader, index)
            if frame is None:
                yield from self._rest(request, place, index)
                return
            yield frame
            self._checked.check_open()

    def _rest(self, request: FrameRequest, place: int, index: int) -> Iterator[Frame]:
        """Gives with PyAV what is left: how far decord gets in damage is up to its threads."""
        mode: DecodeMode = "key" if request.mode == "key" else "exact"
        if request.times_seconds is not None:
            left = request.times_seconds[place:]
            yield from self._checked.frames(left, mode=mode, size=request.size)
            return
        start, end = self._times[index], (request.within or self.info.interval).end
        for frame in self._checked.frames(
            mode=mode, size=request.size, within=Interval(start, max(start, end))
        ):
            if frame.pts_seconds >= start:
                yield frame

    def _chosen(self, request: FrameRequest, reader: _Reader) -> Iterable[int]:
        """Gives the indices of the frames asked for, of those that the mode decodes."""
        decoded = reader.get_key_indices() if request.mode == "key" else range(len(reader))
        times = [self._times[index] for index in decoded]
        if request.times_seconds is not None:
            return [decoded[_on_show(times, time)] for time in request.times_seconds]
        if request.within is None:
            return decoded
        if not request.within.overlaps(self.info.interval):
            return ()
        first = _on_show(times, request.within.start)
        return decoded[first : max(first + 1, bisect_left(times, request.within.end))]

    def _frame(self, reader: _Reader, index: int) -> Frame | None:
        """Decodes a frame; None, and a note of the damage, where it cannot be."""
        try:
            picture = reader[index].asnumpy()
        except _decord().DECORDError as error:
            self._broke = f"decord broke off, and PyAV went on: {_last_words(error)}"
            return None
        self._on_progress()
        shown = self._left_to_mirror.apply(_without_padding(picture))
        return Frame(shown, self._times[index])

    def frame_times(self) -> list[float]:
        """Gives each frame's presentation time in seconds, ascending, without decoding."""
        return self._checked.frame_times()

    def subtitles(self) -> Iterator[tuple[int, Interval, str]]:
        """Gives (track index, when, lines) of each cue of the text subtitle tracks."""
        return self._checked.subtitles()

    def sounds(self) -> Iterator[Sound]:
        """Gives the best sound track in pieces; see `Video.sounds`."""
        return self._checked.sounds()

    def close(self) -> None:
        """Lets go of the file."""
        self._checked.close()


def _without_padding(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Gives (H, W, 3) of a picture that decord, where rows are padded, hands over as (H, W, 4)."""
    height, width = picture.shape[:2]
    rows = picture.reshape(height, -1)[:, : width * 3]
    return rows.reshape(height, width, 3)


def _on_show(times: Sequence[float], time: float) -> int:
    """Gives the index of the last time that is not after `time`, 0 where there is none."""
    return max(0, bisect_right(times, time) - 1)
