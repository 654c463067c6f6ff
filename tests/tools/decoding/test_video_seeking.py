"""Frames far apart are found in every container, by seeking or by decoding on."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from foretell.tools.decoding.video import DecodeMode, Video, open_video
from foretell.types import Frame, Interval
from tests.tools.clips import number_in, regular, write_clip

COUNT = 900
STEP_SECONDS = 0.04
FAR_APART = [0.5, 1.1, 14.0, 14.2, 30.3, 31.9, 35.5]
CONTAINERS = {
    "mp4": "libx264",
    "mkv": "libx264",
    "ts": "libx264",
    "flv": "libx264",
    "mpg": "mpeg2video",
    "avi": "mpeg4",
    "gif": "gif",
}


@pytest.fixture(scope="module", params=CONTAINERS)
def clip(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of 36 s with a keyframe every 4 s."""
    extension: str = request.param
    path = tmp_path_factory.mktemp("seeking") / f"clip.{extension}"
    return write_clip(
        path,
        regular(COUNT, 40),
        codec=CONTAINERS[extension],
        rate=25,
        keyframe_every=100,
    )


@pytest.fixture(scope="module")
def video(clip: Path) -> Iterator[Video]:
    with open_video(clip, isolate=False, content_hash="known") as opened:
        yield opened


@pytest.fixture(scope="module")
def shown(video: Video) -> list[tuple[float, int]]:
    """When each frame is first shown, and its number."""
    return starts_and_numbers(video.frames())


def starts_and_numbers(frames: Iterable[Frame]) -> list[tuple[float, int]]:
    return [(frame.pts_seconds, number_in(frame.data)) for frame in frames]


def test_every_frame_is_there_in_order_with_its_time(
    clip: Path, shown: list[tuple[float, int]]
) -> None:
    assert [number for _, number in shown] == list(range(COUNT))
    first = shown[0][0]
    assert first == pytest.approx({".flv": 0.08, ".avi": 0.04}.get(clip.suffix, 0.0), abs=1e-6)
    assert [start - first for start, _ in shown] == pytest.approx(
        [number * STEP_SECONDS for number in range(COUNT)], abs=0.0011
    )


def test_seeking_finds_the_frames_that_decoding_on_finds(
    video: Video, shown: list[tuple[float, int]]
) -> None:
    expected = [max(frame for frame in shown if frame[0] <= time + 1e-9) for time in FAR_APART]
    assert starts_and_numbers(video.frames(FAR_APART)) == expected


def test_an_interval_late_in_the_video(video: Video, shown: list[tuple[float, int]]) -> None:
    late = starts_and_numbers(video.frames(within=Interval(30.3, 30.5)))
    assert late == [frame for frame in shown if 30.3 - STEP_SECONDS < frame[0] < 30.5]


def test_the_end_is_where_the_last_frame_ends(video: Video) -> None:
    times = video.frame_times()
    assert len(times) == COUNT
    assert video.info.interval.end == pytest.approx(times[-1] + STEP_SECONDS, abs=0.0011)


@pytest.mark.parametrize("mode", ["key", "fast", "exact"])
def test_keyframes_that_open_a_group_of_pictures(tmp_path: Path, mode: DecodeMode) -> None:
    """The frames shown just before such a keyframe come after it in the file."""
    path = write_clip(
        tmp_path / "open.mp4",
        regular(600, 40),
        rate=25,
        encoder={"x264-params": "open-gop=1:keyint=100:scenecut=0:b-adapt=0"},
        b_frames=3,
    )
    times = [1.0, 11.9, 11.96, 12.04, 19.93, 19.97, 20.0, 23.9]
    with open_video(path, isolate=False) as video:
        everything = [(f.pts_seconds, number_in(f.data)) for f in video.frames(mode=mode)]
        assert [number for _, number in everything] == [
            round(start * 25) for start, _ in everything
        ]
        one_by_one = [next(video.frames([time], mode=mode)) for time in times]
        together = list(video.frames(times, mode=mode))
    expected = [max(f for f in everything if f[0] <= time + 1e-9)[1] for time in times]
    assert [number_in(frame.data) for frame in one_by_one] == expected
    assert [number_in(frame.data) for frame in together] == expected


def test_a_clock_that_starts_late_is_counted_from_its_start(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "late.ts", regular(50, 40, start_ms=90_000), rate=25)
    with open_video(clip, isolate=False) as video:
        assert video.info.interval.start == 0.0
        assert number_in(next(video.frames([1.0])).data) == 25


def test_a_file_may_have_any_name(tmp_path: Path) -> None:
    plain = write_clip(tmp_path / "plain.mp4", regular(5))
    for name in ("file:odd name%03d.mp4", "concat:a|b", "-i.mp4", "кухня.mp4", "no_extension"):
        copy = Path(shutil.copy(plain, tmp_path / name))
        with open_video(copy) as video:
            assert video.info.name == name
            assert number_in(next(video.frames([0.3])).data) == 3
