"""A video that is decoded in a process of its own, which is killed when it stalls or is let go."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from io import BufferedReader
from typing import IO, Any, BinaryIO, cast

import numpy as np

from foretell.closing import Closing
from foretell.errors import ConfigError, VideoError
from foretell.forks import Opener
from foretell.tools.decoding.interface import DecodeMode, FrameRequest, Opening, frame_request
from foretell.tools.decoding.video_file import stalled
from foretell.tools.decoding.worker import Message, read_message, write_message
from foretell.types import Frame, Interval, Sound, VideoInfo

START_SECONDS = 30.0
"""Seconds that a decoder process has to open a file before it counts as hanging."""


class IsolatedVideo(Closing):
    """An open video; see `foretell.tools.decoding.video.Video`.

    Each iterator that is under way has a process to itself; one that was read to its end leaves
    its process to the next.

    Raises:
        VideoError: If the file is refused, or decoding it crashes, stalls or takes too much memory.
        ConfigError: If the backend is not installed.
    """

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._closed = False
        self._opener = Opener()
        self._damage: str | None = None
        self._workers: set[_Worker] = set()
        self._idle: list[_Worker] = []
        worker = self._start_worker()
        self._info = worker.info
        self._damage = worker.damage
        self._idle.append(worker)

    def _start_worker(self) -> _Worker:
        worker = _Worker(self._opening)
        self._workers.add(worker)
        return worker

    @contextmanager
    def _worker(self) -> Generator[_Worker, None, None]:
        """Lends a process for one request; it is killed if the reply is not read to its end."""
        self._check_open()
        worker = self._idle.pop() if self._idle else self._start_worker()
        try:
            yield worker
        finally:
            if worker.is_idle and not self._closed:
                self._idle.append(worker)
            else:
                worker.end()
                self._workers.discard(worker)

    def _check_open(self) -> None:
        if not self._opener.is_here:
            raise VideoError(self._opener.refusal(f"the video {self._opening.path!r}"))
        if self._closed:
            raise VideoError(f"{self._opening.path!r} was closed; open it again")

    @property
    def info(self) -> VideoInfo:
        """What the file is."""
        return self._info

    @property
    def damage(self) -> str | None:
        """How far decoding got in a damaged file, or that the file is cut off, else None."""
        return self._damage

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
        expected = None if request.times_seconds is None else len(request.times_seconds)
        with self._worker() as worker:
            replies = worker.ask({"frames": asdict(request)})
            frame: Frame | None = None
            for count, (reply, picture) in enumerate(replies, start=1):
                if frame is None or picture:
                    data = np.frombuffer(picture, np.uint8).reshape(reply["shape"])
                    frame = Frame(data, reply["frame"], reply["lost_from"])
                self._damage = reply["damage"]
                if count == expected:
                    worker.finish(replies)
                yield frame
                self._check_open()
            self._damage = worker.damage

    def frame_times(self) -> list[float]:
        """Gives each frame's presentation time in seconds, ascending, without decoding."""
        with self._worker() as worker:
            return [
                time
                for reply, _ in worker.ask({"frame_times": True})
                for time in reply["frame_times"]
            ]

    def subtitles(self) -> Iterator[tuple[int, Interval, str]]:
        """Gives (track index, when, lines) of each cue of the text subtitle tracks."""
        with self._worker() as worker:
            for reply, _ in worker.ask({"subtitles": True}):
                track, start, end, text = reply["cue"]
                yield track, Interval(start, end), text
                self._check_open()
            self._damage = worker.damage

    def sounds(self) -> Iterator[Sound]:
        """Gives the best sound track in pieces; see `Video.sounds`."""
        with self._worker() as worker:
            for reply, samples in worker.ask({"sounds": True}):
                yield Sound(np.frombuffer(samples, np.float32), reply["sound"])
                self._check_open()
            self._damage = worker.damage

    def close(self) -> None:
        """Ends the processes that decode the file."""
        self._closed = True
        while self._workers:
            self._workers.pop().end()
        self._idle.clear()


