"""Makes a perceiver of a file of captions or narrations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from foretell.memory.tracks import Track
from foretell.tools.decoding.video import Video
from foretell.tools.importing.origins import origin_settings, source_for
from foretell.tools.texts.timed_text import ending_since
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
    def captions(cls, path: Path, tracks: Sequence[Track] = ()) -> Self:
        """Gives the perceiver of a file that `read_captions` reads, beside the video's `tracks`."""
        source = source_for("captions", path, tracks)
        return cls(path, "captions 2", source, ("caption",), _captions)

    @classmethod
    def narrations(cls, path: Path, tracks: Sequence[Track] = ()) -> Self:
        """Gives the perceiver of a file that `read_narrations` reads, as `captions` does."""
        kinds: tuple[EventKind, ...] = ("caption", "action")
        source = source_for("narrations", path, tracks)
        return cls(path, "narrations 2", source, kinds, _narrations)

    @property
    def settings(self) -> str:
        """The form, the SHA-256 of what the file holds, and where it lies.

        Raises:
            DatasetError: If the file cannot be read.
        """
        return origin_settings(self.form, self.path)

    def sees(self, video: VideoInfo) -> Sequence[EventKind]:
        """Gives what a file of this form tells of."""
        return self.kinds

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives the texts in order of their ends, as `Perceiver` states.

        Raises:
            DatasetError: If the file cannot be read, or does not fit the video.
        """
        read = self.read(self.path, video)
        return ending_since(since_seconds, [replace(event, source=self.source) for event in read])


def _captions(path: Path, video: Video) -> list[Event]:
    from foretell.tools.importing.captions import read_captions

    return read_captions(path, video.info, video.frame_times)


def _narrations(path: Path, video: Video) -> list[Event]:
    from foretell.tools.importing.narrations import read_narrations

    return read_narrations(path, video.info, video.frame_times)
