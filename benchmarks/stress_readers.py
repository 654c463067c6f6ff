"""Damages texts and videos at random, and reads each: a result or one sentence, soon, in bounds.

`python -m benchmarks.stress texts videos` runs both; seeds are fixed, so that a fault comes again.
"""

from __future__ import annotations

import logging
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import av
import numpy as np

from benchmarks.bench_readers import READERS
from benchmarks.files_read import forms
from benchmarks.stress_report import Figure
from benchmarks.wrong_values import CELLS, FORGED, WRONG, as_text
from foretell.errors import ForetellError
from foretell.tools.decoding.video import open_video

TEXTS, VIDEOS = 100_000, 500
_SEED, _OF_A_SEED = 15, 5000
"""A new seed for each so many inputs, so that one that fails is made again soon."""
_LONGEST_SECONDS = 10.0
_MOST_MIB = {"texts": 1024.0, "videos": 4096.0 + 512.0}
"""What the process that reads may grow by: a text is a few kB; a decoder is stopped at 4 GiB."""
_LONGEST_SENTENCE = 1000
_CHANGES = 4
"""Most changes to one input: more are mostly refused at the first."""
_CLIP_FRAMES, _RATE = 30, 10
_SIZE = (96, 64)
_CONTAINERS = {
    "mp4": "libx264", "mov": "libx264", "mkv": "libx264", "avi": "mpeg4", "ts": "libx264",
    "mpg": "mpeg2video", "flv": "libx264", "gif": "gif",
}  # fmt: skip
_HOSTILE = (
    *FORGED, *CELLS, *map(as_text, WRONG), "\x1b[2J", "\r", "\u2028", "\ufeff", "\0", "{", "]", '"',
    "<think>", "-->", "&#x110000;", "&amp;" * 50, "<b>" * 200, "<tt><tt><tt>", "9" * 400, "1:" * 99,
    "\N{COMBINING ACUTE ACCENT}" * 300, "\N{ARABIC-INDIC DIGIT FIVE}", "e" * 3000, " " * 3000,
)  # fmt: skip

