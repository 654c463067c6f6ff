"""Makes a perceiver of a file of captions, narrations or subtitles."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from foretell.tools.captions import read_captions
from foretell.tools.narrations import read_narrations
from foretell.tools.subtitles import read_subtitles
from foretell.tools.text_file import read_bytes
from foretell.tools.timed_text import ending_since, fit_to_video
from foretell.tools.video import Video
from foretell.types import Event

ImportedKind = Literal["captions", "narrations", "subtitles"]

_VERSION = 1
"""Raised whenever a reader gives other events for the same file."""

_READERS: dict[ImportedKind, Callable[[Path, Video], list[Event]]] = {
    "captions": lambda path, video: read_captions(path, video.info, video.frame_times),
    "narrations": lambda path, video: read_narrations(path, video.info),
    "subtitles": lambda path, video: fit_to_video(read_subtitles(path), video.info, path),
}


@dataclass(frozen=True, slots=True)
class ImportedText:
    """Gives the texts of one file as the events of a track.

    Attributes:
        path: The file.
        kind: What it holds, which chooses the reader.
    """

    path: Path
    kind: ImportedKind

    @property
    def source(self) -> str:
        """The kind and the file's name, such as "captions:lavila.json"."""
        return f"{self.kind}:{self.path.name}"

    @property
    def settings(self) -> str:
        """The version of the readers and the SHA-256 of what the file holds.

        Raises:
            DatasetError: If the file cannot be read.
        """
        return f"{self.kind} {_VERSION}, {hashlib.sha256(read_bytes(self.path)).hexdigest()}"

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives the texts in order of their ends, as `Perceiver` states.

        Raises:
            DatasetError: If the file cannot be read, or does not fit the video.
        """
        return ending_since(since_seconds, _READERS[self.kind](self.path, video))
