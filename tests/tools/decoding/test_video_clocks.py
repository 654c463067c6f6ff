"""Files whose clocks are odd give each frame, sound and end at its time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from foretell.errors import VideoError
from foretell.tools.decoding.video import open_video
from foretell.types import Interval
from tests.tools.clips import number_in, regular, write_clip
from tests.tools.decoding.test_sounds import loud
from tests.tools.made_sounds import tones, write_sounding

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def joined(folder: Path, ending: str, *pieces: Sequence[int], b_frames: int = 2) -> Path:
    """One file of several, byte behind byte; the pictures of each are numbered from 0."""
    whole = folder / f"joined.{ending}"
    written = b""
    for number, times_ms in enumerate(pieces):
        piece = folder / f"piece{number}.{ending}"
        write_clip(piece, times_ms, b_frames=b_frames)
        written += piece.read_bytes()
    whole.write_bytes(written)
    return whole


def shown(path: Path) -> list[tuple[float, int]]:
    """When each frame is shown, and its number."""
    with open_video(path, isolate=False) as video:
        frames = [(frame.pts_seconds, number_in(frame.data)) for frame in video.frames()]
        assert [at for at, _ in frames] == video.frame_times()
        assert video.damage is None
        return frames


@pytest.mark.parametrize("b_frames", [0, 2])
@pytest.mark.parametrize("ending", ["ts", "mkv"])
def test_recordings_that_are_joined_follow_each_other(
    tmp_path: Path, ending: str, b_frames: int
) -> None:
    path = joined(tmp_path, ending, regular(40), regular(50), b_frames=b_frames)
    frames = shown(path)
    assert [number for _, number in frames] == [*range(40), *range(50)]
    assert [at for at, _ in frames] == pytest.approx(np.arange(90) / 10, abs=0.021)
    with open_video(path) as video:
        assert video.info.interval.end == pytest.approx(9.0, abs=0.021)
        assert video.info.note.startswith("the file's clock starts anew at 4.0 s")


@pytest.mark.parametrize("wild_ms", [HOUR_MS, 10 * HOUR_MS])
def test_a_frame_of_another_hour_stands_where_the_file_has_it(tmp_path: Path, wild_ms: int) -> None:
    pieces = [regular(20), [wild_ms + 2000], regular(19, start_ms=2100)]
    frames = shown(joined(tmp_path, "ts", *pieces, b_frames=0))
    assert [at for at, _ in frames] == pytest.approx(np.arange(40) / 10, abs=0.001)
    assert [number for _, number in frames] == [*range(20), 0, *range(19)]


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
@pytest.mark.parametrize("b_frames", [0, 2])
def test_a_frame_shown_an_hour_late_is_shown_in_its_turn(
    tmp_path: Path, ending: str, b_frames: int
) -> None:
    clip = write_clip(tmp_path / "clip.mp4", regular(40), b_frames=b_frames)
    late = tmp_path / f"late.{ending}"
    with av.open(str(clip)) as source, av.open(str(late), "w") as opened:
        target: Any = opened
        track = target.add_stream_from_template(source.streams.video[0])
        for number, packet in enumerate(source.demux(video=0)):
            if packet.pts is not None:
                packet.pts += round(3600 / packet.time_base) if number == 20 else 0
                packet.stream = track
                target.mux(packet)
    frames = shown(late)
    start = frames[0][0]
    assert [at - start for at, _ in frames] == pytest.approx(np.arange(40) / 10, abs=0.001)
    assert [number for _, number in frames] == list(range(40))
    with open_video(late) as video:
        assert video.info.interval.duration == pytest.approx(4.0, abs=0.1)
        assert "is wild at" in video.info.note


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_a_gap_of_a_day_is_kept_where_the_format_keeps_it(tmp_path: Path, ending: str) -> None:
    times = [*regular(20), *regular(20, start_ms=DAY_MS)]
    path = write_clip(tmp_path / f"gap.{ending}", times, b_frames=0)
    assert [at for at, _ in shown(path)] == pytest.approx([ms / 1000 for ms in times])
    with open_video(path) as video:
        assert video.info.interval.end == pytest.approx(86_402.0, abs=0.1)
        assert video.info.note == ""


def test_a_gap_of_hours_in_a_transport_stream_is_told_without_it(tmp_path: Path) -> None:
    path = joined(tmp_path, "ts", regular(20), regular(20, start_ms=5 * HOUR_MS))
    assert [at for at, _ in shown(path)] == pytest.approx(np.arange(40) / 10, abs=0.001)
    with open_video(path) as video:
        assert "leaps ahead by 1799" in video.info.note
        assert "s at 2.0 s, and what follows is told without the leap" in video.info.note


def test_a_mended_file_gives_the_same_frames_at_times_as_read_through(tmp_path: Path) -> None:
    path = joined(tmp_path, "ts", regular(100), regular(100))
    frames = shown(path)
    wanted = [0.55, 9.95, 10.05, 15.5, 19.95, 30.0]
    with open_video(path) as video:
        found = [(one.pts_seconds, number_in(one.data)) for one in video.frames(wanted)]
        within = [one.pts_seconds for one in video.frames(within=Interval(9.8, 10.2))]
    expected = [max(one for one in frames if one[0] <= at) for at in wanted]
    assert found == expected
    assert within == pytest.approx([9.8, 9.9, 10.0, 10.1], abs=0.001)


def test_sound_stays_in_step_where_the_clock_starts_anew(tmp_path: Path) -> None:
    beep = [(0.0, tones(3.0, [Interval(1.0, 2.0)]))]
    piece = write_sounding(tmp_path / "piece.ts", beep, seconds=3.0, codec="mp2").read_bytes()
    (tmp_path / "joined.ts").write_bytes(piece * 2)
    with open_video(tmp_path / "joined.ts", isolate=False) as video:
        sounds = list(video.sounds())
        first, second = (
            loud(
                [
                    sound
                    for sound in sounds
                    if half.overlaps(Interval(sound.pts_seconds, sound.end_seconds))
                ]
            )
            for half in (Interval(0.0, 2.9), Interval(3.2, 6.0))
        )
        cut = next(at for at in video.frame_times() if at >= 2.95)
    assert second.start - first.start == pytest.approx(cut - video.info.interval.start, abs=0.05)
    assert all(one.end_seconds <= two.pts_seconds + 0.05 for one, two in pairwise(sounds))


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
def test_one_picture_lasts_as_long_as_its_sound(tmp_path: Path, ending: str) -> None:
    heard = [(0.0, tones(8.0, [Interval(6.0, 7.0)]))]
    codec = "mp2" if ending == "ts" else "aac"
    path = write_sounding(tmp_path / f"still.{ending}", heard, seconds=0.1, codec=codec)
    with open_video(path) as video:
        info = video.info
        assert info.interval.start == pytest.approx(0.0, abs=0.1)
        assert info.interval.end == pytest.approx(8.0, abs=0.15)
        assert info.pictured.duration == pytest.approx(0.1, abs=0.02)
        early, late = video.frames([0.0, 7.5])
        assert early.pts_seconds == late.pts_seconds
        assert loud(list(video.sounds())).end == pytest.approx(7.0, abs=0.15)


def test_sound_before_and_after_the_pictures_counts(tmp_path: Path) -> None:
    early = write_sounding(tmp_path / "a.mkv", [(0.0, tones(6.0, []))], seconds=2.0)
    late = write_sounding(tmp_path / "b.mkv", [(3.0, tones(2.0, []))], seconds=1.0)
    for path, end in ((early, 6.0), (late, 5.0)):
        with open_video(path, isolate=False) as video:
            assert video.info.interval.end == pytest.approx(end, abs=0.03)
            assert video.info.pictures is not None


def test_sound_that_fills_its_last_packet_adds_nothing(tmp_path: Path) -> None:
    path = write_sounding(tmp_path / "a.mkv", [(0.0, tones(2.1, []))], seconds=2.0)
    with open_video(path, isolate=False) as video:
        assert video.info.interval.end == pytest.approx(2.0)
        assert video.info.pictures is None


@pytest.mark.parametrize("ending", ["mp4", "mkv", "webm", "flv", "asf", "nut", "mov"])
def test_a_file_that_starts_late_is_whole(tmp_path: Path, ending: str) -> None:
    codec = {"webm": "libvpx", "asf": "mpeg4"}.get(ending, "libx264")
    path = write_clip(tmp_path / f"late.{ending}", regular(20, start_ms=5000), codec=codec)
    with open_video(path, isolate=False) as video:
        assert video.info.interval.end == pytest.approx(7.0, abs=0.15)
        assert (video.damage, video.info.note) == (None, "")


def test_decord_refuses_a_file_whose_clock_is_mended(tmp_path: Path) -> None:
    pytest.importorskip("decord", reason="decord has no build for this platform")
    path = joined(tmp_path, "mkv", regular(40), regular(40))
    with pytest.raises(VideoError, match=r"the file's clock starts anew .*set video_backend to py"):
        open_video(path, backend="decord", isolate=False)
