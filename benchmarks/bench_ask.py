"""Measures the CPU seconds of a question, warm and in a process of its own, and of a first plan.

python -m benchmarks.bench_ask [CHECKOUT]

CHECKOUT is the folder of another version of foretell, measured beside this one. The clip is that of
the kitchen in FORETELL_DATA (41 s, with its captions), or the demo's where there is none.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Row, run, table
from foretell import demo
from foretell.tools.decoding.pyav_backend import write_video

ROOT = Path(__file__).parents[1]
NAME = "ego_kitchen_milk_41s"
THINGS = ("milk", "cup", "fridge", "tap", "microwave", "bottle", "door", "water", "hand", "bowl")
VERBS = ("pick up", "open", "close", "wash", "hold", "fill")
QUESTIONS = [f"When does the person {v} the {t}?" for t, v in itertools.product(THINGS, VERBS)]
COLD = 5
"""Processes that each ask another question."""
ASK_WARM = """
import json, sys, time
from foretell import VideoAgent

clip, *questions = sys.argv[1:]
taken = []
with VideoAgent() as agent:
    for question in questions:
        began = time.process_time()
        agent.ask(question, clip)
        taken.append(time.process_time() - began)
print(json.dumps(taken[1:]))  # the first reads the weights of the embedder
"""
GOAL = ("plan", "--start", "raw eggs in the carton", "--goal", "scrambled eggs on a plate")


def make_clip(folder: Path) -> tuple[Path, Path]:
    """Returns a clip and its captions."""
    data = Path(os.environ.get("FORETELL_DATA", ROOT.parent / "shared" / "data")) / "videos"
    clip, captions = data / f"{NAME}.mp4", data / f"{NAME}.lavila_captions.json"
    if clip.is_file() and captions.is_file():
        return clip, captions
    clip, captions = folder / "demo.mp4", folder / "captions.json"
    write_video(clip, demo.frames(), frames_per_second=12)
    told = [
        {"start": second, "end": second + 2, "text": f"A hand lifts the {THINGS[second // 2]}"}
        for second in range(0, 8, 2)
    ]
    captions.write_text(json.dumps(told))
    return clip, captions


def surroundings(library: Path, checkout: Path) -> dict[str, str]:
    """Returns the environment of a process that runs one version, with a thread for each core."""
    cores = str(os.cpu_count() or 1)
    return dict(os.environ) | {
        "FORETELL_LIBRARY": str(library),
        "PYTHONPATH": str(checkout),
        "OPENBLAS_NUM_THREADS": cores,
        "OMP_NUM_THREADS": cores,
    }


@contextmanager
def busy_cores() -> Generator[None]:
    """Keeps every core busy with something else."""
    loops = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(os.cpu_count() or 1)
    ]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def warm_seconds(clip: Path, environment: Mapping[str, str], folder: Path) -> float:
    """Returns the median CPU seconds of new questions that one process asks."""
    told = subprocess.run(
        [sys.executable, "-c", ASK_WARM, str(clip), *QUESTIONS[:21]],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return statistics.median(json.loads(told))


def measured(checkout: Path) -> dict[str, float]:
    """Returns the CPU seconds of each kind of call, in a library made anew."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        clip, captions = make_clip(folder)
        environment = surroundings(folder / "library", checkout)
        foretell = [sys.executable, "-m", "foretell"]

        def cpu(*words: str) -> float:
            return run([*foretell, *words], environment, folder).cpu_seconds

        cpu("watch", str(clip), "--captions", str(captions))
        other = shutil.copytree(folder / "library", folder / "other")
        warm = warm_seconds(clip, environment, folder)
        with busy_cores():
            busy = warm_seconds(clip, surroundings(other, checkout), folder)
        asks = [cpu("ask", str(clip), "--question", one) for one in QUESTIONS[-COLD:]]
        return {
            "a warm ask": warm,
            "a warm ask, every core busy": busy,
            "`foretell ask`, a process of its own": statistics.median(asks),
            "the first `plan` of a library": cpu(*GOAL),
        }


def rows(beside: Path | None = None) -> list[Row]:
    """Measures this version, and another one beside it."""
    goals = ("<= 0.1 s", "<= 0.1 s", "<= 1.0 s", "<= 3 s")
    ours = measured(ROOT)
    theirs = measured(beside) if beside is not None else {}
    return [
        Row(
            what,
            seconds,
            "CPU s",
            f"other: {theirs[what]:.3g} s, {theirs[what] / seconds:.1f} x" if theirs else "",
            goal,
        )
        for (what, seconds), goal in zip(ours.items(), goals, strict=True)
    ]


if __name__ == "__main__":
    print(table(rows(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None)))