class _Worker:
    """The process that decodes, as seen from this side.

    Attributes:
        info: What the file is.
        damage: What the process said of the file when it last finished a reply.
        is_idle: Whether it waits for a request.
        end: Kills the process; called at the latest when nothing refers to this object any more.
    """

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._stalled = False
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "foretell.tools.decoding.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env=_environment(),
                start_new_session=True,
            )
        except BaseException:
            self._errors.close()
            raise
        self.end = weakref.finalize(self, _end, self._process, self._errors, Opener())
        self.damage: str | None = None
        self.is_idle = True
        try:
            replies = self.ask(asdict(opening), START_SECONDS)
            self.info = _video_info(next(replies)[0]["info"])
            self.finish(replies)
        except BaseException:
            self.end()
            raise

    def ask(
        self, request: Message, patience_seconds: float = 0.0
    ) -> Iterator[tuple[Message, bytearray]]:
        """Sends a request and gives the replies, each with the bytes of its picture.

        Args:
            request: What is asked for.
            patience_seconds: How much longer than `stall_seconds` a reply may take.

        Raises:
            VideoError: If the file cannot be decoded, or the process stalls or ends.
        """
        self.is_idle = False
        try:
            write_message(cast("BinaryIO", self._process.stdin), request)
        except BrokenPipeError as error:
            raise self._death() from error
        while not self.is_idle:
            reply, picture = self._receive(self._opening.limits.stall_seconds + patience_seconds)
            if "error" in reply:
                self.is_idle = True
                raise _ERRORS[reply["error"]](reply["message"])
            if "done" in reply:
                self.damage, self.is_idle = reply["damage"], True
            elif "alive" not in reply:
                yield reply, picture

    @staticmethod
    def finish(replies: Iterator[object]) -> None:
        """Reads on to the end of the replies."""
        for _ in replies:
            pass

    def _receive(self, seconds: float) -> tuple[Message, bytearray]:
        watchdog = threading.Timer(seconds, self._stall)
        watchdog.daemon = True
        watchdog.start()
        try:
            message = read_message(cast("BufferedReader", self._process.stdout))
        finally:
            watchdog.cancel()
        if message is None:
            raise self._death()
        return message

    def _stall(self) -> None:
        self._stalled = True
        self._process.kill()

    def _death(self) -> VideoError:
        """Gives the error for a process that ended by itself, or stalled and was killed."""
        path, limits = self._opening.path, self._opening.limits
        if not self.end.alive:
            return VideoError(f"{path!r} was closed; open it again")
        if self._stalled:
            return stalled(path, limits.stall_seconds)
        code = self._process.wait()
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace").strip().splitlines()[-1:]
        return VideoError(
            f"the process that decoded {path!r} ended ({', '.join([how, *said])}); the file is "
            f"broken or needs more than decode_memory_bytes={limits.memory_bytes}"
        )


_ERRORS = {"VideoError": VideoError, "ConfigError": ConfigError}


def _video_info(message: Message) -> VideoInfo:
    fields: dict[str, Any] = dict(message)
    fields["interval"] = Interval(**fields["interval"])
    fields["pictures"] = fields["pictures"] and Interval(**fields["pictures"])
    fields["subtitle_tracks"] = tuple(fields["subtitle_tracks"])
    return VideoInfo(**fields)


def _environment() -> dict[str, str]:
    """Gives this process's environment, so that the other one imports the same modules.

    Threads and arenas that nobody uses are kept from filling its bounded address space.
    """
    path = os.pathsep.join(entry for entry in sys.path if entry)
    frugal = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
    return {**os.environ, **frugal, "PYTHONPATH": path}


def _end(process: subprocess.Popen[bytes], errors: IO[bytes], opener: Opener) -> None:
    if not opener.is_here:
        return  # it is the parent's, which goes on with it
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, errors):
        if stream is not None:
            # A request that a dead process never read is still to be written; closing tries it.
            with suppress(BrokenPipeError):
                stream.close()
