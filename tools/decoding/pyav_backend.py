"""Speaks to FFmpeg through PyAV: opens, demuxes, decodes, writes. Alone in importing `av`."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from heapq import merge
from itertools import chain
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np

from foretell.errors import VideoError
from foretell.tools.decoding.clock import Clock
from foretell.tools.decoding.interface import DecodeMode, Opening
from foretell.tools.decoding.orientation import Orientation
from foretell.tools.decoding.video_file import CONTAINERS, stalled, unreadable
from foretell.types import SAMPLE_RATE, Frame, Interval, Sound

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.codec.context import CodecContext
    from av.container import InputContainer
    from av.packet import Packet
    from av.sidedata.sidedata import SideData
    from av.stream import Stream
    from av.subtitles.stream import SubtitleStream
    from av.subtitles.subtitle import AssSubtitle, SubtitleSet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

PADDING_PIXELS = 1 << 16
"""Pixels by which a codec may pad a picture to whole blocks."""
_LENGTHS_FROM_ZERO = {"matroska", "asf", "nut"}
"""Containers whose header tells how long they are from 0 on, wherever the first picture is."""
THREADS = min(16, os.cpu_count() or 1)


class Source:
    """An open file and its best video track.

    Args:
        opening: The file.
        clock: By how much its packets are moved in time; None leaves them where they are.

    Attributes:
        container: The open file.
        stream: Its best video track.
        may_leap: Whether the container's clock may start anywhere and leap (MPEG-TS, MPEG-PS, Ogg).
        origin_seconds: What is 0 on the clock of the video: where it may start anywhere, the start
            of the file, as a player shows it.
        can_seek: Whether packets can be read from elsewhere than the beginning.
        unreadable_cues: How many subtitle cues could not be decoded.

    Raises:
        VideoError: If the file is not a video, or its picture is too large.
    """

    def __init__(self, opening: Opening, clock: Clock | None = None) -> None:
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
        self._clock = clock or Clock()
        self._numbers: dict[int, int] = {}
        self.can_seek = not (self._clock.moved or self._clock.shown)
        self._base = cast(Fraction, self.stream.time_base)
        self.may_leap = Flags.ts_discont in Flags(self.container.format.flags)
        self.origin_seconds = 0.0
        if self.may_leap:
            start = Fraction(self.container.start_time or 0, av.time_base)
            self.origin_seconds = float(round(start / self._base) * self._base)

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

    def packets(self, streams: Sequence[Stream]) -> Iterator[Packet[Any] | str]:
        """Gives the packets, the last of them empty, or FFmpeg's words where reading breaks off.

        Their times are those of the clock.
        """
        from av.error import ExitError, FFmpegError

        try:
            if self.can_seek:
                yield from self.container.demux(*streams)
            else:
                yield from map(self._move, self.container.demux(*streams))
        except ExitError as error:
            raise stalled(self._opening.path, self._opening.limits.stall_seconds) from error
        except FFmpegError as error:
            yield error.strerror or str(error)

    def _move(self, packet: Packet[Any]) -> Packet[Any]:
        """Moves the next packet of a track in time, all of which have to come in order."""
        if (times := self.times(packet)) is not None:
            track = packet.stream_index
            number = self._numbers.get(track, 0)
            self._numbers[track] = number + 1
            decoded, presented, _ = times
            packet.pts = self.moved(self._clock, track, number, presented)
            packet.dts = decoded + self._in_ticks(self._clock.shift_seconds(track, number), track)
        return packet

    def _in_ticks(self, seconds: float, track: int) -> int:
        return round(seconds / cast(Fraction, self.container.streams[track].time_base))

    def moved(self, clock: Clock, track: int, number: int, ticks: int) -> int:
        """Gives when a packet that says `ticks` is shown by a clock, in ticks of its track."""
        if (shown := clock.shown.get(track, {}).get(number)) is not None:
            ticks = self._in_ticks(shown, track)
        return ticks + self._in_ticks(clock.shift_seconds(track, number), track)

    def times(self, packet: Packet[Any]) -> tuple[int, int, int] | None:
        """Gives when a packet is decoded, when shown and how long, in ticks; None if it is silent.

        One that tells one of the two times alone is shown when it is decoded.
        """
        shown = packet.pts if packet.pts is not None else packet.dts
        if shown is None or not packet.size:
            return None
        decoded = packet.dts if packet.dts is not None else shown
        return decoded, shown, packet.duration or self._usual_ticks(packet)

    def _usual_ticks(self, packet: Packet[Any]) -> int:
        """Gives how long a picture is shown that does not say."""
        if packet.stream is not self.stream:
            return 0
        return round(1 / (self.stream.average_rate or Fraction(25)) / self._base)

    def decode(self, track: Stream | None = None) -> Iterator[tuple[Packet[Any] | None, Any]]:
        """Gives each packet of a track with the frames that it completes, or FFmpeg's words."""
        from av.error import FFmpegError

        for packet in self.packets([track or self.stream]):
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
        return ticks * base.numerator / base.denominator - self.origin_seconds

    def ticks(self, seconds: float) -> int:
        """Turns seconds into the nearest timestamp of the video track."""
        return round((seconds + self.origin_seconds) / self._base)

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

        if self.origin_seconds or self.container.duration is None:
            return None
        from_zero = self.container.format.name.split(",")[0] in _LENGTHS_FROM_ZERO
        start = 0 if from_zero else self.container.start_time or 0
        return (start + self.container.duration) / av.time_base

    def spans(
        self, streams: Sequence[Stream], on_progress: Callable[[], None]
    ) -> Iterator[tuple[Packet[Stream], float, float]]:
        """Demuxes, giving each packet that is shown with its start and end in seconds."""
        for packet in self.packets(streams):
            on_progress()
            if isinstance(packet, str):
                return
            if (times := self.times(packet)) is not None and not packet.is_discard:
                _, shown, lasts = times
                start = self.seconds(shown, packet.time_base)
                yield packet, start, start + float(lasts * packet.time_base)

    def dialogues(self, packet: Packet[Stream]) -> list[str]:
        """Gives a subtitle packet as FFmpeg reads it: the fields of ASS, parted by commas."""
        from av.error import FFmpegError

        try:
            cue = cast("SubtitleSet | None", cast(Any, packet.stream).decode2(packet))
        except FFmpegError:
            self.unreadable_cues += 1
            return []
        return [cast("AssSubtitle", line).ass.decode(errors="replace") for line in cue or ()]

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
        orientation: How they are laid down.
    """

    def __init__(self, size: tuple[int, int], orientation: Orientation) -> None:
        from av.video.reformatter import VideoReformatter

        self._reformatter = VideoReformatter()
        self._size = orientation.size(*size)
        self._orientation = orientation

    def rgb(self, frame: VideoFrame) -> NDArray[np.uint8]:
        """Gives (H, W, 3) uint8 RGB.

        Raises:
            VideoError: If FFmpeg cannot convert the picture.
        """
        from av.error import FFmpegError

        size = self._size
        try:
            converted = self._reformatter.reformat(frame, *size, "rgb24", threads=THREADS)
        except MemoryError:
            raise
        except FFmpegError as error:
            what = f"a picture in {frame.format.name} of {frame.width} x {frame.height}"
            raise VideoError(f"{what} cannot be turned into RGB of {size}: {error}") from error
        return self._orientation.apply(cast("NDArray[np.uint8]", converted.to_ndarray()))


class Channels:
    """Gives each frame of one form at `SAMPLE_RATE`: FFmpeg's mix, and its channels beside it.

    Args:
        frame: The first frame; all have its format, layout and rate.
    """

    def __init__(self, frame: AudioFrame) -> None:
        from av.audio.resampler import AudioResampler

        names = [channel.name for channel in frame.layout.channels]
        # The channel of low effects holds no speech, and FFmpeg's mix leaves it out.
        self._full = [row for row, name in enumerate(names) if name != "LFE"]
        self._resampler = AudioResampler("fltp", frame.layout, SAMPLE_RATE)
        self._mixer = AudioResampler("fltp", "mono", SAMPLE_RATE)

    def rows(self, frame: AudioFrame | None) -> Iterator[tuple[AudioFrame, NDArray[np.float32]]]:
        """Yields each frame that is ready, as (1 + C, N) float32; None gives those that are left.

        Yields:
            The frame with its time, and its samples: the mix, then each channel of full range.
        """
        for resampled in self._resampler.resample(frame):
            samples = resampled.to_ndarray()
            for mixed in self._mixer.resample(resampled):
                rows = np.concatenate([mixed.to_ndarray(), samples[self._full]])
                yield mixed, rows.astype(np.float32, copy=False)


def orientation_of(frame: VideoFrame) -> Orientation:
    """Gives how a frame is to be laid down, by the matrix that its file or its codec holds."""
    from av.sidedata.sidedata import Type

    held = cast("Iterable[SideData]", frame.side_data)
    matrix = next((one for one in held if one.type is Type.DISPLAYMATRIX), None)
    return Orientation() if matrix is None else Orientation.of(bytes(matrix))


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


_WEBM_QUALITY = {"deadline": "realtime", "cpu-used": "8", "row-mt": "1", "crf": "34", "b": "0"}
"""VP9 as quickly as it is made, at a quality where written words can be read."""
_WEBM_CLOCK = Fraction(1, 1000)
"""WebM tells times in milliseconds."""
_KEY_FRAMES = 60
"""Frames between two that can be sought: a seek decodes two seconds at most."""


def write_webm(
    path: str | PathLike[str],
    size: tuple[int, int],
    frames: Iterable[Frame],
    sounds: Iterable[Sound] | None,
) -> None:
    """Writes a WebM of VP9 and Opus with the times that frames and sounds have.

    Args:
        path: The file to write.
        size: Width and height of the frames, even.
        frames: In order of time.
        sounds: In order of time; None for a file without.

    Raises:
        VideoError: If the file cannot be written.
    """
    import av
    from av.error import FFmpegError

    try:
        with av.open(fspath(path), "w", format="webm") as opened:
            container = cast(Any, opened)
            pictures = container.add_stream("libvpx-vp9", rate=30, options=_WEBM_QUALITY)
            pictures.width, pictures.height, pictures.pix_fmt = *size, "yuv420p"
            pictures.codec_context.time_base = _WEBM_CLOCK
            pictures.codec_context.gop_size = _KEY_FRAMES
            heard = None if sounds is None else container.add_stream("libopus", rate=48_000)
            pieces: Iterator[Frame | Sound] = merge(frames, sounds or (), key=_shown_at)
            for piece in pieces:
                if isinstance(piece, Frame):
                    picture = av.VideoFrame.from_ndarray(piece.data, "rgb24")
                    picture.pts = round(piece.pts_seconds / _WEBM_CLOCK)
                    picture.time_base = _WEBM_CLOCK
                    container.mux(pictures.encode(picture))
                elif heard is not None:
                    samples = av.AudioFrame.from_ndarray(piece.samples[None, :], "fltp", "mono")
                    samples.sample_rate, samples.time_base = SAMPLE_RATE, Fraction(1, SAMPLE_RATE)
                    samples.pts = round(piece.pts_seconds * SAMPLE_RATE)
                    container.mux(heard.encode(samples))
            for stream in (pictures, heard) if heard is not None else (pictures,):
                container.mux(stream.encode())
    except FFmpegError as error:
        raise VideoError(f"{fspath(path)!r} cannot be written: {error.strerror}") from error


def _shown_at(piece: Frame | Sound) -> float:
    return piece.pts_seconds


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
