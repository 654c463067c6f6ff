"""Makes a perceiver of a file of captions, narrations or subtitles."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from foretell.tools.decoding.video import Video
from foretell.tools.importing.captions import read_captions
from foretell.tools.importing.narrations import read_narrations
from foretell.tools.importing.subtitles import read_subtitles
from foretell.tools.texts.text_file import read_bytes
from foretell.tools.texts.timed_text import ending_since, fit_to_video
from foretell.types import Event, EventKind, VideoInfo

Reader = Callable[[Path, Video], list[Event]]


@dataclass(frozen=True, slots=True)
class ImportedText:
    """Gives the texts of one file as the events of a track.

    Attributes:
        path: The file.
        form: What the reader reads, with its version: raised where it gives other events for the
            same file.
        source: The track's name, such as "captions:lavila.json".
        kinds: The kinds of events that such a file tells of.
        read: Gives the events of a file that describes a video.
    """

    path: Path
    form: str
    source: str
    kinds: tuple[EventKind, ...]
    read: Reader

    @classmethod
    def captions(cls, path: Path) -> Self:
        """Gives the perceiver of a file that `read_captions` reads."""
        return cls(path, "captions 1", f"captions:{path.name}", ("caption",), _captions)

    @classmethod
    def narrations(cls, path: Path) -> Self:
        """Gives the perceiver of a file that `read_narrations` reads."""
        kinds: tuple[EventKind, ...] = ("caption", "action")
        return cls(path, "narrations 1", f"narrations:{path.name}", kinds, _narrations)

    @classmethod
    def subtitles(cls, path: Path) -> Self:
        """Gives the perceiver of a file that `read_subtitles` reads."""
        return cls(path, "subtitles 1", f"subtitles:{path.name}", ("speech",), _subtitles)

    @property
    def settings(self) -> str:
        """The form and the SHA-256 of what the file holds.

        Raises:
            DatasetError: If the file cannot be read.
        """
        return f"{self.form}, {hashlib.sha256(read_bytes(self.path)).hexdigest()}"

    def sees(self, video: VideoInfo) -> Sequence[EventKind]:
        """Gives what a file of this form tells of."""
        return self.kinds

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives the texts in order of their ends, as `Perceiver` states.

        Raises:
            DatasetError: If the file cannot be read, or does not fit the video.
        """
        return ending_since(since_seconds, self.read(self.path, video))


def _captions(path: Path, video: Video) -> list[Event]:
    return read_captions(path, video.info, video.frame_times)


def _narrations(path: Path, video: Video) -> list[Event]:
    return read_narrations(path, video.info)


def _subtitles(path: Path, video: Video) -> list[Event]:
    return fit_to_video(read_subtitles(path), video.info, path)
