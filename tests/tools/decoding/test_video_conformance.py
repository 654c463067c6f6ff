"""Every way to decode gives the same frames at the same times."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foretell.errors import ConfigError, VideoError
from foretell.tools.decoding.video import DecodeMode, Video, VideoBackend, content_hash, open_video
from foretell.types import Frame, Interval
from tests.tools.clips import number_in, regular, write_clip

Opener = Callable[[Path], Video]

UNEVEN_MS = [0, 40, 80, 500, 510, 900, 1600, 1633, 2000, 2400, 2440, 2480, 3000, 3900, 4000]
WAYS: list[tuple[VideoBackend, bool]] = [
    ("pyav", False),
    ("pyav", True),
    ("decord", False),
    ("decord", True),
]


@pytest.fixture(
    scope="module", params=WAYS, ids=lambda way: f"{way[0]}-{'isolated' if way[1] else 'here'}"
)
def open_clip(request: pytest.FixtureRequest) -> Opener:
    backend, isolate = request.param
    if backend == "decord":
        pytest.importorskip("decord", reason="decord has no build for this platform")
    return lambda path: open_video(path, backend=backend, isolate=isolate, content_hash="known")


@pytest.fixture(scope="module")
def uneven_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clips") / "uneven.mp4", UNEVEN_MS, keyframe_every=5)


@pytest.fixture(scope="module")
def delayed_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    times = regular(40, start_ms=1000)
    return write_clip(tmp_path_factory.mktemp("clips") / "delayed.mp4", times)


@pytest.fixture(scope="module")
def uneven(open_clip: Opener, uneven_clip: Path) -> Iterator[Video]:
    with open_clip(uneven_clip) as video:
        yield video


@pytest.fixture(scope="module")
def delayed(open_clip: Opener, delayed_clip: Path) -> Iterator[Video]:
    with open_clip(delayed_clip) as video:
        yield video


def numbers(frames: list[Frame]) -> list[int]:
    return [number_in(frame.data) for frame in frames]


def shown_at(times_ms: list[int], seconds: float) -> int:
    """Which frame a player shows at a time."""
    return max(0, bisect_right([time / 1000 for time in times_ms], seconds) - 1)


def test_every_frame_comes_at_its_own_time(uneven: Video) -> None:
    frames = list(uneven.frames())
    assert numbers(frames) == list(range(len(UNEVEN_MS)))
    assert [f.pts_seconds for f in frames] == pytest.approx([ms / 1000 for ms in UNEVEN_MS])
    assert uneven.frame_times() == [f.pts_seconds for f in frames]
    assert frames[0].data.shape == (64, 96, 3)
    assert frames[0].data.dtype == np.uint8
    assert frames[0].data.flags.writeable
    assert uneven.damage is None
    assert list(uneven.subtitles()) == []


def test_info(delayed: Video, delayed_clip: Path) -> None:
    assert delayed.info.path == str(delayed_clip)
    assert delayed.info.content_hash == "known"
    assert (delayed.info.interval.start, delayed.info.interval.end) == pytest.approx((1.0, 5.0))
    assert (delayed.info.width, delayed.info.height) == (96, 64)
    assert delayed.info.codec == "h264"
    assert not delayed.info.has_audio
    assert delayed.info.subtitle_tracks == ()


def test_the_frame_on_show_is_the_last_that_began(uneven: Video) -> None:
    times = [-5.0, 0.0, 0.039, 0.04, 0.499, 0.5, 0.505, 1.6, 2.99, 3.0, 3.95, 4.0, 99.0]
    frames = list(uneven.frames(times))
    assert numbers(frames) == [shown_at(UNEVEN_MS, time) for time in times]


def test_times_that_share_a_frame_share_the_object(delayed: Video) -> None:
    first, again, other = delayed.frames([1.5, 1.55, 1.6])
    assert first is again
    assert number_in(other.data) == 6


def test_frames_within_an_interval_are_those_on_show_in_it(uneven: Video) -> None:
    def within(start: float, end: float) -> list[int]:
        return numbers(list(uneven.frames(within=Interval(start, end))))

    assert within(0.45, 0.9) == [2, 3, 4]
    assert within(0.5, 0.91) == [3, 4, 5]
    assert within(2.7, 2.7) == [11]
    assert within(3.0, 3.0) == [12]
    assert within(3.95, 99.0) == [13, 14]
    assert within(50.0, 60.0) == []


def test_nothing_is_on_show_before_a_delayed_start(delayed: Video) -> None:
    assert list(delayed.frames(within=Interval(0.0, 0.9))) == []
    assert numbers(list(delayed.frames([0.2]))) == [0]


def test_key_mode_decodes_keyframes_only(delayed: Video) -> None:
    assert numbers(list(delayed.frames(mode="key"))) == [0, 10, 20, 30]
    assert numbers(list(delayed.frames([1.0, 2.95, 3.05], mode="key"))) == [0, 10, 20]
    assert numbers(list(delayed.frames(mode="key", within=Interval(2.5, 3.1)))) == [10, 20]


def test_fast_mode_is_late_by_a_frame_or_two(delayed: Video) -> None:
    times = [1.0, 1.77, 2.5, 4.95]
    fast = numbers(list(delayed.frames(times, mode="fast")))
    exact = [int((time - 1.0) * 10 + 1e-6) for time in times]
    assert all(0 <= there - got <= 3 for got, there in zip(fast, exact, strict=True))


def test_frames_are_resized(delayed: Video) -> None:
    frames = list(delayed.frames([1.0, 4.0], size=(48, 20)))
    assert [frame.data.shape for frame in frames] == [(20, 48, 3), (20, 48, 3)]
    assert numbers(frames) == [0, 30]


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_rotated_pictures_are_turned_upright(
    open_clip: Opener, tmp_path: Path, rotation: int
) -> None:
    path = write_clip(tmp_path / "turned.mp4", regular(7), rotation=rotation)
    with open_clip(path) as video:
        lying = (video.info.width, video.info.height)
        assert lying == ((96, 64) if rotation == 180 else (64, 96))
        assert next(video.frames()).data.shape == (lying[1], lying[0], 3)
        size = (40, 60) if rotation != 180 else (60, 40)
        (last,) = video.frames([0.6], size=size)
    assert last.data.shape == (size[1], size[0], 3)
    assert number_in(np.rot90(last.data, -rotation // 90)) == 6


def test_pixels_that_are_not_square_are_stretched(open_clip: Opener, tmp_path: Path) -> None:
    path = write_clip(tmp_path / "wide.mp4", regular(5), aspect=Fraction(4, 3))
    with open_clip(path) as video:
        assert (video.info.width, video.info.height) == (128, 64)
        frames = list(video.frames())
    assert frames[0].data.shape == (64, 128, 3)
    assert numbers(frames) == [0, 1, 2, 3, 4]


def test_several_iterators_at_once(delayed: Video) -> None:
    pairs = zip(delayed.frames([1.0, 2.0]), delayed.frames([4.0, 4.9]), strict=True)
    assert [(number_in(a.data), number_in(b.data)) for a, b in pairs] == [(0, 30), (10, 39)]


def test_an_abandoned_iterator_does_not_disturb_the_next(delayed: Video) -> None:
    abandoned = delayed.frames()
    assert number_in(next(abandoned).data) == 0
    del abandoned
    half_way = delayed.frames([1.0, 2.0, 3.0])
    assert number_in(next(half_way).data) == 0
    assert numbers(list(delayed.frames([3.0]))) == [20]
    assert numbers(list(half_way)) == [10, 20]


def test_no_times_give_no_frames(delayed: Video) -> None:
    assert list(delayed.frames([])) == []


def test_a_closed_video_says_so(open_clip: Opener, delayed_clip: Path) -> None:
    video = open_clip(delayed_clip)
    under_way = video.frames()
    next(under_way)
    video.close()
    video.close()
    for use in (lambda: next(under_way), lambda: next(video.frames()), video.frame_times):
        with pytest.raises(VideoError, match=r"delayed\.mp4' was closed; open it again"):
            use()
    with pytest.raises(VideoError, match="was closed"):
        next(video.subtitles())
    assert video.info.codec == "h264"


def test_requests_that_make_no_sense(delayed: Video) -> None:
    with pytest.raises(VideoError, match=r"must ascend, but 1\.0 follows 2\.0"):
        delayed.frames([2.0, 1.0])
    with pytest.raises(VideoError, match="must be finite numbers of seconds"):
        delayed.frames([math.nan])
    with pytest.raises(VideoError, match="give times_seconds or within, not both"):
        delayed.frames([1.0], within=Interval(0, 1))
    with pytest.raises(VideoError, match=r"size is \(0, 5\); give a positive width and"):
        delayed.frames(size=(0, 5))
    with pytest.raises(VideoError, match="of together at most 35389440 pixels"):
        delayed.frames(size=(35389441, 1))
    with pytest.raises(VideoError, match="mode is 'slow'; give one of key, fast, exact"):
        delayed.frames(mode="slow")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_an_unknown_backend_is_refused(delayed_clip: Path) -> None:
    with pytest.raises(ConfigError, match=r"video_backend is 'opencv'; give one of"):
        open_video(delayed_clip, backend="opencv")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_the_content_hash_is_sha_256_of_the_bytes(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", regular(3))
    with open_video(path, isolate=False) as video:
        assert video.info.content_hash == content_hash(path)
    (tmp_path / "abc").write_bytes(b"abc")
    assert content_hash(tmp_path / "abc").startswith("ba7816bf8f01cfea414140de5dae2223b00361a3")
    with pytest.raises(VideoError, match="cannot be read"):
        content_hash(tmp_path / "missing")


@settings(deadline=None, max_examples=40)
@given(
    times=st.lists(st.floats(-1, 6), max_size=8).map(sorted),
    mode=st.sampled_from(["exact", "key"]),
)
def test_any_times_give_the_frames_on_show(
    uneven_clip: Path, times: list[float], mode: DecodeMode
) -> None:
    decoded = list(range(0, len(UNEVEN_MS), 5 if mode == "key" else 1))
    starts = [UNEVEN_MS[number] for number in decoded]
    with closing(open_video(uneven_clip, isolate=False, content_hash="known")) as video:
        got = numbers(list(video.frames(times, mode=mode)))
    assert got == [decoded[shown_at(starts, time)] for time in times]
