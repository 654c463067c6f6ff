"""A video whose decoding is measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from foretell.closing import Closing
from foretell.tools.decoding.video import DecodeMode, Video
from foretell.tools.watching.profile import Profile
from foretell.types import Frame, Interval, Sound, VideoInfo


class ProfiledVideo(Closing):
    """The same as another video; see `foretell.tools.decoding.video.Video`.

    Args:
        video: The other one, which is closed with this one.
        profile: Where the seconds are added that frames take to come.
    """

    def __init__(self, video: Video, profile: Profile) -> None:
        self._video = video
        self._profile = profile

    @property
    def info(self) -> VideoInfo:
        """What the file is."""
        return self._video.info

    @property
    def damage(self) -> str | None:
        """How far decoding got in a damaged file, else None."""
        return self._video.damage

    def frames(
        self,
        times_seconds: Sequence[float] | None = None,
        *,
        mode: DecodeMode = "exact",
        size: tuple[int, int] | None = None,
        within: Interval | None = None,
    ) -> Iterator[Frame]:
        """Gives frames in order of time; see `Video.frames`."""
        frames = self._video.frames(times_seconds, mode=mode, size=size, within=within)
        return self._profile.each("decode", frames)

    def frame_times(self) -> list[float]:
        """Gives each frame's presentation time in seconds, ascending, without decoding."""
        return self._video.frame_times()

    def subtitles(self) -> Iterator[tuple[int, Interval, str]]:
        """Gives (track index, when, text) of each cue of the embedded text subtitle tracks."""
        return self._video.subtitles()

    def sounds(self) -> Iterator[Sound]:
        """Gives the best sound track in pieces; see `Video.sounds`."""
        return self._profile.each("decode", self._video.sounds())

    def close(self) -> None:
        """Closes the video."""
        self._video.close()
