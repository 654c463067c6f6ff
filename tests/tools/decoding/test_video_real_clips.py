"""Real clips give what is known of them, however odd their files are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from foretell.errors import VideoError
from foretell.tools.decoding.video import Video, open_video
from foretell.tools.watching.sampling import uniform_times

# name: (frames, start, end, width, height, codec, audio, subtitle tracks)
TRUTHS: dict[str, tuple[int, float, float, int, int, str, bool, int]] = {
    "ego_kitchen_milk_41s.mp4": (617, 0.0, 41.133, 640, 480, "h264", False, 0),
    "static_six_visitors_139s.mp4": (1394, 0.0, 139.4, 768, 432, "h264", False, 0),
    "kitchen_pancake_flip.mkv": (310, 0.0, 10.333, 426, 240, "h264", True, 0),
    "cooking_multishot_subtitled_12s.mp4": (288, 0.0, 12.012, 427, 240, "h264", True, 0),
    "nasa_cleanroom_2video_2audio_2subs.mp4": (390, 0.0, 13.013, 480, 270, "h264", True, 2),
    "instructional_aria_switch.mp4": (139, 0.0, 5.797, 1946, 1080, "h264", True, 0),
    "sign_eat_1s.mkv": (47, 0.0, 1.566, 640, 480, "h264", False, 0),
    "chef_blender.gif": (50, 0.0, 5.0, 320, 180, "gif", False, 0),
    "odd/vfr_film_10s.mp4": (160, 0.0, 10.01, 1280, 544, "h264", False, 0),
    "odd/rotate_minus90_film_10s.mp4": (240, 0.0, 10.01, 544, 1280, "h264", True, 0),
    "odd/phone_rot180.mov": (3, 0.0, 0.1, 568, 320, "h264", False, 0),
    "odd/vp9_no_duration.webm": (74, 0.0, 4.938, 1280, 720, "vp9", True, 0),
    "odd/av1_5s.mkv": (125, 0.0, 5.0, 640, 360, "av1", False, 0),
    "odd/hevc_10bit_1s.mp4": (30, 0.0, 1.0, 200, 200, "hevc", False, 0),
    "odd/delayed_start_pts1.mp4": (24, 1.075, 2.035, 480, 320, "mpeg4", False, 0),
    "odd/corrupted.mp4": (49, 0.0, 5.0, 1280, 720, "h264", False, 0),
    "odd/failing_audio.mp4": (280, 0.0, 11.2, 640, 360, "h264", True, 0),
    "odd/talking_carphone_176x144.mp4": (120, 0.0, 4.004, 193, 144, "h264", False, 0),
}


@pytest.fixture
def open_real(videos: Path) -> Iterator[OpenReal]:
    with ExitStack() as opened:
        yield OpenReal(videos, opened)


class OpenReal:
    """Opens clips by name, in this process, for the length of a test."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.folder = folder
        self._opened = opened

    def __call__(self, name: str) -> Video:
        path = self.folder / name
        if not path.exists():
            pytest.skip(f"no {name} in {self.folder}")
        return self._opened.enter_context(open_video(path, isolate=False, content_hash="known"))


@pytest.mark.parametrize("name", TRUTHS)
def test_what_is_known_of_each_clip(open_real: OpenReal, name: str) -> None:
    count, start, end, width, height, codec, audio, tracks = TRUTHS[name]
    video = open_real(name)
    info = video.info
    assert (info.interval.start, info.interval.end) == pytest.approx((start, end), abs=0.001)
    assert (info.width, info.height, info.codec) == (width, height, codec)
    assert (info.has_audio, len(info.subtitle_tracks)) == (audio, tracks)
    times = [frame.pts_seconds for frame in video.frames(size=(16, 16))]
    assert len(times) == count
    assert (times[0], set(times) - set(video.frame_times())) == (info.interval.start, set())
    assert times == sorted(set(times))
    if name != "odd/corrupted.mp4":
        assert video.damage is None
        assert video.frame_times() == times


@pytest.mark.parametrize("name", TRUTHS)
def test_seeking_gives_the_frames_of_one_pass(open_real: OpenReal, name: str) -> None:
    video = open_real(name)
    *_, last = wanted = uniform_times(video.info.interval, 3)
    *_, together = video.frames(wanted, size=(32, 32))
    (alone,) = video.frames([last], size=(32, 32))
    assert together.pts_seconds == alone.pts_seconds
    assert (together.data == alone.data).all()


