"""A video that PyAV decodes in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from foretell.closing import Closing
from foretell.errors import VideoError
from foretell.tools.decoding.cue_tracks import track_cues
from foretell.tools.decoding.interface import DecodeMode, FrameRequest, Opening, frame_request
from foretell.tools.decoding.orientation import Orientation
from foretell.tools.decoding.pyav_backend import Rasterizer, Source, orientation_of
from foretell.tools.decoding.sound_track import sound_pieces
from foretell.tools.decoding.survey import Survey, survey
from foretell.tools.decoding.track_decoder import Decoding, on_show_at, on_show_within
from foretell.types import Frame, Interval, Sound, VideoInfo

FILLED_SECONDS = 0.2
"""Seconds by which sound may outlast pictures as its packets are filled up, and tell nothing: two
packets of AAC last 0.05 s at 44.1 kHz and 0.26 s at 8 kHz."""


class PyavVideo(Closing):
    """An open video; see `foretell.tools.decoding.video.Video`.

    Every iterator opens the file for itself, so that any number of them may be under way.

    Attributes:
        orientation: How pictures are laid down, as those that `frames` gives are already.

    Raises:
        VideoError: If the file is not a video, no frame can be decoded, or a limit is passed.
    """

    def __init__(self, opening: Opening, on_progress: Callable[[], None]) -> None:
        self._opening = opening
        self._on_progress = on_progress
        self._closed = False
        self._broke: str | None = None
        self._survey = survey(opening, on_progress)
        with self._decode("exact") as decoding:
            self.orientation, self._info = _describe(decoding, opening, self._survey)

    @property
    def info(self) -> VideoInfo:
        """What the file is."""
        return self._info

    @property
    def damage(self) -> str | None:
        """How far decoding got in a damaged file, or that the file is cut off, else None."""
        return "; ".join(filter(None, (self._survey.cut_off, self._broke))) or None

    def frames(
        self,
        times_seconds: Sequence[float] | None = None,
        *,
        mode: DecodeMode = "exact",
        size: tuple[int, int] | None = None,
        within: Interval | None = None,
    ) -> Iterator[Frame]:
        """Gives frames in order of time; see `Video.frames`."""
        limits = self._opening.limits
        return self._frames(frame_request(limits, times_seconds, mode, size, within))

    def _frames(self, request: FrameRequest) -> Iterator[Frame]:
        size = request.size or (self._info.width, self._info.height)
        rasterizer = Rasterizer(size, self.orientation)
        with self._decode(request.mode) as decoding:
            if request.times_seconds is not None:
                chosen = on_show_at(decoding, request.times_seconds)
            elif request.within is not None and not request.within.overlaps(self._info.interval):
                chosen = iter(())
            elif request.within is not None:
                chosen = on_show_within(decoding, request.within)
            else:
                chosen = iter(decoding.take, None)
            before, frame = None, None
            for shown in chosen:
                if frame is None or shown is not before:
                    before, (seconds, picture) = shown, shown
                    lost_from_seconds = decoding.lost_after(seconds)
                    frame = Frame(rasterizer.rgb(picture), seconds, lost_from_seconds)
                self._note_damage(decoding)
                yield frame
                self.check_open()
            self._note_damage(decoding)

    def frame_times(self) -> list[float]:
        """Gives each frame's presentation time in seconds, ascending, without decoding."""
        self.check_open()
        return list(self._survey.frame_times)

    def subtitles(self) -> Iterator[tuple[int, Interval, str]]:
        """Gives (track index, when, lines) of each cue of the text subtitle tracks."""
        self.check_open()
        with Source(self._opening, self._survey.clock) as source:
            for track, start, end, text in track_cues(source, self._on_progress):
                latest = self._info.interval.end if end is None else end
                yield track, Interval(start, max(start, latest)), text
                self.check_open()
            if source.unreadable_cues:
                self._broke = f"{source.unreadable_cues} subtitle cues cannot be read"

    def sounds(self) -> Iterator[Sound]:
        """Gives the best sound track in pieces; see `Video.sounds`."""
        self.check_open()
        bad: list[str] = []
        with Source(self._opening, self._survey.clock) as source:
            for piece in sound_pieces(source, self._on_progress):
                if isinstance(piece, Sound):
                    yield piece
                    self.check_open()
                else:
                    bad.append(piece)
        if bad:
            self._broke = f"{len(bad)} packets of its sound cannot be decoded: {bad[0]}"

    def close(self) -> None:
        """Lets go of the file."""
        self._closed = True

    def check_open(self) -> None:
        """Does nothing while the video is open.

        Raises:
            VideoError: If it was closed.
        """
        if self._closed:
            raise VideoError(f"{self._opening.path!r} was closed; open it again")

    def _decode(self, mode: DecodeMode) -> Decoding:
        self.check_open()
        return Decoding(self._opening, self._survey.clock, mode, self._on_progress)

    def _note_damage(self, decoding: Decoding) -> None:
        """Keeps a sentence on how far decoding got."""
        if not decoding.bad_packets:
            return
        packets = (
            "1 bad packet" if decoding.bad_packets == 1 else f"{decoding.bad_packets} bad packets"
        )
        self._broke = (
            f"decoded to {decoding.reached_seconds:.1f} s of {self._info.interval.end:.1f} s; "
            f"{packets}: {decoding.reason}"
        )


def _describe(decoding: Decoding, opening: Opening, times: Survey) -> tuple[Orientation, VideoInfo]:
    """Gives how frames are laid down, and what the file is."""
    source, first = decoding.source, decoding.peek()
    codec = source.stream.codec_context.codec.canonical_name
    if first is None:
        raise VideoError(
            f"no frame of {opening.path!r} can be decoded "
            f"({codec}: {decoding.reason or 'it holds none'}); copy or download it again"
        )
    start, frame = first
    orientation = orientation_of(frame)
    size = max(1, round(frame.width * (source.stream.sample_aspect_ratio or 1))), frame.height
    width, height = orientation.size(*size)
    pictures = Interval(start, max(start, times.pictures_end_seconds))
    whole = _joined(pictures, times.sound)
    info = VideoInfo(
        path=opening.path,
        content_hash=opening.content_hash,
        interval=whole,
        width=width,
        height=height,
        codec=codec,
        has_audio=bool(source.container.streams.audio),
        subtitle_tracks=tuple(track.language or "und" for track in source.text_tracks()),
        clock_start_seconds=source.origin_seconds if source.may_leap else None,
        pictures=None if pictures == whole else pictures,
        note=times.clock.note,
    )
    return orientation, info


def _joined(pictures: Interval, sound: Interval | None) -> Interval:
    """Gives the time from the first to the last of what is seen or heard."""
    if sound is None:
        return pictures
    early = pictures.start - sound.start > FILLED_SECONDS
    late = sound.end - pictures.end > FILLED_SECONDS
    return Interval(sound.start if early else pictures.start, sound.end if late else pictures.end)
