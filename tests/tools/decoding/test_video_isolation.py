"""A file in a process of its own can do no harm, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from foretell.errors import VideoError
from foretell.tools.decoding.video import DecodeLimits, Video, open_video
from tests.tools.clips import number_in, regular, write_clip

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("isolation") / "clip.mp4", regular(60))


def children() -> set[int]:
    """The processes that this one started and has not waited for."""
    return set(map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()))


def open_with_child(path: Path, **limits: float) -> tuple[Video, int]:
    before = children()
    video = open_video(path, limits=DecodeLimits(**limits))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    (child,) = children() - before
    return video, child


@linux_only
def test_a_killed_process_is_an_error_and_the_next_call_starts_another(clip: Path) -> None:
    video, child = open_with_child(clip)
    with video:
        frames = video.frames(size=(600, 400))
        next(frames)
        os.kill(child, signal.SIGKILL)
        with pytest.raises(VideoError, match=r"clip\.mp4' ended \(SIGKILL\); the file is broken"):
            list(frames)
        assert len(list(video.frames())) == 60


@linux_only
def test_a_process_that_died_while_idle_is_an_error(clip: Path) -> None:
    video, child = open_with_child(clip)
    with video:
        os.kill(child, signal.SIGKILL)
        with pytest.raises(VideoError, match=r"ended \(SIGKILL\).*decode_memory_bytes=4294967296"):
            video.frame_times()
        assert len(video.frame_times()) == 60


@linux_only
def test_a_process_that_stalls_is_killed(clip: Path) -> None:
    video, child = open_with_child(clip, stall_seconds=0.4)
    with video:
        os.kill(child, signal.SIGSTOP)
        with pytest.raises(VideoError, match=r"gave no frame for 0\.4 s; raise decode_seconds"):
            list(video.frames())
        assert child not in children()


def test_time_that_the_caller_takes_is_no_stall(clip: Path) -> None:
    with open_video(clip, limits=DecodeLimits(stall_seconds=2.0)) as video:
        frames = video.frames(size=(600, 400))
        first = number_in(next(frames).data)
        time.sleep(2.5)
        assert [first, *(number_in(frame.data) for frame in frames)] == list(range(60))


@linux_only
def test_too_little_memory_is_an_error(clip: Path) -> None:
    either = r"needs more than (decode_memory_bytes=50000000|50000000 bytes of memory)"
    with pytest.raises(VideoError, match=either):  # it ends, or is told, as memory happens to lie
        open_video(clip, limits=DecodeLimits(memory_bytes=50_000_000))
    short = r"clip\.mp4' needs more than 1000000000 bytes of memory to decode; raise decode_memory"
    with open_video(clip, limits=DecodeLimits(10**9, memory_bytes=1_000_000_000)) as video:
        with pytest.raises(VideoError, match=short):
            next(video.frames(size=(16_000, 16_000)))
        assert number_in(next(video.frames()).data) == 0


def test_a_size_past_what_ffmpeg_can_hold(clip: Path) -> None:
    with open_video(clip, limits=DecodeLimits(max_pixels=10**9)) as video:
        sentence = r"a picture in yuv420p of 96 x 64 cannot be turned into RGB of \(25000, 25000\)"
        with pytest.raises(VideoError, match=sentence):
            next(video.frames(size=(25_000, 25_000)))


@linux_only
def test_nothing_is_left_behind(clip: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    files, processes = set(os.listdir("/proc/self/fd")), children()
    for _ in range(2):
        with open_video(clip) as video:
            next(video.frames())
            next(video.frames([1.0, 2.0]))
        forgotten = open_video(clip)
        next(forgotten.frames())
        del forgotten
        with pytest.raises(VideoError):
            open_video(broken)
    assert children() == processes
    assert set(os.listdir("/proc/self/fd")) == files


def test_the_decoder_prints_nothing(clip: Path, tmp_path: Path) -> None:
    content = bytearray(clip.read_bytes())
    for place in range(len(content) // 2, len(content) - 3000, 40):
        content[place] ^= 0xFF
    noisy = tmp_path / "noisy.mp4"
    noisy.write_bytes(bytes(content))
    script = (
        "import sys; from foretell.tools.decoding.video import open_video\n"
        "for isolate in (True, False):\n"
        "    with open_video(sys.argv[1], isolate=isolate) as video: list(video.frames())\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(noisy)], capture_output=True, text=True, check=True
    )
    assert (ran.stdout, ran.stderr) == ("", "")


def test_modules_in_the_working_folder_are_not_imported(clip: Path, tmp_path: Path) -> None:
    for name in ("json.py", "tools.py", "struct.py", "av.py"):
        (tmp_path / name).write_text("raise SystemExit('imported from the working folder')")
    script = (
        "import sys; from foretell.tools.decoding.video import open_video\n"
        "print(open_video(sys.argv[1]).info.codec)"
    )
    ran = subprocess.run(
        [sys.executable, "-P", "-c", script, str(clip)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert ran.stdout == "h264\n", ran.stderr


def test_a_large_picture_goes_through_the_pipe_whole(clip: Path) -> None:
    with open_video(clip) as video, open_video(clip, isolate=False) as here:
        (sent,) = video.frames([3.0], size=(1280, 720))
        (direct,) = here.frames([3.0], size=(1280, 720))
    assert (sent.data == direct.data).all()
    assert sent.pts_seconds == direct.pts_seconds == 3.0