def test_the_larger_of_two_video_tracks_is_taken(open_real: OpenReal) -> None:
    """The other has 25 frames a second, as the times beside the clip say."""
    video = open_real("nasa_cleanroom_2video_2audio_2subs.mp4")
    beside = open_real.folder / "nasa_cleanroom_2video_2audio_2subs.stream0.frames.json"
    other = [float(frame["pts_time"]) for frame in json.loads(beside.read_text())]
    assert other[1] == 0.04
    times = [number * 1001 / 30000 for number in range(390)]
    assert video.frame_times() == pytest.approx(times, abs=1e-6)


def test_subtitles_of_a_real_clip(open_real: OpenReal) -> None:
    video = open_real("nasa_cleanroom_2video_2audio_2subs.mp4")
    cues = list(video.subtitles())
    first = [(interval, text) for track, interval, text in cues if track == 0]
    assert [interval.start for interval, _ in first] == [0.21, 4.26, 8.35, 12.47]
    assert first[0][1] == "NAR: This is the optical and science segment of the Webb"
    assert first[0][0].end == 4.26
    assert [text for track, _, text in cues if track == 1] == [text for _, text in first]


def test_a_variable_frame_rate_does_not_shift_the_cuts(open_real: OpenReal) -> None:
    """The film cuts at 3.754 s and 8.759 s; by frame number they would be at 2.5 and 5.8 s."""
    video = open_real("odd/vfr_film_10s.mp4")

    def change(before: float, after: float) -> float:
        first, second = video.frames([before, after], size=(64, 36))
        return float(np.abs(first.data.astype(int) - second.data).mean())

    for cut in (3.754, 8.759):
        assert change(cut - 0.05, cut + 0.01) > 20
        assert change(cut - 0.15, cut - 0.05) < 10
        assert change(cut + 0.01, cut + 0.11) < 10
    (shown,) = video.frames([8.7])
    assert 8.6 < shown.pts_seconds <= 8.7


def test_the_rotated_film_is_upright(open_real: OpenReal) -> None:
    upright = open_real("odd/vfr_film_10s.mp4")
    rotated = open_real("odd/rotate_minus90_film_10s.mp4")
    (one,), (other,) = upright.frames([1.0], size=(64, 32)), rotated.frames([1.0], size=(32, 64))
    back = np.rot90(other.data, 1).astype(int)
    assert np.abs(back - one.data).mean() < 3 < np.abs(back[::-1, ::-1] - one.data).mean()


def test_what_the_corrupted_clip_gives(open_real: OpenReal) -> None:
    video = open_real("odd/corrupted.mp4")
    list(video.frames(size=(16, 16)))
    assert (video.damage or "").startswith("decoded to 4.9 s of 5.0 s; 1 bad packet: ")


def test_modes_of_a_real_clip(open_real: OpenReal) -> None:
    video = open_real("static_six_visitors_139s.mp4")
    keyframes = [frame.pts_seconds for frame in video.frames(mode="key", size=(16, 16))]
    fast = [frame.pts_seconds for frame in video.frames(mode="fast", size=(16, 16))]
    everything = set(video.frame_times())
    assert len(keyframes) == 140
    assert set(keyframes) < set(fast) < everything


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("chef_blender.gif", "its frames of gif files are not reliable"),
        ("odd/av1_5s.mkv", "ERROR cannot find video stream with wanted index: -1"),
        ("odd/vp9_no_duration.webm", "Failed to measure duration/frame-count due to broken"),
    ],
)
def test_what_decord_cannot_read(videos: Path, name: str, reason: str) -> None:
    pytest.importorskip("decord", reason="decord has no build for this platform")
    with pytest.raises(VideoError, match="set video_backend to pyav") as refused:
        open_video(videos / name, backend="decord", content_hash="known")
    assert reason in str(refused.value)


@pytest.mark.parametrize("name", ["odd/vfr_film_10s.mp4", "odd/rotate_minus90_film_10s.mp4"])
def test_decord_gives_the_same_pictures(videos: Path, name: str) -> None:
    pytest.importorskip("decord", reason="decord has no build for this platform")
    with (
        open_video(videos / name, backend="decord", content_hash="known") as one,
        open_video(videos / name, content_hash="known") as other,
    ):
        assert one.info == other.info
        times = uniform_times(one.info.interval, 4)
        for a, b in zip(one.frames(times), other.frames(times), strict=True):
            assert a.pts_seconds == b.pts_seconds
            assert np.abs(a.data.astype(int) - b.data).mean() < 3
