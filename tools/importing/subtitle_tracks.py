"""Makes perceivers of a video's subtitles: of the file that was named, or of all that are found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from foretell.errors import DatasetError
from foretell.tools.decoding.video import Video
from foretell.tools.importing.origins import origin_settings
from foretell.tools.importing.sidecars import EMBEDDED, Sidecar
from foretell.tools.texts.text_file import read_bytes
from foretell.tools.texts.timed_text import ending_since
from foretell.types import Event, EventKind, VideoInfo

if TYPE_CHECKING:
    from foretell.tools.importing.subtitles import SubtitleFile

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
        return ending_since(since_seconds, self._read(video).events)

    def remarks(self, video: Video) -> Sequence[str]:
        """Gives what `Remarking` states."""
        return self._read(video).remarks

    def _read(self, video: Video) -> SubtitleFile:
        from foretell.tools.importing.subtitles import read_subtitles

        return read_subtitles(self.path, video.info, self.source)


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
        names = [*(sidecar.source for sidecar in self._sidecars), EMBEDDED]
        return [FoundTrack(name, settings, self) for name in names]

    def read(self, video: Video) -> dict[str, SubtitleFile]:
        """Gives what each source says of a video, nothing where another one says as much."""
        if self._read is None or self._read[0] is not video:
            from foretell.tools.importing.subtitle_choice import read_found

            self._read = video, read_found(self._sidecars, video)
        return self._read[1]


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


def _content(path: Path) -> bytes:
    """Gives what a file holds; nothing where it cannot be read, as nobody asked for it."""
    try:
        return read_bytes(path)
    except DatasetError:
        return b""
