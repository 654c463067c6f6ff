"""Measures the time and the peak memory of watching, and that memory does not grow with length.

python -m benchmarks.bench_watch
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Process, Row, run, table
from foretell import demo
from foretell.tools.decoding.pyav_backend import write_video

FRAMES_PER_SECOND = 8


def long_clip(folder: Path, minutes: int) -> Path:
    """Writes a file that shows the demo's scenes again and again."""
    file = folder / f"{minutes}min.mp4"
    write_video(file, _pictures(minutes), frames_per_second=FRAMES_PER_SECOND)
    return file


def _pictures(minutes: int) -> Iterator[NDArray[np.uint8]]:
    scenes = [picture[::2, ::2] for picture in demo.frames()]
    for index in range(minutes * 60 * FRAMES_PER_SECOND):
        yield scenes[index % len(scenes)]


def watch(file: Path, library: Path) -> Process:
    """Watches a file with the command, without reading on-screen text."""
    command = [sys.executable, "-m", "foretell", "watch", str(file), "--library", str(library)]
    return run(command, {"FORETELL_READ_SCREEN_TEXT": "false"})


def rows() -> list[Row]:
    """Watches six minutes and an hour."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        short = watch(long_clip(folder, 6), folder / "short")
        hour_file = long_clip(folder, 60)
        hour = watch(hour_file, folder / "hour")
        again = watch(hour_file, folder / "hour")
    share = hour.peak_megabytes / short.peak_megabytes
    return [
        Row(
            "peak memory of watching an hour",
            hour.peak_megabytes,
            "MB",
            f"6 minutes: {short.peak_megabytes:.0f} MB, {share:.2f} x",
            "flat in length",
        ),
        Row("watching an hour (320 x 180)", hour.seconds, "s"),
        Row("watching it again", again.seconds, "s", f"{hour.seconds / again.seconds:.0f} x less"),
    ]


if __name__ == "__main__":
    print(table(rows()))
