"""Measures decoding ten minutes of 720p H.264 at one frame a second, beside other decoders.

The file is made once, of moving content with a keyframe every 250 frames, and kept in the folder
for temporary files. What is not installed is left out with a sentence.

    python -m benchmarks.bench_video [--work FOLDER] [--repeats N]
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Row, python, run, table

THREADS = os.cpu_count() or 1
FRAMES_PER_SECOND = 30
MINUTES = 10
EXACT, ISOLATED, FAST, KEY = "exact", "exact, isolated", "fast", "key"
FFMPEG, OPENCV, DECORD = "ffmpeg", "OpenCV", "decord"

OURS = """
from foretell.tools.watching.sampling import times_every
from foretell.tools.decoding.video import open_video
with open_video({path!r}, isolate={isolate}, content_hash="known") as video:
    times = times_every(video.info.interval, 1.0)
    assert sum(1 for _ in video.frames(times, mode={mode!r}, size=(224, 224))) == len(times)
"""
WITH_OPENCV = """
import cv2
video = cv2.VideoCapture({path!r})
number = 0
while video.grab():
    if number % {rate} == 0:
        cv2.resize(video.retrieve()[1], (224, 224))
    number += 1
"""
WITH_DECORD = """
import decord
video = decord.VideoReader({path!r}, width=224, height=224, num_threads={threads})
for number in range(0, len(video), {rate}):
    video[number].asnumpy()
"""


def pictures(count: int) -> Iterator[NDArray[np.uint8]]:
    """A camera that pans over rough ground while bright squares wander about."""
    chance = np.random.default_rng(7)
    coarse = chance.integers(0, 256, (90, 160, 3)).repeat(16, axis=0).repeat(16, axis=1)
    ground = np.clip(coarse // 2 + chance.integers(0, 60, coarse.shape), 0, 255).astype(np.uint8)
    for number in range(count):
        picture = np.roll(ground, (2 * number, 3 * number), axis=(0, 1))[:720, :1280].copy()
        for square in range(6):
            top, left = (number * (square + 2)) % 620, (number * (7 - square) + 200 * square) % 1180
            picture[top : top + 100, left : left + 100] = 40 * square + 30
        yield picture


def make_clip(folder: Path) -> Path:
    """Encodes a minute, and writes it ten times over."""
    path = folder / f"foretell_bench_{MINUTES}min_720p.mp4"
    if path.exists():
        return path
    minute, partial = folder / "foretell_bench_1min.mp4", path.with_suffix(".part.mp4")
    with av.open(str(minute), "w") as opened:
        track = cast(Any, opened).add_stream(
            "libx264", FRAMES_PER_SECOND, options={"preset": "veryfast", "b": "1500k", "g": "250"}
        )
        track.width, track.height, track.pix_fmt = 1280, 720, "yuv420p"
        for picture in pictures(60 * FRAMES_PER_SECOND):
            cast(Any, opened).mux(track.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        cast(Any, opened).mux(track.encode())
    repeat(minute, partial)
    minute.unlink()
    return partial.rename(path)


def repeat(source: Path, target: Path) -> None:
    """Writes a file's packets one minute after the other, without encoding them again."""
    with av.open(str(target), "w") as opened:
        track: Any = None
        for minute in range(MINUTES):
            with av.open(str(source)) as given:
                picture = given.streams.video[0]
                track = track or cast(Any, opened).add_stream_from_template(picture)
                ticks = int(minute * 60 / cast(Fraction, picture.time_base))
                for packet in given.demux(picture):
                    if packet.dts is not None and packet.pts is not None:
                        packet.pts, packet.dts = packet.pts + ticks, packet.dts + ticks
                        packet.stream = track
                        cast(Any, opened).mux(packet)


def commands(path: str) -> dict[str, list[str]]:
    """What is run, each in a fresh process with as many threads as there are cores."""
    found = {
        name: python(OURS.format(path=path, mode=name.split(",")[0], isolate=name == ISOLATED))
        for name in (EXACT, ISOLATED, FAST, KEY)
    }
    if shutil.which("ffmpeg"):
        filters = ["-vf", "fps=1,scale=224:224", "-f", "null", "-"]
        found[FFMPEG] = ["ffmpeg", "-v", "error", "-threads", str(THREADS), "-i", path, *filters]
    if importlib.util.find_spec("cv2"):
        found[OPENCV] = python(WITH_OPENCV.format(path=path, rate=FRAMES_PER_SECOND))
    if importlib.util.find_spec("decord"):
        script = WITH_DECORD.format(path=path, rate=FRAMES_PER_SECOND, threads=THREADS)
        found[DECORD] = python(script)
    for missing in {FFMPEG, OPENCV, DECORD} - set(found):
        print(f"{missing} is not installed, so it is left out")
    return found


def rows(repeats: int = 3, folder: Path | None = None) -> list[Row]:
    """Runs all in turn, `repeats` times, so that a busy machine is as hard on each."""
    ran = commands(str(make_clip(folder or Path(tempfile.gettempdir()))))
    times: dict[str, list[float]] = {name: [] for name in ran}
    for _ in range(repeats):
        for name, command in ran.items():
            times[name].append(run(command).seconds)
    took = {name: statistics.median(values) for name, values in times.items()}

    def row(name: str, other: str, goal: str = "") -> Row:
        beside = f"{other}: {took[name] / took[other]:.2f} x" if other in took else ""
        return Row(f"{MINUTES} min of 720p at 1 fps, {name}", took[name], "s", beside, goal)

    ours = [
        row(EXACT, FFMPEG, "at most 1.15 x"),
        row(ISOLATED, EXACT, "at most 1.1 x"),
        row(FAST, EXACT),
        row(KEY, EXACT, "at most 0.125 x"),
    ]
    return [*ours, *(row(name, FFMPEG) for name in (OPENCV, DECORD) if name in took)]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, help="where the file is kept")
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    print(table(rows(given.repeats, given.work)))


if __name__ == "__main__":
    main()
