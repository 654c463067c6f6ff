"""A track within a file is read as the same text beside it."""

import io
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import pytest

from foretell.tools.decoding.video import open_video
from tests.tools.clips import regular, write_clip

Payload = tuple[int, int, bytes]
"""Start and length in thousandths of a second, and what the packet holds."""


def with_track(path: Path, form: str, text: str, codec: str = "") -> Path:
    """Copies a clip of 4 s with the track that FFmpeg reads from a text."""
    clip = write_clip(path.with_suffix(".clip.mkv"), regular(40))
    read: Any = av.open(io.BytesIO(text.encode()), format=form)
    with av.open(str(clip)) as source, read as told, av.open(str(path), "w") as opened:
        container = cast(Any, opened)
        picture = container.add_stream_from_template(source.streams.video[0])
        track = container.add_stream_from_template(told.streams[0])
        for packet in (*source.demux(video=0), *told.demux(told.streams[0])):
            if packet.size:
                packet.stream = picture if packet.stream.type == "video" else track
                container.mux(packet)
    return path


def said(path: Path) -> list[tuple[float, float, str]]:
    with open_video(path, isolate=False) as video:
        return [(round(at.start, 3), round(at.end, 3), text) for _, at, text in video.subtitles()]


@pytest.mark.parametrize(
    ("form", "text", "told"),
    [
        (
            "srt",
            "1\n00:00:01,000 --> 00:00:02,000\n<v Mary>I <3 &amp;lt;\n<i>two</i>\n",
            [(1.0, 2.0, "Mary: I <3 &lt;\ntwo")],
        ),
        (
            "webvtt",
            "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Tom &amp; Ann>Hi &lt;3<00:01.500><c> you</c>\n",
            [(1.0, 2.0, "Tom & Ann: Hi <3 you")],
        ),
        (
            "ass",
            "[Script Info]\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, "
            "MarginV, Effect, Text\nDialogue: 0,0:00:01.00,0:00:02.00,Default,Mary,0,0,0,,"
            "{\\i1}Hi{\\i0}, you\\Nthere\n",
            [(1.0, 2.0, "Mary: Hi, you\nthere")],
        ),
    ],
)
def test_a_track_is_read_as_a_file_is(
    tmp_path: Path, form: str, text: str, told: Sequence[tuple[float, float, str]]
) -> None:
    assert said(with_track(tmp_path / "a.mkv", form, text)) == told


POPPING = """Scenarist_SCC V1.0

00:00:01:00\t94ae 94ae 9420 9420 9470 9470 c8e9 942f 942f

00:00:02:00\t942c 942c

00:00:03:00\t94ae 94ae 9420 9420 9470 9470 e2f9 942f 942f

00:00:03:15\t94ae 94ae
"""
PAINTED = """Scenarist_SCC V1.0

00:00:01:00\t9429 9429 9470 9470 c8e9

00:00:02:00\t942c 942c

00:00:03:00\t9429 9429 9470 9470 e2f9

00:00:03:15\t94ae 94ae
"""


@pytest.mark.parametrize("text", [POPPING, PAINTED])
def test_closed_captions_have_their_own_times_and_the_last_is_kept(
    tmp_path: Path, text: str
) -> None:
    assert said(with_track(tmp_path / "a.mov", "scc", text)) == [
        (1.0, 2.0, "Hi"),
        (3.0, 4.0, "by"),
    ]


def test_timed_text_may_be_utf_16(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    clip = write_clip(path.with_suffix(".clip.mkv"), regular(40))
    with av.open(str(clip)) as source, av.open(str(path), "w") as opened:
        container = cast(Any, opened)
        picture = container.add_stream_from_template(source.streams.video[0])
        track = container.add_stream("mov_text")
        track.codec_context.subtitle_header = (
            b"[V4+ Styles]\nFormat: Name\nStyle: Default\n[Events]\n"
        )
        track.time_base = Fraction(1, 1000)
        container.start_encoding()
        for start, text in ((0, "naïve".encode("utf-16")), (1000, b"I <3 &amp;lt;")):
            packet: Any = av.Packet(len(text).to_bytes(2) + text)
            packet.stream, packet.time_base = track, Fraction(1, 1000)
            packet.pts = packet.dts = start
            packet.duration = 1000
            container.mux(packet)
        for shown in source.demux(video=0):
            if shown.size:
                shown.stream = picture
                container.mux(shown)
    assert said(path) == [(0.0, 1.0, "naïve"), (1.0, 2.0, "I <3 &lt;")]


def test_a_stream_tells_where_its_clock_begins(tmp_path: Path) -> None:
    path = tmp_path / "a.ts"
    clip = write_clip(path.with_suffix(".clip.mkv"), regular(40))
    options = {"output_ts_offset": "10", "muxdelay": "0"}
    with av.open(str(clip)) as source, av.open(str(path), "w", options=options) as opened:
        container = cast(Any, opened)
        picture = container.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = picture
                container.mux(packet)
    with av.open(str(path)) as written:
        start = (written.start_time or 0) / 1_000_000
    with open_video(path) as video, open_video(clip) as other:
        assert start > 9.0
        assert video.info.clock_start_seconds == pytest.approx(start, abs=0.001)
        assert video.info.interval.start == 0.0
        assert other.info.clock_start_seconds is None
