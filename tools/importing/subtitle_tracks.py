"""Makes perceivers of a video's subtitles: of the file that was named, or of all that are found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from foretell.errors import DatasetError
from foretell.paths import as_text
from foretell.tools.decoding.video import Video
from foretell.tools.importing.origins import origin_settings
from foretell.tools.importing.subtitles import Sidecar, SubtitleFile, read_subtitles
from foretell.tools.subtitles.choice import Candidate, left_out, main_track
from foretell.tools.subtitles.cues import Cue, speech_events
from foretell.tools.texts.text_file import read_bytes
from foretell.tools.texts.timed_text import ending_since, within_video
from foretell.types import Event, EventKind, VideoInfo

EMBEDDED = "subtitles:embedded"
_VERSION = "subtitles 2"
"""Raised where the same files and tracks give other events."""


@dataclass(frozen=True, slots=True)
class NamedSubtitles:
    """Gives what a file says that the user named, which is refused where it cannot be read.

    Attributes:
        path: The file.
        source: The track's name.
    """

    path: Path
    source: str

    @property
    def settings(self) -> str:
        """The version, the SHA-256 of what the file holds, and where it lies.

        Raises:
            DatasetError: If the file cannot be read.
        """
        return origin_settings(_VERSION, self.path)

    def sees(self, video: VideoInfo) -> Sequence[EventKind]:
        """Gives speech."""
        return ("speech",)

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives the speech in order of its ends, as `Perceiver` states.

        Raises:
            DatasetError: If the file cannot be read, or does not fit the video.
        """
        read = read_subtitles(self.path, video.info, self.source)
        return ending_since(since_seconds, read.events)

    def remarks(self, video: Video) -> Sequence[str]:
        """Gives what `Remarking` states."""
        return read_subtitles(self.path, video.info, self.source).remarks


class FoundSubtitles:
    """The files beside a video and the tracks within it, of which each language is read once.

    They are read together, when the first of their perceivers is asked.

    Args:
        sidecars: The files.
    """

    def __init__(self, sidecars: Sequence[Sidecar] = ()) -> None:
        self._sidecars = tuple(sidecars)
        self._read: tuple[Video, dict[str, SubtitleFile]] | None = None

    def perceivers(self) -> list[FoundTrack]:
        """Gives one for each file, and one for the tracks."""
        seen = hashlib.sha256()
        for sidecar in self._sidecars:
            seen.update(repr((sidecar.path.name, _content(sidecar.path))).encode())
        settings = f"{_VERSION}, {seen.hexdigest()}" if self._sidecars else _VERSION
        names = [*(_source(sidecar.path) for sidecar in self._sidecars), EMBEDDED]
        return [FoundTrack(name, settings, self) for name in names]

    def read(self, video: Video) -> dict[str, SubtitleFile]:
        """Gives what each source says of a video, nothing where another one says as much."""
        if self._read is None or self._read[0] is not video:
            self._read = video, self._chosen(video)
        return self._read[1]

    def _chosen(self, video: Video) -> dict[str, SubtitleFile]:
        found = {_source(one.path): _read_or_tell(one.path, video) for one in self._sidecars}
        candidates = [
            Candidate(
                _source(one.path), found[_source(one.path)].events, one.language, one.is_forced
            )
            for one in self._sidecars
        ]
        track, remarks = _embedded(video)
        found[EMBEDDED] = SubtitleFile(() if track is None else track.events, remarks)
        for name, fuller in left_out([*candidates, *([track] if track else [])]).items():
            said = f"{_shown(name)} is left out, as {_shown(fuller)} says as much"
            found[name] = SubtitleFile((), (*found[name].remarks, said))
        return found


@dataclass(frozen=True, slots=True)
class FoundTrack:
    """Gives what one of the subtitles says that were found.

    Attributes:
        source: The track's name.
        settings: Which files were found, what they hold, and which version of this it is.
        found: All of them.
    """

    source: str
    settings: str
    found: FoundSubtitles

    def sees(self, video: VideoInfo) -> Sequence[EventKind]:
        """Gives speech for a file, and where the video holds a subtitle track."""
        return ("speech",) if self.source != EMBEDDED or video.subtitle_tracks else ()

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives the speech in order of its ends, as `Perceiver` states."""
        return ending_since(since_seconds, self.found.read(video)[self.source].events)

    def remarks(self, video: Video) -> Sequence[str]:
        """Gives what `Remarking` states; a file that cannot be read is told here."""
        return self.found.read(video)[self.source].remarks


def _source(path: Path) -> str:
    return f"subtitles:{as_text(path.name)}"


def _shown(source: str) -> str:
    return "the subtitle track" if source == EMBEDDED else source.removeprefix("subtitles:")


def _content(path: Path) -> bytes:
    """Gives what a file holds; nothing where it cannot be read, as nobody asked for it."""
    try:
        return read_bytes(path)
    except DatasetError:
        return b""


def _read_or_tell(path: Path, video: Video) -> SubtitleFile:
    try:
        return read_subtitles(path, video.info)
    except DatasetError as error:
        return SubtitleFile((), (f"subtitles were found and not read: {error}",))


def _embedded(video: Video) -> tuple[Candidate | None, tuple[str, ...]]:
    """Gives the track within the video that is read, and a remark where there are others."""
    cues: dict[int, list[Cue]] = {}
    for number, interval, text in video.subtitles():
        cues.setdefault(number, []).append(Cue(interval, tuple(filter(None, text.split("\n")))))
    languages = dict(enumerate(video.info.subtitle_tracks))
    tracks = {
        number: Candidate(
            EMBEDDED,
            tuple(within_video(speech_events(told, EMBEDDED), video.info)),
            languages.get(number, "").replace("und", ""),
        )
        for number, told in sorted(cues.items())
    }
    told = {number: track for number, track in tracks.items() if track.events}
    chosen = main_track(list(told.values()))
    if chosen is None or len(told) < 2:
        return chosen, ()
    number = next(number for number, track in told.items() if track is chosen)
    return chosen, (
        f"of {len(told)} subtitle tracks that say something, track {number + 1} is read"
        f"{f' ({chosen.language})' if chosen.language else ''}",
    )
