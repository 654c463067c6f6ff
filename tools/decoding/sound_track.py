"""Decodes a sound track once through, as the one channel that models of speech listen to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

import numpy as np

from foretell.tools.decoding.pyav_backend import Source
from foretell.types import SAMPLE_RATE, Sound

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.codec.context import CodecContext
    from av.stream import Stream

GAP_SECONDS = 0.1
"""How far a presentation time may be off before it is silence, and not a rounded number."""


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
    held: list[Sound] = []
    for sound in _decoded(source, track):
        on_progress()
        if isinstance(sound, str):
            yield sound
            continue
        if held and (is_apart(held, sound) or held[-1].end_seconds - held[0].pts_seconds >= 1.0):
            yield joined(held)
            held = []
        held.append(sound)
    if held:
        yield joined(held)


def is_apart(held: list[Sound], following: Sound) -> bool:
    """Tells whether a piece does not begin where those before it end."""
    heard_seconds = sum(len(piece.samples) for piece in held) / SAMPLE_RATE
    return abs(following.pts_seconds - held[0].pts_seconds - heard_seconds) > GAP_SECONDS


def joined(pieces: list[Sound]) -> Sound:
    """Gives pieces that follow each other as one."""
    return Sound(np.concatenate([piece.samples for piece in pieces]), pieces[0].pts_seconds)


def _decoded(source: Source, track: Stream) -> Iterator[Sound | str]:
    """Gives each frame as mono; one resampler serves as long as frames are of one form."""
    form, resampler = None, source.mono(SAMPLE_RATE)
    for _, frames in source.decode(track):
        if isinstance(frames, str):
            yield frames
            continue
        for frame in cast("list[AudioFrame]", frames):
            shape = frame.format.name, frame.layout.name, frame.sample_rate
            if form is not None and shape != form:
                yield from _sounds(source, resampler.resample(None))
                resampler = source.mono(SAMPLE_RATE)
            form = shape
            yield from _sounds(source, resampler.resample(frame))
    if form is not None:
        yield from _sounds(source, resampler.resample(None))


def _sounds(source: Source, frames: list[AudioFrame]) -> Iterator[Sound]:
    for frame in frames:
        ticks = frame.pts or 0
        yield Sound(frame.to_ndarray()[0], source.seconds(ticks, frame.time_base))
