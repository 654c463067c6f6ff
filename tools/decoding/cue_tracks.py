"""Reads the text subtitle tracks within a file, each as the same text beside it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from foretell.tools.subtitles.closed_captions import CaptionDecoder
from foretell.tools.subtitles.markup import ass_lines, srt_lines, vtt_lines

if TYPE_CHECKING:
    from av.packet import Packet
    from av.stream import Stream

    from foretell.tools.decoding.pyav_backend import Source

TrackCue = tuple[int, float, float | None, str]
"""Track index, start and end in seconds, None for the end of the video, and lines."""
_CAPTIONS = "eia_608"
_FIRST_FIELD = 0xFC
"""Marks a pair of bytes of the first field that is valid (ANSI/CTA-708, 4.4)."""
_MATROSKA_FIELDS = 8
"""Commas before the text of an ASS packet: its number, then the fields but for its times."""
_NAME_FIELD = 3
"""The place of the name among them: number, layer, style, name."""


def track_cues(source: Source, on_progress: Callable[[], None]) -> Iterator[TrackCue]:
    r"""Gives each cue of each text track, its lines parted by "\n"."""
    tracks = source.text_tracks()
    readers = {
        track.index: (_Captions(number) if _codec(track) == _CAPTIONS else _Cues(number, source))
        for number, track in enumerate(tracks)
    }
    for packet, start, end in source.spans(tracks, on_progress) if tracks else ():
        yield from readers[packet.stream.index].read(packet, start, end)
    for reader in readers.values():
        yield from reader.finish()


def _codec(track: Stream) -> str:
    return track.codec_context.codec.canonical_name


class _Cues:
    """Reads a track that holds a cue a packet; one without an end lasts to the next."""

    def __init__(self, number: int, source: Source) -> None:
        self._number, self._source = number, source
        self._open: tuple[float, str] | None = None

    def read(self, packet: Packet[Stream], start: float, end: float) -> Iterator[TrackCue]:
        """Gives the cues that a packet holds or ends."""
        yield from self._close(start)
        text = "\n".join(self._lines(packet))
        if text and end > start:
            yield self._number, start, end, text
        elif text:
            self._open = start, text

    def finish(self) -> Iterator[TrackCue]:
        """Gives the cue that nothing ended."""
        yield from self._close(None)

    def _close(self, end: float | None) -> Iterator[TrackCue]:
        if self._open is not None:
            (start, text), self._open = self._open, None
            yield self._number, start, end, text

    def _lines(self, packet: Packet[Stream]) -> tuple[str, ...]:
        match _codec(packet.stream):
            case "subrip" | "text":
                return srt_lines(_text(bytes(packet)))
            case "webvtt":
                return vtt_lines(_text(bytes(packet)))
            case "mov_text":
                return srt_lines(_length_first(bytes(packet)))
            case "ass" | "ssa":
                return _dialogue_lines(_text(bytes(packet)))
            case _:
                dialogues = map(_dialogue_lines, self._source.dialogues(packet))
                return tuple(line for lines in dialogues for line in lines)


class _Captions:
    """Reads a track of closed captions."""

    def __init__(self, number: int) -> None:
        self._number, self._decoder = number, CaptionDecoder()

    def read(self, packet: Packet[Stream], start: float, end: float) -> Iterator[TrackCue]:
        """Gives the captions that a packet ends; all of its bytes are dated by its start."""
        del end
        data = bytes(packet)
        for kind, first, second in zip(data[::3], data[1::3], data[2::3], strict=False):
            if kind == _FIRST_FIELD:
                for begun, ended, lines in self._decoder.feed(start, first, second):
                    yield self._number, begun, ended, "\n".join(lines)

    def finish(self) -> Iterator[TrackCue]:
        """Gives what is still on the screen."""
        for begun, ended, lines in self._decoder.finish():
            yield self._number, begun, ended, "\n".join(lines)


def _text(data: bytes) -> str:
    text = data.decode(errors="replace").rstrip("\0")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _length_first(data: bytes) -> str:
    """Gives the text of a 3GPP timed text sample, which its length precedes and boxes follow."""
    text = data[2 : 2 + int.from_bytes(data[:2])]
    if text.startswith((b"\xfe\xff", b"\xff\xfe")):
        return text.decode("utf-16", errors="replace").replace("\r", "\n")
    return _text(text)


def _dialogue_lines(dialogue: str) -> tuple[str, ...]:
    fields = dialogue.split(",", _MATROSKA_FIELDS)
    return ass_lines(fields[-1], fields[_NAME_FIELD] if len(fields) > _MATROSKA_FIELDS else "")
