"""Reads the subtitles that lie within a video file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from foretell.tools.decoding.video import Video
from foretell.tools.texts.cues import Cue, speech_events
from foretell.tools.texts.text_cleaning import one_line
from foretell.tools.texts.timed_text import ending_since, within_video
from foretell.types import Event


@dataclass(frozen=True, slots=True)
class SubtitleTracks:
    """Gives the speech of the first embedded subtitle track that says anything.

    Further tracks say the same in other languages, or for the hard of hearing.

    Attributes:
        source: The track's name.
        settings: Which version of this it is.
    """

    source: str = "subtitles:embedded"
    settings: str = "subtitles 1"

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives the cues in order of their ends, as `Perceiver` states."""
        tracks: dict[int, list[Cue]] = {}
        for track, interval, text in video.subtitles():
            if line := one_line(text):
                tracks.setdefault(track, []).append(Cue(interval, (line,)))
        cues = tracks[min(tracks)] if tracks else []
        events = speech_events(cues, self.source)
        return ending_since(since_seconds, within_video(events, video.info))
