"""Speaks to FFmpeg through PyAV: opens, demuxes, decodes, writes. Alone in importing `av`."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np

from foretell.errors import VideoError
from foretell.tools.decoding.interface import DecodeMode, Opening
from foretell.tools.decoding.video_file import CONTAINERS, stalled, unreadable
from foretell.types import Interval

if TYPE_CHECKING:
    from av.codec.context import CodecContext
    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.subtitles.stream import SubtitleStream
    from av.subtitles.subtitle import AssSubtitle, SubtitleSet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

PADDING_PIXELS = 1 << 16
"""Pixels by which a codec may pad a picture to whole blocks."""
THREADS = min(16, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Ends:
    """When the tracks of a file end, as far as its packets from some point on tell.

    Attributes:
        video_seconds: The best video track; None if no packet of it was left.
        latest_seconds: The last of all tracks.
        from_keyframe: Whether the first packet read of the video track was a keyframe; if not, a
            frame that is shown later may have been passed over.
    """

    video_seconds: float | None
    latest_seconds: float
    from_keyframe: bool


class Source:
    """An open file, its best video track and its clock.

    Attributes:
        container: The open file.
        stream: Its best video track.
        unreadable_cues: How many subtitle cues could not be decoded.
        clock_start_seconds: What its clock shows at time 0, where that may be anything.

    Times are the file's presentation timestamps in seconds. Where a container's clock may start
    anywhere (MPEG-TS, MPEG-PS), they are counted from its start, as a player shows them.

    Raises:
        VideoError: If the file is not a video, or its picture is too large.
    """

    def __init__(self, opening: Opening) -> None:
        import av
        from av.format import Flags

        self._opening = opening
        self.unreadable_cues = 0
        self.container = _open_container(opening)
        try:
            self.stream = _best_video(self.container, opening)
        except VideoError:
            self.close()
            raise
        self._base = cast(Fraction, self.stream.time_base)
        self._offset_seconds = 0.0
        self.clock_start_seconds: float | None = None
        if Flags.ts_discont in Flags(self.container.format.flags):
            start = Fraction(self.container.start_time or 0, av.time_base)
            self._offset_seconds = float(round(start / self._base) * self._base)
            self.clock_start_seconds = self._offset_seconds

    def close(self) -> None:
        """Closes the file."""
        self.container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def prepare(self, mode: DecodeMode) -> None:
        """Sets how the track is decoded, and lets the demuxer pass over what is not needed."""
        from av.codec.context import ThreadType
        from av.stream import Discard

        for stream in self.container.streams:
            if stream is not self.stream:
                stream.discard = Discard.all
        codec = self.stream.codec_context
        codec.thread_type = ThreadType.AUTO
        codec.thread_count = THREADS
        # Decoders pad a picture before they hold its size against this bound.
        codec.options = {"max_pixels": str(2 * self._opening.limits.max_pixels + PADDING_PIXELS)}
        if mode == "key":
            codec.skip_frame = "NONKEY"
        elif mode == "fast":
            codec.skip_frame = "NONREF"

    def _packets(self, streams: Sequence[Stream]) -> Iterator[Packet[Any] | str]:
        """Gives the packets, the last of them empty, or FFmpeg's words where reading breaks off."""
        from av.error import ExitError, FFmpegError

        try:
            yield from self.container.demux(*streams)
        except ExitError as error:
            raise stalled(self._opening.path, self._opening.limits.stall_seconds) from error
        except FFmpegError as error:
            yield error.strerror or str(error)

    def decode(self, track: Stream | None = None) -> Iterator[tuple[Packet[Any] | None, Any]]:
        """Gives each packet of a track with the frames that it completes, or FFmpeg's words."""
        from av.error import FFmpegError

        for packet in self._packets([track or self.stream]):
            if isinstance(packet, str):
                yield None, packet
            elif not self._is_skipped(packet):
                try:
                    yield packet, packet.decode()
                except MemoryError:
                    raise
                except FFmpegError as error:
                    yield packet, error.strerror or str(error)

    def _is_skipped(self, packet: Packet[Stream]) -> bool:
        """Says whether only keyframes are wanted and this is none.

        Left to the demuxer (`Discard.nonkey`), keyframes of an MP4 with B-frames get wrong times;
        left to the decoder, VP9 and GIF give every frame.
        """
        codec = self.stream.codec_context
        return codec.skip_frame == "NONKEY" and bool(packet.size) and not packet.is_keyframe

    def seconds(self, ticks: int, base: Fraction | None = None) -> float:
        """Turns a timestamp of the video track, or of time base `base`, into seconds."""
        base = base or self._base
        return ticks * base.numerator / base.denominator - self._offset_seconds

    def ticks(self, seconds: float) -> int:
        """Turns seconds into the nearest timestamp of the video track."""
        return round((seconds + self._offset_seconds) / self._base)

    def keyframe_before(self, seconds: float) -> float | None:
        """Gives when the keyframe before a time is, where the file's index reaches that far."""
        index, ticks = cast(Any, self.stream.index_entries), self.ticks(seconds)
        if len(index) < 2 or index[-1].timestamp < ticks:
            return None
        return self.seconds(index[max(0, index.search_timestamp(ticks))].timestamp)

    def seek(self, seconds: float) -> bool:
        """Moves to the keyframe at or before a time, roughly; says whether the file allows it."""
        from av.error import FFmpegError

        try:
            self.container.seek(self.ticks(seconds), stream=self.stream)
        except FFmpegError:
            return False
        return True

    def declared_end_seconds(self) -> float | None:
        """Gives when the file says that it ends, None where it does not say or only guesses."""
        import av

        if self._offset_seconds or self.container.duration is None:
            return None
        return ((self.container.start_time or 0) + self.container.duration) / av.time_base

    def spans(
        self, streams: Sequence[Stream], on_progress: Callable[[], None]
    ) -> Iterator[tuple[Packet[Stream], float, float]]:
        """Demuxes, giving each packet that is shown with its start and end in seconds."""
        for packet in self._packets(streams):
            on_progress()
            if isinstance(packet, str):
                return
            ticks = packet.pts if packet.pts is not None else packet.dts
            if ticks is not None and packet.size and not packet.is_discard:
                start = self.seconds(ticks, packet.time_base)
                yield packet, start, start + self._duration_seconds(packet)

    def _duration_seconds(self, packet: Packet[Stream]) -> float:
        if packet.duration or packet.stream is not self.stream:
            return float((packet.duration or 0) * packet.time_base)
        return float(1 / (self.stream.average_rate or Fraction(25)))

    def ends(self, on_progress: Callable[[], None]) -> Ends:
        """Reads on to the end of the file, and gives when its tracks end."""
        streams = self.container.streams
        video, latest, from_keyframe = None, 0.0, False
        for packet, _, end in self.spans([*streams.video, *streams.audio], on_progress):
            latest = max(latest, end)
            if packet.stream is self.stream:
                from_keyframe = from_keyframe or (video is None and packet.is_keyframe)
                video = end if video is None else max(video, end)
        return Ends(video, latest, from_keyframe)

    def dialogues(self, packet: Packet[Stream]) -> list[str]:
        """Gives a subtitle packet as FFmpeg reads it: the fields of ASS, parted by commas."""
        from av.error import FFmpegError

        try:
            cue = cast("SubtitleSet | None", cast(Any, packet.stream).decode2(packet))
        except FFmpegError:
            self.unreadable_cues += 1
            return []
        return [cast("AssSubtitle", line).ass.decode(errors="replace") for line in cue or ()]

    def mono(self, rate: int) -> Any:
        """Gives what turns sound into one channel of float32, `rate` samples a second."""
        from av.audio.resampler import AudioResampler

        return AudioResampler("flt", "mono", rate)

    def text_tracks(self) -> list[SubtitleStream]:
        """Gives the subtitle tracks that hold text, not pictures of it."""
        return [
            track
            for track in self.container.streams.subtitles
            if cast("CodecContext | None", track.codec_context) and track.codec.text_sub
        ]


