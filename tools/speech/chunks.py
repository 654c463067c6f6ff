"""Cuts a sound track into chunks that a model of speech can be given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from foretell import ranking
from foretell.tools.decoding.sound_track import is_apart, joined
from foretell.types import SAMPLE_RATE, Sound

LONGEST_SECONDS = 300.0
"""As WAV 9.6 MB; endpoints refuse files of more than 25 MB."""

_WINDOW = SAMPLE_RATE // 10
_SEARCHED = 0.1


def chunks(pieces: Iterable[Sound], longest_seconds: float = LONGEST_SECONDS) -> Iterator[Sound]:
    """Gives the pieces joined, cut where nothing is heard for a while and before they get longer.

    A chunk that is long enough is cut at the quietest tenth of a second in its last tenth, so that
    words stay whole. The same track always gives the same chunks.
    """
    held: list[Sound] = []
    for piece in pieces:
        if held and is_apart(held, piece):
            yield joined(held)
            held = []
        held.append(piece)
        while held[-1].end_seconds - held[0].pts_seconds >= longest_seconds:
            chunk, rest = _cut(joined(held), round(longest_seconds * SAMPLE_RATE))
            yield chunk
            held = [rest]
    if held:
        yield joined(held)


def _cut(sound: Sound, longest: int) -> tuple[Sound, Sound]:
    """Gives the part before the quietest place in the last tenth of `longest` samples, and on."""
    count = max(1, int(longest * _SEARCHED) // _WINDOW)
    searched = sound.samples[longest - count * _WINDOW : longest].reshape(count, _WINDOW)
    loudness = np.square(searched).mean(axis=1)
    at = longest - (count - ranking.best(-loudness)) * _WINDOW + _WINDOW // 2
    rest = Sound(sound.samples[at:], sound.pts_seconds + at / SAMPLE_RATE)
    return Sound(sound.samples[:at], sound.pts_seconds), rest
