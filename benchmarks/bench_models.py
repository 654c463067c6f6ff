"""Measures how fast actions are recognised, and that memory does not grow with the video.

python -m benchmarks.bench_models

Weights are random and of real size: what they say is of no use, what it takes is.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.bench_watch import long_clip
from benchmarks.measure import Process, Row, run, table
from foretell.tools.decoding.pyav_backend import write_video
from foretell.tools.decoding.video import open_video
from foretell.tools.recognition.perceiver import CLIP_SECONDS, OVERLAP, ClipActions
from foretell.tools.recognition.recognizers import load_recognizer
from foretell.tools.recognition.vote import ClipGrid, resampled
from foretell.tools.watching.profile import Profile
from foretell.types import Frame

SECONDS, FRAMES_PER_SECOND = 8, 30
WIDTH, HEIGHT = 1920, 1080
ROUNDS = 3
BASE: dict[str, int] = {}
SMALL = {"hidden_size": 384, "num_attention_heads": 6, "intermediate_size": 1536}
TINY = {
    **{"hidden_size": 48, "num_attention_heads": 4, "intermediate_size": 96},
    **{"num_hidden_layers": 2, "image_size": 64},
}


@dataclass(frozen=True)
class Speed:
    """What it took to recognise the actions of a clip.

    Attributes:
        seconds: Wall-clock time, loading the model not counted.
        forward_seconds: The part that the model itself was busy.
    """

    seconds: float
    forward_seconds: float

    @property
    def rate(self) -> float:
        """Frames of the file a second."""
        return SECONDS * FRAMES_PER_SECOND / self.seconds

    @property
    def busy(self) -> float:
        """The model's share of the time, in [0, 1]."""
        return self.forward_seconds / self.seconds


def save_videomae(folder: Path, sizes: dict[str, int]) -> Path:
    """Saves a VideoMAE of random weights; its own default sizes are those of the base model."""
    transformers: Any = importlib.import_module("transformers")
    config = transformers.VideoMAEConfig(**sizes, num_labels=400)
    transformers.VideoMAEForVideoClassification(config).save_pretrained(folder)
    side = config.image_size
    transformers.VideoMAEImageProcessorPil(
        size={"shortest_edge": side}, crop_size={"height": side, "width": side}
    ).save_pretrained(folder)
    return folder


def moving_pictures() -> Iterator[NDArray[np.uint8]]:
    wide = np.random.default_rng(0).integers(0, 256, (HEIGHT // 8, WIDTH // 4, 3), np.uint8)
    wide = wide.repeat(8, axis=0).repeat(8, axis=1)
    for index in range(SECONDS * FRAMES_PER_SECOND):
        yield wide[:, 4 * index : 4 * index + WIDTH]


def streamed(file: Path, model: Path) -> Speed:
    """Recognises as `foretell watch` does: decode, prepare and run beside each other."""
    profile = Profile()
    recognizer = load_recognizer(f"hf:{model}", profile=profile)
    with open_video(file) as video:
        frame = next(iter(video.frames([0.0])))
        recognizer.recognize([[frame] * recognizer.frames_per_clip])
        before = forward_seconds(profile)
        began = time.perf_counter()
        list(ClipActions(recognizer).perceive(video, None))
        seconds = time.perf_counter() - began
    return Speed(seconds, forward_seconds(profile) - before)


def forward_seconds(profile: Profile) -> float:
    return next(one.seconds for one in profile.seconds() if one.phase == "forward")


def naive(file: Path, model: Path) -> Speed:
    """Decodes all frames as they are, then puts one clip after the other through the model."""
    transformers: Any = importlib.import_module("transformers")
    torch: Any = importlib.import_module("torch")
    network = transformers.AutoModelForVideoClassification.from_pretrained(model).eval()
    network = network.to("cuda" if torch.cuda.is_available() else "cpu")
    processor = transformers.VideoMAEImageProcessorPil.from_pretrained(model)
    began, busy = time.perf_counter(), 0.0
    with open_video(file, isolate=False) as video:
        frames, whole = list(video.frames()), video.info.interval
    grid = ClipGrid.over(whole, CLIP_SECONDS, OVERLAP, network.config.num_frames)
    for first in range(len(grid.parts) - grid.reach + 1):
        start, end = grid.parts[first].start, grid.parts[first + grid.reach - 1].end
        clip = _shown(frames, start, end, grid.frames_per_clip)
        pixels = processor(clip, return_tensors="pt").to(network.device)
        entered = time.perf_counter()
        with torch.inference_mode():
            network(**pixels).logits.softmax(-1).cpu()
        busy += time.perf_counter() - entered
    return Speed(time.perf_counter() - began, busy)


def _shown(
    frames: Sequence[Frame], start: float, end: float, count: int
) -> list[NDArray[np.uint8]]:
    within = [frame.data for frame in frames if start <= frame.pts_seconds < end]
    return resampled(within, count)


def watch(file: Path, model: Path, library: Path) -> Process:
    """Watches a file with the command and a recogniser."""
    command = [sys.executable, "-m", "foretell", "watch", str(file), "--library", str(library)]
    settings = {"FORETELL_READ_SCREEN_TEXT": "false", "FORETELL_EMBEDDER": "hash"}
    return run([*command, "--recognizer", f"hf:{model}"], settings)


def speeds(folder: Path, name: str, sizes: dict[str, int]) -> Iterator[Row]:
    """Compares both ways on one model, in turn, as the load of a machine changes."""
    model, file = save_videomae(folder / name, sizes), folder / "moving.mp4"
    if not file.exists():
        write_video(file, moving_pictures(), frames_per_second=FRAMES_PER_SECOND)
    pairs = [(streamed(file, model), naive(file, model)) for _ in range(ROUNDS)]
    ours, theirs = (median(one.rate for one in way) for way in zip(*pairs, strict=True))
    ratio = median(naively.seconds / streaming.seconds for streaming, naively in pairs)
    beside = f"naive loop: {theirs:.1f}, {ratio:.2f} x"
    yield Row(f"{name}: frames of 1080p a second", ours, "1/s", beside, "2 x")
    busy, share = (median(one.busy for one in way) for way in zip(*pairs, strict=True))
    beside = f"naive loop: {100 * share:.0f} %"
    yield Row(f"{name}: time that the model is busy", 100 * busy, "%", beside)


def rows() -> list[Row]:
    """Measures two sizes of VideoMAE, and the memory that an hour takes."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        measured = [
            *speeds(folder, "VideoMAE small", SMALL),
            *speeds(folder, "VideoMAE base", BASE),
        ]
        tiny = save_videomae(folder / "tiny", TINY)
        short = watch(long_clip(folder, 6), tiny, folder / "short")
        hour = watch(long_clip(folder, 60), tiny, folder / "hour")
    ratio = hour.peak_megabytes / short.peak_megabytes
    beside = f"6 minutes: {short.peak_megabytes:.0f} MB, {ratio:.2f} x"
    peak = Row("peak memory of an hour", hour.peak_megabytes, "MB", beside, "flat in length")
    return [*measured, peak, Row("watching an hour with a tiny model", hour.seconds, "s")]


if __name__ == "__main__":
    print(table(rows()))
