"""The perceivers of pictures; what they look with is imported when they look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from foretell.tools.decoding.video import Video
from foretell.types import Event, EventKind, Interval, VideoInfo


class Shots:
    """A perceiver that gives one event for each shot; see `foretell.tools.pictures.shots`."""

    source = "scenes"
    settings = "3"

    def sees(self, video: VideoInfo) -> Sequence[EventKind]:
        """Gives scenes, of any video."""
        return ("scene",)

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives a "scene" event for each shot, when the shot is over; see `Perceiver`."""
        from foretell.tools.pictures.shots import shots

        return _scenes(self.source, shots(video, since_seconds))


class Motion:
    """A perceiver of who or what comes and goes in front of a camera that does not move.

    See `foretell.tools.pictures.motion`.
    """

    source = "motion"
    settings = "1"

    def sees(self, video: VideoInfo) -> Sequence[EventKind]:
        """Gives comings and goings as scenes, of any video."""
        return ("scene",)

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives a "scene" event for each stay and each empty time; see `Perceiver`."""
        from foretell.tools.pictures.motion import comings_and_goings

        return _scenes(self.source, comings_and_goings(video, since_seconds))


class Slides:
    """A perceiver of the pages of a talk, numbered in the order in which they are first shown.

    See `foretell.tools.pictures.slides`.
    """

    source = "slides"
    settings = "3"

    def sees(self, video: VideoInfo) -> Sequence[EventKind]:
        """Gives scenes, of any video."""
        return ("scene",)

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives a "scene" event for each time that a page is shown; see `Perceiver`."""
        from foretell.tools.pictures.slides import shown_slides

        return _scenes(self.source, shown_slides(video, since_seconds))


def _scenes(source: str, told: Iterable[tuple[Interval, str]]) -> Iterator[Event]:
    return (Event(interval, "scene", text, source) for interval, text in told)