_SIZES = (b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff")
"""Fields of a container that claim everything, nothing, or all that a signed number holds."""


@dataclass(slots=True)
class _Run:
    """What went wrong over one run."""

    unexpected: list[str] = field(default_factory=list[str])
    slow: list[str] = field(default_factory=list[str])
    refused: int = 0

    def look(self, name: str, read: Callable[[], object], beyond_seconds: float = 0.0) -> None:
        """Reads an input and keeps what it should not do."""
        began = time.perf_counter()
        try:
            read()
        except ForetellError as error:
            self.refused += 1
            if error.exit_code != 2 or "\n" in str(error) or len(str(error)) > _LONGEST_SENTENCE:
                self.unexpected.append(f"{name}: exit code {error.exit_code}, {error}"[:300])
        except Exception as error:  # noqa: BLE001 - what it looks for
            self.unexpected.append(f"{name}: {error!r}"[:300])
        if (took := time.perf_counter() - began) > _LONGEST_SECONDS + beyond_seconds:
            self.slow.append(f"{name}: {took:.1f} s")

    def figures(self, what: str, count: int, grown_mib: float) -> list[Figure]:
        """Returns what was found, beside what is allowed."""
        told = f"of {count:,} damaged {what}, {self.refused:,} of them refused"
        unexpected, slow = tuple(self.unexpected), tuple(self.slow)
        return [
            Figure(f"no result and no sentence, {told}", len(unexpected), 0, unexpected),
            Figure(f"over {_LONGEST_SECONDS:g} s, {told}", len(slow), 0, slow),
            Figure(f"MiB that memory grew by, {told}", grown_mib, _MOST_MIB[what]),
        ]


def texts(count: int | None = None) -> list[Figure]:
    """Damages files of every form, and what models say, and reads each as it is read in use."""
    logging.getLogger("foretell").setLevel(logging.ERROR)
    run, draw, known = _Run(), random.Random(_SEED), forms()
    words = [*READERS.items()]
    before, wanted = _peak_mib(resource.RUSAGE_SELF), count or TEXTS
    with tempfile.TemporaryDirectory() as folder:
        for number in range(wanted):
            if number % _OF_A_SEED == 0:
                draw = random.Random(_SEED + number // _OF_A_SEED)
            if number % 4:
                form = known[number % len(known)]
                path = form.write(Path(folder, f"{number % len(known)}"), _damaged(form.text, draw))
                run.look(f"{form.name}, input {number}", lambda at=path, of=form: of.read(at))
            else:
                name, read = words[number // 4 % len(words)]
                said = _damaged(f"The milk is poured {draw.choice(FORGED)}.\nConfidence: 0.9", draw)
                run.look(f"{name}, input {number}", lambda text=said, of=read: of(text))
    return run.figures("texts", wanted, _peak_mib(resource.RUSAGE_SELF) - before)


def videos(count: int | None = None) -> list[Figure]:
    """Damages clips of several containers, opens each in its own process and reads frames of it."""
    run, draw, wanted = _Run(), random.Random(_SEED), count or VIDEOS
    before = _peak_mib(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        clips = [*_clips(Path(folder))]
        for number in range(wanted):
            clip = clips[number % len(clips)]
            path = Path(folder, f"damaged{clip.suffix}")
            path.write_bytes(_damaged_bytes(clip.read_bytes(), draw))
            run.look(
                f"{clip.name}, input {number}", lambda at=path: _frames(at), _CLIP_FRAMES / _RATE
            )
    return run.figures("videos", wanted, _peak_mib(resource.RUSAGE_CHILDREN) - before)


def _clips(folder: Path) -> Iterator[Path]:
    for ending, codec in _CONTAINERS.items():
        path = folder / f"clip.{ending}"
        _write_clip(path, codec)
        yield path


def _write_clip(path: Path, codec: str) -> None:
    """Writes pictures of noise, ten a second."""
    noise = np.random.default_rng(15)
    with av.open(str(path), "w") as opened:
        container = cast(Any, opened)
        track = container.add_stream(codec, 25 if codec == "mpeg2video" else _RATE)
        track.width, track.height = _SIZE
        track.pix_fmt = "rgb8" if codec == "gif" else "yuv420p"
        for _ in range(_CLIP_FRAMES):
            drawn = noise.integers(0, 256, (*reversed(_SIZE), 3), np.uint8)
            container.mux(track.encode(av.VideoFrame.from_ndarray(drawn, "rgb24")))
        container.mux(track.encode())


def _frames(path: Path) -> int:
    with open_video(path, content_hash="known") as video:
        return sum(1 for _ in video.frames([0.0, 1.0, 2.0])) + sum(1 for _ in video.frames())


def _damaged(text: str, draw: random.Random) -> str:
    for _ in range(draw.randint(1, _CHANGES)):
        at, end = sorted((draw.randint(0, len(text)), draw.randint(0, len(text))))
        match draw.randrange(5):
            case 0:
                text = text[:at] + draw.choice(_HOSTILE) + text[at:]
            case 1:
                text = text[:at] + text[min(end, at + 20) :]
            case 2:
                text = text[:at] + text[at:end] * draw.randint(2, 9) + text[end:]
            case 3:
                character = chr(draw.randrange(draw.choice((256, 0x3000))))
                text = text[:at] + character + text[at + 1 :]
            case _:
                text = text[:end]
    return text


def _damaged_bytes(content: bytes, draw: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(draw.randint(1, _CHANGES)):
        at = draw.randrange(len(data) or 1) if draw.random() < 0.5 else draw.randrange(256)
        match draw.randrange(4):
            case 0:
                data[at : at + 16] = draw.randbytes(16)
            case 1:
                data[at : at + 4] = draw.choice(_SIZES)
            case 2:
                del data[draw.randrange(len(data) or 1) :]
            case _:
                data[at:at] = data[at : at + 512]
    return bytes(data) or b"\0"


def _peak_mib(who: int) -> float:
    """Returns the most memory that this process, or one of its children, has held."""
    return resource.getrusage(who).ru_maxrss / 1024.0
