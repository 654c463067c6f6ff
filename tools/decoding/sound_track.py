"""Decodes a sound track once through, as the one channel that models of speech listen to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from foretell.tools.decoding.mono import heard
from foretell.tools.decoding.pyav_backend import Channels, Source
from foretell.types import SAMPLE_RATE, Sound

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.codec.context import CodecContext
    from av.stream import Stream

GAP_SECONDS = 0.1
"""How far a presentation time may be off before it is silence, and not a rounded number."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """(1 + C, N) float32 samples: the mix, then each channel; and when the first is heard."""

    rows: NDArray[np.float32]
    pts_seconds: float


def sound_pieces(source: Source, on_progress: Callable[[], None]) -> Iterator[Sound | str]:
    """Gives the best sound track in pieces of about a second, or FFmpeg's words on a bad packet.

    Raises:
        VideoError: If nothing comes for too long.
    """
    track = source.container.streams.best("audio")
    if track is None:
        return
    if cast("CodecContext | None", track.codec_context) is None:
        yield "there is no decoder for its codec"
        return
    held: list[_Frame] = []
    for frame in _decoded(source, track):
        on_progress()
        if isinstance(frame, str):
            yield frame
            continue
        if held and not _goes_on(held, frame):
            yield _piece(held)
            held = []
        held.append(frame)
    if held:
        yield _piece(held)


def _goes_on(held: list[_Frame], following: _Frame) -> bool:
    """Tells whether a frame belongs to the piece, which is of one form and lasts a second."""
    samples = sum(frame.rows.shape[1] for frame in held)
    return (
        samples < SAMPLE_RATE
        and following.rows.shape[0] == held[0].rows.shape[0]
        and not _is_late(held[0].pts_seconds, samples, following.pts_seconds)
    )


def _piece(held: list[_Frame]) -> Sound:
    return Sound(heard(np.concatenate([one.rows for one in held], axis=1)), held[0].pts_seconds)


def is_apart(held: list[Sound], following: Sound) -> bool:
    """Tells whether a piece does not begin where those before it end."""
    samples = sum(len(piece.samples) for piece in held)
    return _is_late(held[0].pts_seconds, samples, following.pts_seconds)


def _is_late(start_seconds: float, samples: int, following_seconds: float) -> bool:
    """Tells whether what follows so many samples does not begin where they end."""
    return abs(following_seconds - start_seconds - samples / SAMPLE_RATE) > GAP_SECONDS


def joined(pieces: list[Sound]) -> Sound:
    """Gives pieces that follow each other as one."""
    return Sound(np.concatenate([piece.samples for piece in pieces]), pieces[0].pts_seconds)


def _decoded(source: Source, track: Stream) -> Iterator[_Frame | str]:
    """Gives each frame; one resampler serves as long as frames are of one form."""
    form, channels = None, None
    for _, frames in source.decode(track):
        if isinstance(frames, str):
            yield frames
            continue
        for frame in cast("list[AudioFrame]", frames):
            shape = frame.format.name, frame.layout.name, frame.sample_rate
            if channels is None or shape != form:
                yield from _rows(source, channels, None)
                form, channels = shape, Channels(frame)
            yield from _rows(source, channels, frame)
    yield from _rows(source, channels, None)


def _rows(source: Source, channels: Channels | None, frame: AudioFrame | None) -> Iterator[_Frame]:
    for ready, rows in () if channels is None else channels.rows(frame):
        yield _Frame(rows, source.seconds(ready.pts or 0, ready.time_base))
