"""Videos that foretell writes can be read again, cues and all."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import pytest
from av.subtitles.subtitle import SubtitleSet

from foretell.errors import VideoError
from foretell.tools.decoding.pyav_backend import write_video
from foretell.tools.decoding.video import open_video
from foretell.tools.subtitles.markup import ass_lines
from foretell.types import Interval
from tests.tools.clips import number_in, numbered, regular, write_clip

CUES = [
    (Interval(0.21, 1.0), "First, take an egg."),
    (Interval(1.0, 2.5), 'Schlag es auf: "Plopp", ganz vorsichtig über der Schüssel!'),
]


@pytest.mark.parametrize("isolate", [True, False])
def test_frames_and_subtitles_come_back(tmp_path: Path, isolate: bool) -> None:
    path = tmp_path / "made.mp4"
    pictures = (numbered(number) for number in range(75))
    write_video(path, pictures, frames_per_second=25, subtitles=CUES)
    with open_video(path, isolate=isolate) as video:
        assert video.info.interval == Interval(0.0, 3.0)
        assert (video.info.width, video.info.height) == (96, 64)
        assert video.info.subtitle_tracks == ("und",)
        assert [number_in(frame.data) for frame in video.frames()] == list(range(75))
        assert [(interval, text) for _, interval, text in video.subtitles()] == CUES


def test_frame_rates_need_not_be_whole(tmp_path: Path) -> None:
    write_video(tmp_path / "ntsc.mp4", [numbered(1)] * 30, frames_per_second=30000 / 1001)
    with open_video(tmp_path / "ntsc.mp4", isolate=False) as video:
        assert video.info.interval.end == pytest.approx(1.001)
        assert video.info.subtitle_tracks == ()


def test_what_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match=r"a\.mp4' was to hold no frames; give frames with even"):
        write_video(tmp_path / "a.mp4", [], frames_per_second=10)
    odd = np.zeros((64, 97, 3), np.uint8)
    with pytest.raises(VideoError, match="was to hold frames of 97 x 64; give"):
        write_video(tmp_path / "a.mp4", [odd], frames_per_second=10)
    with pytest.raises(VideoError, match=r"a\.mp4' cannot be written: "):
        write_video(tmp_path / "no" / "a.mp4", [numbered(1)], frames_per_second=10)


def write_subtitles(path: Path, codec: str, cues: Sequence[tuple[int, int, str]]) -> Path:
    """A Matroska file of 4 s with one track of cues (start, duration, ASS text), in ms."""
    clip = write_clip(path.with_suffix(".clip.mkv"), regular(40))
    with av.open(str(clip)) as source, av.open(str(path), "w") as opened:
        container = cast(Any, opened)
        picture = container.add_stream_from_template(source.streams.video[0])
        track = container.add_stream(codec)
        track.codec_context.subtitle_header = (
            b"[V4+ Styles]\nFormat: Name, Fontname\nStyle: Default,Arial\n[Events]\n"
            b"Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        )
        track.time_base = track.codec_context.time_base = Fraction(1, 1000)
        container.start_encoding()
        for start, duration, text in cues:
            line = f"0,0,Default,,0,0,0,,{text}".encode()
            subtitle = SubtitleSet.create(line, 0, duration, start)
            packet = track.codec_context.encode_subtitle(subtitle)
            packet.stream, packet.time_base = track, Fraction(1, 1000)
            container.mux(packet)
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = picture
                container.mux(packet)
    return path


@pytest.mark.parametrize("codec", ["subrip", "ass", "webvtt"])
def test_markup_is_left_out(tmp_path: Path, codec: str) -> None:
    cues = [
        (500, 700, r"{\an8}{\i1}Hello,{\i0} you"),
        (1500, 500, r"two\Nlines"),
        (2500, 1000, "plain"),
    ]
    with open_video(write_subtitles(tmp_path / "cues.mkv", codec, cues)) as video:
        assert list(video.subtitles()) == [
            (0, Interval(0.5, 1.2), "Hello, you"),
            (0, Interval(1.5, 2.0), "two\nlines"),
            (0, Interval(2.5, 3.5), "plain"),
        ]
        assert video.damage is None


def test_a_cue_without_an_end_lasts_to_the_next_or_to_the_end(tmp_path: Path) -> None:
    path = write_subtitles(tmp_path / "open.mkv", "subrip", [(500, 0, "one"), (1500, 0, "two")])
    with open_video(path, isolate=False) as video:
        assert list(video.subtitles()) == [
            (0, Interval(0.5, 1.5), "one"),
            (0, Interval(1.5, 4.0), "two"),
        ]


@pytest.mark.parametrize(
    ("dialogue", "words"),
    [
        ("plain words", "plain words"),
        (r"{\pos(10,20)\fad(1,2)}sign", "sign"),
        (r"one\Ntwo\nthree\hfour", "one two three four"),
        ("salt &amp; pepper", "salt & pepper"),
        ("3 < 4 and 5 > 4", "3 < 4 and 5 > 4"),
        (r"{\p1}m 0 0 l 100 0 100 100{\p0}", ""),
        ("  spaces \t and\u200b marks ", "spaces and marks"),
    ],
)
def test_the_words_of_a_dialogue(dialogue: str, words: str) -> None:
    assert " ".join(ass_lines(dialogue)) == words