def _open_container(opening: Opening) -> InputContainer:
    """Opens a file with demuxers and protocols that read that one file only."""
    import av
    from av.error import ExitError, FFmpegError

    try:
        return av.open(
            os.path.abspath(opening.path),
            options={"format_whitelist": CONTAINERS, "protocol_whitelist": "file"},
            timeout=opening.limits.stall_seconds,
            metadata_errors="replace",
        )
    except ExitError as error:
        raise stalled(opening.path, opening.limits.stall_seconds) from error
    except FFmpegError as error:
        refused = error.errno == errno.EINVAL
        reason = "not one of these formats" if refused else error.strerror or str(error)
        raise unreadable(opening.path, reason) from error


def _best_video(container: InputContainer, opening: Opening) -> VideoStream:
    """Gives the video track that a player would choose."""
    from av.stream import Disposition

    stream = cast("VideoStream | None", container.streams.best("video"))
    if stream is None or Disposition.attached_pic in Disposition(stream.disposition):
        others = {other.type for other in container.streams if other is not stream}
        held = ", ".join(sorted(others)) or "nothing"
        raise VideoError(f"{opening.path!r} has no video track, only {held}; give a video file")
    if cast("CodecContext | None", stream.codec_context) is None:
        raise VideoError(f"{opening.path!r} holds a video codec without a decoder; convert it")
    width, height = stream.codec_context.width, stream.codec_context.height
    if width * height > opening.limits.max_pixels:
        raise VideoError(
            f"{opening.path!r} is {width} x {height} pixels, and at most "
            f"{opening.limits.max_pixels} are decoded; raise max_pixels if the file is worth it"
        )
    return stream


