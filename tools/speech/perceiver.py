"""Watches a video with a transcriber: what is said, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from foretell import ranking
from foretell.tools.decoding.sound_track import is_apart, joined
from foretell.tools.decoding.video import Video
from foretell.tools.speech.invented import without_invented
from foretell.tools.speech.told_once import not_in_subtitles
from foretell.tools.speech.transcriber import TRANSCRIBED, Transcriber
from foretell.tools.texts.timed_text import ending_since, within_video
from foretell.types import SAMPLE_RATE, Event, EventKind, Interval, Sound, VideoInfo

_FAINTEST = 1e-3
"""Peak below which a chunk is silence; models invent words for it."""
LONGEST_SECONDS = 300.0
"""As WAV 9.6 MB; endpoints refuse files of more than 25 MB."""
_WINDOW = SAMPLE_RATE // 10
"""Samples of a tenth of a second, the shortest pause between words."""
_SEARCHED = 0.1
"""Share of a piece, at its end, in which the quietest place to cut is looked for."""


class Speech:
    """A perceiver that lets a transcriber hear one chunk of sound after the other.

    Memory does not grow with the video: no more than one chunk is held. After an interruption,
    chunks that end earlier are decoded, which is quick, but not transcribed again.

    Args:
        transcriber: What writes down.
        chunk_seconds: Longest stretch that it is given at a time.
        subtitles: Gives what subtitles tell of a video, so that the same words are told once.
    """

    def __init__(
        self,
        transcriber: Transcriber,
        chunk_seconds: float = LONGEST_SECONDS,
        subtitles: Callable[[VideoInfo], Sequence[Event]] = lambda video: (),
    ) -> None:
        self._transcriber = transcriber
        self._chunk_seconds = chunk_seconds
        self._subtitles = subtitles
        self.source = f"{TRANSCRIBED}{transcriber.name}"

    @property
    def settings(self) -> str:
        """The model, and how long the chunks are."""
        return f"{self._transcriber.id}; chunks of {self._chunk_seconds:g} s"

    def sees(self, video: VideoInfo) -> Sequence[EventKind]:
        """Gives speech where the video has sound."""
        return ("speech",) if video.has_audio else ()

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives a "speech" event for each utterance, chunk by chunk; see `Perceiver`.

        What a model invents and what subtitles tell already is left out; an event's confidence is
        the probability of its words.

        Raises:
            VideoError: If the sound cannot be decoded.
            ModelError: If the model fails.
        """
        subtitles = self._subtitles(video.info)
        for chunk in chunks(video.sounds(), self._chunk_seconds):
            over = since_seconds is not None and chunk.end_seconds < since_seconds
            if not over and abs(chunk.samples).max() >= _FAINTEST:
                events = within_video(self._heard(chunk), video.info)
                yield from ending_since(since_seconds, not_in_subtitles(events, subtitles))

    def _heard(self, chunk: Sound) -> Iterator[Event]:
        """Gives what is said in a chunk; models may put an end behind it."""
        for utterance in without_invented(self._transcriber.transcribe(chunk.samples)):
            start, end = (
                min(chunk.end_seconds, chunk.pts_seconds + max(0.0, seconds))
                for seconds in (utterance.interval.start, utterance.interval.end)
            )
            if utterance.text:
                interval, text = Interval(start, end), utterance.text
                yield Event(interval, "speech", text, self.source, utterance.probability)


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
