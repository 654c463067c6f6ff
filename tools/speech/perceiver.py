"""Watches a video with a transcriber: what is said, and when."""

from __future__ import annotations

from collections.abc import Iterator

from foretell.tools.decoding.video import Video
from foretell.tools.speech.chunks import LONGEST_SECONDS, chunks
from foretell.tools.speech.transcriber import Transcriber
from foretell.tools.texts.timed_text import ending_since, within_video
from foretell.types import Event, Interval, Sound

_FAINTEST = 1e-3
"""Peak below which a chunk is silence; models invent words for it."""


class Speech:
    """A perceiver that lets a transcriber hear one chunk of sound after the other.

    Memory does not grow with the video: no more than one chunk is held. After an interruption,
    chunks that end earlier are decoded, which is quick, but not transcribed again.

    Args:
        transcriber: What writes down.
        chunk_seconds: Longest stretch that it is given at a time.
    """

    def __init__(self, transcriber: Transcriber, chunk_seconds: float = LONGEST_SECONDS) -> None:
        self._transcriber = transcriber
        self._chunk_seconds = chunk_seconds
        self.source = f"transcriber:{transcriber.name}"

    @property
    def settings(self) -> str:
        """The model, and how long the chunks are."""
        return f"{self._transcriber.id}; chunks of {self._chunk_seconds:g} s"

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives a "speech" event for each utterance, chunk by chunk; see `Perceiver`.

        Raises:
            VideoError: If the sound cannot be decoded.
            ModelError: If the model fails.
        """
        for chunk in chunks(video.sounds(), self._chunk_seconds):
            over = since_seconds is not None and chunk.end_seconds < since_seconds
            if not over and abs(chunk.samples).max() >= _FAINTEST:
                events = within_video(self._heard(chunk), video.info)
                yield from ending_since(since_seconds, events)

    def _heard(self, chunk: Sound) -> Iterator[Event]:
        """Gives what is said in a chunk; models may put an end behind it."""
        for utterance in self._transcriber.transcribe(chunk.samples):
            start, end = (
                min(chunk.end_seconds, chunk.pts_seconds + max(0.0, seconds))
                for seconds in (utterance.interval.start, utterance.interval.end)
            )
            if utterance.text:
                yield Event(Interval(start, end), "speech", utterance.text, self.source)
