"""What every part of watching has in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

from foretell.tools.decoding.video import Video
from foretell.types import Event, EventKind, VideoInfo


class Perceiver(Protocol):
    """Turns a video into events of one track."""

    @property
    def source(self) -> str:
        """The track's name, written into each event's `source`."""
        ...

    @property
    def settings(self) -> str:
        """All that changes what it would give; a track with other settings is made anew."""
        ...

    def sees(self, video: VideoInfo) -> Sequence[EventKind]:
        """The kinds of events that it would give; none where it can see nothing of this video.

        What nobody looked for is unknown; what was looked for and not found is absent.
        """
        ...

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives the events in order of their ends, each as soon as it is known.

        Args:
            video: The open video.
            since_seconds: None from the beginning; after an interruption, the end of the last
                event that was kept. The events given then are exactly those of an uninterrupted
                run that end then or later, so that one which was kept may come again.

        Raises:
            VideoError: If the video cannot be decoded.
        """
        ...


@runtime_checkable
class Remarking(Protocol):
    """A perceiver that may have something to tell about how it came to its events."""

    def remarks(self, video: Video) -> Sequence[str]:
        """Gives a sentence on each thing that the user should know, once `perceive` has ended."""
        ...
