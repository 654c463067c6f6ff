"""Reads the subtitles that lie within a video file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from foretell.tools.cues import Cue, speech_events
from foretell.tools.timed_text import ending_since, within_video
from foretell.tools.video import Video
from foretell.types import Event


@dataclass(frozen=True, slots=True)
class SubtitleTracks:
    """Gives the speech of the first embedded text subtitle track that says anything.

    Further tracks are the same speech in other languages, or for the hard of hearing.
    """

    source: str = "subtitles:embedded"
    settings: str = "subtitles 1"

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives the cues in order of their ends, as `Perceiver` states."""
        tracks: dict[int, list[Cue]] = {}
        for track, interval, text in video.subtitles():
            tracks.setdefault(track, []).append(Cue(interval, (text,)))
        spoken = (speech_events(tracks[track], self.source) for track in sorted(tracks))
        events = next(filter(None, spoken), list[Event]())
        return ending_since(since_seconds, within_video(events, video.info))
