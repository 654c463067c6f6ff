"""What files give that are broken, hostile or no videos at all."""

from __future__ import annotations

import math
import os
import random
import re
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import pytest
from av.stream import Disposition

from foretell.errors import VideoError
from foretell.tools.decoding.video import DecodeLimits, open_video
from foretell.types import Interval
from tests.tools.clips import damage, number_in, regular, write_clip

FAST_START = {"movflags": "faststart"}


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An MP4 of 100 frames in 10 s with its index in front."""
    path = tmp_path_factory.mktemp("damaged") / "clip.mp4"
    encoder = {"x264-params": "scenecut=0", "qp": "10"}
    return write_clip(path, regular(100), muxer=FAST_START, encoder=encoder).read_bytes()


def assert_refused(path: Path | str, sentence: str, **limits: Any) -> None:
    """Opening gives just this error, in this process."""
    with pytest.raises(VideoError, match=re.escape(sentence)):
        open_video(path, isolate=False, content_hash="known", limits=DecodeLimits(**limits))


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_paths_that_are_no_file(tmp_path: Path) -> None:
    assert_refused("http://localhost/a.mp4", "is a URL; only local files are opened: download it")
    assert_refused("rtsp://camera/1", "'rtsp://camera/1' is a URL")
    assert_refused(tmp_path / "none.mp4", "none.mp4' does not exist; check the path")
    assert_refused(tmp_path, f"{str(tmp_path)!r} is a folder; give the path of a video file")
    assert_refused("a\0b.mp4", r"'a\x00b.mp4' is no path: it holds a NUL character")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_before_it_can_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    assert_refused(tmp_path / "pipe.mp4", "pipe.mp4' is not a regular file; give the path")


def test_files_that_are_no_video(tmp_path: Path) -> None:
    assert_refused(write(tmp_path / "empty.mp4", b""), "is empty (0 bytes); copy or download it")
    text = write(tmp_path / "text.mp4", b"The quick brown fox jumps over the lazy dog.\n" * 40)
    assert_refused(text, "is not a video (")


@pytest.mark.parametrize(
    "start", [b"#EXTM3U\n", b"\xef\xbb\xbf#EXTM3U\n", b"ffconcat version 1.0\n"]
)
def test_a_playlist_opens_no_other_file(tmp_path: Path, clip: bytes, start: bytes) -> None:
    write(tmp_path / "clip.mp4", clip)
    content = start + b"#EXTINF:4,\nclip.mp4\nfile clip.mp4\n"
    assert_refused(write(tmp_path / "list.mp4", content), "is a playlist, which names other files")


@pytest.mark.parametrize(
    "content",
    [
        b"\n#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nclip.mp4\n#EXT-X-ENDLIST\n",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
        b"<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011' type='static'></MPD>",
    ],
    ids=["hls behind an empty line", "sdp", "dash"],
)
def test_other_lists_are_no_videos(tmp_path: Path, clip: bytes, content: bytes) -> None:
    write(tmp_path / "clip.mp4", clip)
    assert_refused(write(tmp_path / "list.mp4", content), "is not a video (")


def write_audio(path: Path, cover: bool) -> Path:
    with av.open(str(path), "w") as opened:
        container = cast(Any, opened)
        sound = container.add_stream("aac", 16000)
        picture = container.add_stream("png", 1) if cover else None
        if picture is not None:
            picture.width, picture.height, picture.pix_fmt = 64, 64, "rgb24"
            picture.disposition = Disposition.attached_pic
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")
            container.mux([*picture.encode(frame), *picture.encode()])
        tone = np.zeros((1, 16000), np.float32)
        samples = av.AudioFrame.from_ndarray(tone, "fltp", "mono")
        samples.sample_rate, samples.pts, samples.time_base = 16000, 0, Fraction(1, 16000)
        container.mux([*sound.encode(samples), *sound.encode()])
    return path


@pytest.mark.parametrize("cover", [False, True], ids=["sound", "sound and a cover"])
def test_sound_alone_is_no_video(tmp_path: Path, cover: bool) -> None:
    path = write_audio(tmp_path / "sound.mp4", cover)
    assert_refused(path, "sound.mp4' has no video track, only audio; give a video file")


def test_a_codec_without_a_decoder(tmp_path: Path) -> None:
    content = write_clip(tmp_path / "clip.mkv", regular(5)).read_bytes()
    unknown = write(tmp_path / "odd.mkv", content.replace(b"V_MPEG4/ISO/AVC", b"V_XXXX4/ISO/AVC"))
    assert_refused(unknown, "odd.mkv' holds a video codec without a decoder; convert it")


def test_a_picture_past_the_limit_is_not_decoded(tmp_path: Path, clip: bytes) -> None:
    path = write(tmp_path / "clip.mp4", clip)
    assert_refused(path, "is 96 x 64 pixels, and at most 6143 are decoded; raise", max_pixels=6143)
    with open_video(path, isolate=False, limits=DecodeLimits(max_pixels=6144)) as video:
        assert video.info.width == 96


def test_an_index_that_was_never_written(tmp_path: Path) -> None:
    content = write_clip(tmp_path / "clip.mp4", regular(30)).read_bytes()
    cut = write(tmp_path / "cut.mp4", content[: content.index(b"moov") - 8])
    assert_refused(cut, "cut.mp4' is an MP4 without a readable index (")
    assert_refused(cut, "copy it again, or repair it with the tool that made it")


def test_an_mp4_cut_off_gives_what_is_there(tmp_path: Path, clip: bytes) -> None:
    path = write(tmp_path / "cut.mp4", clip[: len(clip) * 6 // 10])
    with open_video(path, isolate=False) as video:
        end = video.info.interval.end
        assert 1.0 < end < 9.0
        assert video.damage == (
            f"the file ends at {end:.1f} s though it says 10.0 s; it may have been cut off"
        )
        frames = list(video.frames())
        assert [number_in(frame.data) for frame in frames] == list(range(len(frames)))
        assert end - 1.0 < frames[-1].pts_seconds < end


def test_a_matroska_file_cut_off_says_so(tmp_path: Path) -> None:
    content = write_clip(tmp_path / "clip.mkv", regular(100)).read_bytes()
    with open_video(write(tmp_path / "cut.mkv", content[: len(content) // 2])) as video:
        assert re.fullmatch(
            r"the file ends at [3-7]\.\d s though it says 10\.0 s; it may have been cut off",
            video.damage or "",
        )
        last = list(video.frames([0.0, 9.9]))[-1]
        assert number_in(last.data) == round(last.pts_seconds * 10)


def test_flipped_bits_cost_frames_but_not_the_video(tmp_path: Path, clip: bytes) -> None:
    content, chance = bytearray(clip), random.Random(5)
    first = content.index(b"mdat") + len(content) // 5
    for _ in range(300):
        content[chance.randrange(first, len(content))] ^= 1 << chance.randrange(8)
    path = write(tmp_path / "flipped.mp4", bytes(content))
    with open_video(path, isolate=False) as video:
        times = [frame.pts_seconds for frame in video.frames()]
        assert video.info.interval.end == pytest.approx(10.0)
        assert times == sorted(set(times))
        assert 20 < len(times) < 100
        assert re.fullmatch(
            r"decoded to \d\.\d s of 10\.0 s; \d+ bad packets: \S.*",
            video.damage or "",
        )


def test_a_file_that_breaks_half_way_ends_there(tmp_path: Path, clip: bytes) -> None:
    half = clip.index(b"mdat") + (len(clip) - clip.index(b"mdat")) // 2
    path = write(tmp_path / "half.mp4", clip[:half] + bytes(len(clip) - half))
    with open_video(path, isolate=False) as video:
        numbers = [number_in(frame.data) for frame in video.frames()]
        assert numbers == list(range(len(numbers)))
        assert 30 < len(numbers) < 70
        reached = (len(numbers) - 1) / 10
        assert (video.damage or "").startswith(f"decoded to {reached:.1f} s of 10.0 s; ")
        assert len(list(video.frames([1.0, reached, 9.5]))) == 2


def test_many_bad_packets_are_passed_over(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "long.mp4", regular(700), muxer=FAST_START)
    with open_video(damage(path, Interval(1.0, 69.0)), isolate=False) as video:
        numbers = [number_in(frame.data) for frame in video.frames()]
        assert numbers == [*range(10), *range(690, 700)]
        assert "; 680 bad packets: " in (video.damage or "")


def test_bad_packets_up_to_the_end(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "long.mp4", regular(700), muxer=FAST_START)
    with open_video(damage(path, Interval(5.0, 70.0)), isolate=False) as video:
        shown = list(video.frames([1.0, 5.5, 60.0]))
        assert number_in(shown[0].data) == 10
        assert 4.5 < shown[1].pts_seconds < shown[1].lost_from_seconds <= 5.0
        assert len(shown) == 2
        assert (video.damage or "").startswith("decoded to 4.")


def test_a_frame_tells_from_when_on_those_behind_it_are_lost(tmp_path: Path) -> None:
    holes = Interval(2.0, 4.0), Interval(6.0, 7.0)
    path = damage(write_clip(tmp_path / "holes.mp4", regular(100), muxer=FAST_START), *holes)
    with open_video(path, isolate=False) as video:
        shown = list(video.frames([1.0, 1.95, 3.5, 4.0, 6.5, 7.0, 12.0]))
    assert [number_in(frame.data) for frame in shown] == [10, 19, 19, 40, 59, 70, 99]
    told = [frame.lost_from_seconds for frame in shown]
    assert told == pytest.approx([math.inf, 2.0, 2.0, *[math.inf] * 4])


def test_frames_that_cannot_be_read_at_the_end_are_lost(tmp_path: Path) -> None:
    content = write_clip(tmp_path / "clip.ts", regular(100)).read_bytes()
    path = write(tmp_path / "cut.ts", content[: len(content) // 2] + bytes(len(content) // 2))
    with open_video(path, isolate=False) as video:
        last = list(video.frames([0.0, video.info.interval.end]))[-1]
    assert last.pts_seconds < last.lost_from_seconds


def test_no_frame_at_all(tmp_path: Path, clip: bytes) -> None:
    begin = clip.index(b"mdat") + 4
    noise = random.Random(2).randbytes(len(clip) - begin)
    path = write(tmp_path / "noise.mp4", clip[:begin] + noise)
    assert_refused(path, "noise.mp4' can be decoded (h264: ")


def test_decoding_that_stalls_is_given_up(tmp_path: Path, clip: bytes) -> None:
    path = write(tmp_path / "clip.mp4", clip)
    sentence = "gave no frame for 1e-09 s; raise decode_seconds if the file is worth it"
    assert_refused(path, sentence, stall_seconds=1e-9)


def test_what_cannot_be_decoded_in_a_process_of_its_own_says_the_same(
    tmp_path: Path, clip: bytes
) -> None:
    path = write(tmp_path / "text.mp4", b"no video" * 100)
    with pytest.raises(VideoError) as here:
        open_video(path, isolate=False)
    with pytest.raises(VideoError) as isolated:
        open_video(path, isolate=True)
    assert str(here.value) == str(isolated.value)


def test_decord_refuses_what_it_would_get_wrong(tmp_path: Path) -> None:
    pytest.importorskip("decord", reason="decord has no build for this platform")
    path = write_clip(tmp_path / "clip.ts", regular(30))
    with pytest.raises(VideoError, match=r"\(its frames of mpegts files are not reliable\); set"):
        open_video(path, backend="decord", isolate=False)


@pytest.mark.parametrize(
    "asked", [{}, {"times_seconds": [0.05, 4.0, 9.9]}, {"within": Interval(1.0, 9.0)}]
)
def test_pyav_goes_on_where_decord_breaks_off(
    tmp_path: Path, clip: bytes, asked: dict[str, Any]
) -> None:
    """How far decord gets is up to its threads; which frames come, and the damage, are not."""
    pytest.importorskip("decord", reason="decord has no build for this platform")
    half = clip.index(b"mdat") + (len(clip) - clip.index(b"mdat")) // 2
    path = write(tmp_path / "half.mp4", clip[:half] + bytes(len(clip) - half))
    with open_video(path, isolate=True) as video:
        expected = [frame.pts_seconds for frame in video.frames(**asked)]
        damage = video.damage
    assert expected
    assert damage
    with open_video(path, backend="decord", isolate=True) as video:
        assert [frame.pts_seconds for frame in video.frames(**asked)] == expected
        assert video.damage == damage
