"""A video that PyAV decodes in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from foretell.closing import Closing
from foretell.errors import VideoError
from foretell.tools.decoding.cue_tracks import track_cues
from foretell.tools.decoding.interface import DecodeMode, FrameRequest, Opening, frame_request
from foretell.tools.decoding.pyav_backend import Ends, Rasterizer, Source
from foretell.tools.decoding.sound_track import sound_pieces
from foretell.tools.decoding.track_decoder import Decoding, on_show_at, on_show_within
from foretell.types import Frame, Interval, Sound, VideoInfo

FAR_SECONDS = 1e9
"""A time after the end of any video: seeking there gives the last keyframe."""
REORDERED_SECONDS = 5.0
"""Seconds by which frames may be out of order at the end."""
SHORT_SECONDS = 1.0
"""Seconds by which a container may round its length up."""


class PyavVideo(Closing):
    """An open video; see `foretell.tools.decoding.video.Video`.

    Every iterator opens the file for itself, so that any number of them may be under way.

    Raises:
        VideoError: If the file is not a video, no frame can be decoded, or a limit is passed.
    """

    def __init__(self, opening: Opening, on_progress: Callable[[], None]) -> None:
        self._opening = opening
        self._on_progress = on_progress
        self._closed = False
        self._broke: str | None = None
        end, self._cut_off = self._find_end()
        with self._decode("exact") as decoding:
            self._quarter_turns, self._info = _describe(decoding, opening, end)

    @property
    def info(self) -> VideoInfo:
        """What the file is."""
        return self._info

    @property
    def damage(self) -> str | None:
        """How far decoding got in a damaged file, or that the file is cut off, else None."""
        return "; ".join(filter(None, (self._cut_off, self._broke))) or None

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
        rasterizer = Rasterizer(size, self._quarter_turns)
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
        with Source(self._opening) as source:
            return sorted(start for _, start, _ in source.spans([source.stream], self._on_progress))

    def subtitles(self) -> Iterator[tuple[int, Interval, str]]:
        """Gives (track index, when, lines) of each cue of the text subtitle tracks."""
        self.check_open()
        with Source(self._opening) as source:
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
        with Source(self._opening) as source:
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
        return Decoding(self._opening, mode, self._on_progress)

    def _find_end(self) -> tuple[float, str | None]:
        """Gives when the last frame ends, and a sentence where the file says it goes on.

        The packets behind the last keyframe tell, or those of the last few seconds where a
        container does not find keyframes; where they cannot be reached, all packets do.
        """
        target_seconds = FAR_SECONDS
        for is_final in (False, True):
            with Source(self._opening) as source:
                if not source.seek(target_seconds):
                    break
                ends = source.ends(self._on_progress)
                if ends.video_seconds is None:
                    break
                if ends.from_keyframe or is_final:
                    return ends.video_seconds, _cut_off(ends, source)
                target_seconds = ends.video_seconds - REORDERED_SECONDS
        with Source(self._opening) as source:
            ends = source.ends(self._on_progress)
            return ends.video_seconds or 0.0, _cut_off(ends, source)

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


def _cut_off(ends: Ends, source: Source) -> str | None:
    end, declared = ends.latest_seconds, source.declared_end_seconds()
    if declared is None or declared <= end + SHORT_SECONDS:
        return None
    return f"the file ends at {end:.1f} s though it says {declared:.1f} s; it may have been cut off"


def _describe(decoding: Decoding, opening: Opening, end: float) -> tuple[int, VideoInfo]:
    """Gives by how many quarter turns frames are turned, and what the file is."""
    source, first = decoding.source, decoding.peek()
    codec = source.stream.codec_context.codec.canonical_name
    if first is None:
        raise VideoError(
            f"no frame of {opening.path!r} can be decoded "
            f"({codec}: {decoding.reason or 'it holds none'}); copy or download it again"
        )
    start, frame = first
    turns = round(frame.rotation / 90) % 4
    size = max(1, round(frame.width * (source.stream.sample_aspect_ratio or 1))), frame.height
    width, height = size[::-1] if turns % 2 else size
    info = VideoInfo(
        path=opening.path,
        content_hash=opening.content_hash,
        interval=Interval(start, max(start, end)),
        width=width,
        height=height,
        codec=codec,
        has_audio=bool(source.container.streams.audio),
        subtitle_tracks=tuple(track.language or "und" for track in source.text_tracks()),
        clock_start_seconds=source.clock_start_seconds,
    )
    return turns, info