class Rasterizer:
    """Turns decoded frames into RGB pictures of one size.

    Args:
        size: (width, height) of the pictures as displayed.
        quarter_turns: By how many times 90 degrees they are turned counter-clockwise.
    """

    def __init__(self, size: tuple[int, int], quarter_turns: int) -> None:
        from av.video.reformatter import VideoReformatter

        self._reformatter = VideoReformatter()
        self._width, self._height = size[::-1] if quarter_turns % 2 else size
        self._quarter_turns = quarter_turns

    def rgb(self, frame: VideoFrame) -> NDArray[np.uint8]:
        """Gives (H, W, 3) uint8 RGB.

        Raises:
            VideoError: If FFmpeg cannot convert the picture.
        """
        from av.error import FFmpegError

        size = self._width, self._height
        try:
            converted = self._reformatter.reformat(frame, *size, "rgb24", threads=THREADS)
        except MemoryError:
            raise
        except FFmpegError as error:
            what = f"a picture in {frame.format.name} of {frame.width} x {frame.height}"
            raise VideoError(f"{what} cannot be turned into RGB of {size}: {error}") from error
        picture = cast("NDArray[np.uint8]", converted.to_ndarray())
        return np.ascontiguousarray(np.rot90(picture, self._quarter_turns))


def write_video(
    path: str | PathLike[str],
    frames: Iterable[NDArray[np.uint8]],
    *,
    frames_per_second: float,
    subtitles: Sequence[tuple[Interval, str]] = (),
) -> None:
    """Writes an H.264 MP4, with a text subtitle track where there are cues.

    Args:
        path: The file to write, ending in ".mp4".
        frames: (H, W, 3) uint8 RGB, all of one size, H and W even.
        frames_per_second: The constant frame rate.
        subtitles: When and what, in order of time.

    Raises:
        VideoError: If there is no frame, a side is odd, or the file cannot be written.
    """
    import av
    from av.error import FFmpegError

    pictures = iter(frames)
    first = next(pictures, None)
    if first is None or first.shape[0] % 2 or first.shape[1] % 2:
        given = "no frames" if first is None else f"frames of {first.shape[1]} x {first.shape[0]}"
        raise VideoError(f"{fspath(path)!r} was to hold {given}; give frames with even sides")
    try:
        with av.open(fspath(path), "w", format="mp4") as opened:
            container = cast(Any, opened)
            rate = Fraction(frames_per_second).limit_denominator(1001)
            track = container.add_stream("libx264", rate, options={"preset": "veryfast"})
            track.height, track.width = first.shape[:2]
            track.pix_fmt = "yuv420p"
            container.mux(_cue_packets(container, subtitles) if subtitles else [])
            for index, picture in enumerate(chain([first], pictures)):
                frame = av.VideoFrame.from_ndarray(picture, "rgb24")
                frame.pts, frame.time_base = index, 1 / rate
                container.mux(track.encode(frame))
            container.mux(track.encode())
    except FFmpegError as error:
        raise VideoError(f"{fspath(path)!r} cannot be written: {error.strerror}") from error


_ASS_HEADER = b"""[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour
Style: Default,Arial,16,&Hffffff
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def _cue_packets(container: Any, cues: Sequence[tuple[Interval, str]]) -> list[Any]:
    """Adds a text subtitle track to the file and gives its packets."""
    from av.subtitles.subtitle import SubtitleSet

    track = container.add_stream("mov_text")
    track.codec_context.subtitle_header = _ASS_HEADER
    track.time_base = track.codec_context.time_base = Fraction(1, 1000)
    container.start_encoding()
    packets: list[Any] = []
    for index, (interval, text) in enumerate(cues):
        line = f"{index},0,Default,,0,0,0,,{text}".encode()
        length, start = round(interval.duration * 1000), round(interval.start * 1000)
        packet = track.codec_context.encode_subtitle(SubtitleSet.create(line, 0, length, start))
        packet.stream, packet.time_base = track, Fraction(1, 1000)
        packets.append(packet)
    return packets
