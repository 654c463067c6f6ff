"""The process in which an untrusted file is decoded: `python -m foretell.tools.decoding.worker`.

It reads requests from its standard input and replies on its standard output, until the input ends.
A message is two lengths, an object in JSON and, for a frame or a sound, the bytes of it.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from io import BufferedReader
from typing import Any, BinaryIO, cast

from foretell.errors import ConfigError, VideoError
from foretell.forks import end_with_parent
from foretell.tools.decoding.in_process import open_here
from foretell.tools.decoding.interface import DecodeLimits, Opening, Video
from foretell.types import Interval

Message = Mapping[str, Any]
SILENCE_SECONDS = 0.05
"""Seconds after which a decoder tells that it is alive."""
_LENGTHS = struct.Struct("<II")


def write_message(stream: BinaryIO, message: Message, picture: memoryview | None = None) -> None:
    """Writes an object of JSON types, and the bytes of a picture behind it."""
    text = json.dumps(message).encode()
    stream.write(_LENGTHS.pack(len(text), picture.nbytes if picture is not None else 0) + text)
    if picture is not None:
        stream.write(picture)
    stream.flush()


def read_message(stream: BufferedReader) -> tuple[Message, bytearray] | None:
    """Reads an object and the bytes behind it; None where the stream has ended."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    text_length, picture_length = _LENGTHS.unpack(lengths)
    text, picture = stream.read(text_length), bytearray(picture_length)
    if len(text) < text_length or stream.readinto(picture) < picture_length:
        return None
    return json.loads(text), picture


def main() -> None:
    """Opens the file that the first message names, then answers requests about it."""
    end_with_parent()
    requests, replies = cast("BufferedReader", sys.stdin.buffer), _take_stdout()
    first = read_message(requests)
    if first is not None:
        opening = _opening(first[0])
        _limit_memory(opening.limits.memory_bytes)
        Worker(opening, replies).serve(requests)


def _take_stdout() -> BinaryIO:
    """Gives the standard output, and sends what libraries print elsewhere."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return replies


def _opening(message: Message) -> Opening:
    fields: dict[str, Any] = {**message, "limits": DecodeLimits(**message["limits"])}
    return Opening(**fields)


def _limit_memory(memory_bytes: int) -> None:
    """Bounds the address space of this process, on systems that can."""
    try:
        import resource
    except ImportError:
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    soft = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Worker:
    """Answers requests about a file; says now and then that it is alive while a reply takes long.

    Args:
        opening: The file.
        replies: Where replies are written.
    """

    def __init__(self, opening: Opening, replies: BinaryIO) -> None:
        self._opening = opening
        self._replies = replies
        self._said_seconds = time.monotonic()

    def _reply(self, picture: memoryview | None = None, /, **message: object) -> None:
        write_message(self._replies, message, picture)
        self._said_seconds = time.monotonic()

    def _on_progress(self) -> None:
        silence_seconds = min(SILENCE_SECONDS, self._opening.limits.stall_seconds / 4)
        if time.monotonic() - self._said_seconds > silence_seconds:
            self._reply(alive=True)

    def serve(self, requests: BufferedReader) -> None:
        """Opens the file, then replies to each request with its results and done, or an error."""
        video = self._attempt(self._open)
        while video is not None and (request := read_message(requests)) is not None:
            self._attempt(partial(self._answer, video, request[0]))

    def _attempt(self, act: Callable[[], Video]) -> Video | None:
        try:
            video = act()
        except (VideoError, ConfigError) as error:
            self._reply(error=type(error).__name__, message=str(error))
        except MemoryError:
            limit = self._opening.limits.memory_bytes
            sentence = f"{self._opening.path!r} needs more than {limit} bytes of memory to decode"
            self._reply(error="VideoError", message=f"{sentence}; raise decode_memory_bytes")
        else:
            self._reply(done=True, damage=video.damage)
            return video
        return None

    def _open(self) -> Video:
        video = open_here(self._opening, self._on_progress)
        self._reply(info=asdict(video.info))
        return video

    def _answer(self, video: Video, request: Message) -> Video:
        match request:
            case {"frames": asked}:
                self._send_frames(video, asked)
            case {"frame_times": True}:
                self._reply(frame_times=video.frame_times())
            case {"sounds": True}:
                for sound in video.sounds():
                    self._reply(sound.samples.data.cast("B"), sound=sound.pts_seconds)
            case _:
                for track, interval, text in video.subtitles():
                    self._reply(cue=[track, interval.start, interval.end, text])
        return video

    def _send_frames(self, video: Video, asked: Message) -> None:
        """Sends each frame with its picture, a repeated one without."""
        within = asked["within"] and Interval(**asked["within"])
        times, size = asked["times_seconds"], asked["size"] and tuple(asked["size"])
        before = None
        for frame in video.frames(times, mode=asked["mode"], size=size, within=within):
            picture = None if frame is before else frame.data.data.cast("B")
            self._reply(
                picture,
                frame=frame.pts_seconds,
                lost_from=frame.lost_from_seconds,
                shape=frame.data.shape,
                damage=video.damage,
            )
            before = frame


if __name__ == "__main__":
    main()
