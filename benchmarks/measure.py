"""Runs commands and functions several times, and says what came out as rows of one table."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

COMPILED_ONCE = {"PYTHONDONTWRITEBYTECODE": ""}
"""What is installed is compiled by pip; a checkout is to keep what the first process compiles."""


@dataclass(frozen=True)
class Row:
    """One measurement.

    Attributes:
        what: What was measured.
        value: The median.
        unit: Of the value.
        beside: What it is compared with, and the ratio, such as "ffmpeg: 0.92 x".
        goal: What it should be.
    """

    what: str
    value: float
    unit: str
    beside: str = ""
    goal: str = ""


def seconds(call: Callable[[], object], repeats: int = 5) -> float:
    """Returns the median wall-clock time of a call, after one that is not counted."""
    call()
    times: list[float] = []
    for _ in range(repeats):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


@dataclass(frozen=True)
class Process:
    """What a finished process took.

    Attributes:
        seconds: Wall-clock time.
        cpu_seconds: Of all its cores, and of the processes that it started and waited for.
        peak_megabytes: The peak of its largest process.
    """

    seconds: float
    cpu_seconds: float
    peak_megabytes: float


_WAIT = """
import json, os, subprocess, sys, time
began = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
seconds = time.perf_counter() - began
cpu_seconds = usage.ru_utime + usage.ru_stime
code = os.waitstatus_to_exitcode(status)
print(json.dumps([code, seconds, cpu_seconds, usage.ru_maxrss / 1024]))
"""


def run(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Process:
    """Runs a command to its end.

    A small process of its own starts it: Linux counts the memory of whoever starts a process as
    the peak of what is started.

    Args:
        command: Its words.
        environment: Variables beside those of this process.
        folder: Where it runs; None for where this process does.

    Raises:
        RuntimeError: If it fails.
    """
    told = subprocess.run(
        [sys.executable, "-c", _WAIT, *command],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **COMPILED_ONCE, **(environment or {})},
        cwd=folder,
    ).stdout
    code, *taken = json.loads(told)
    if code != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {code}")
    return Process(*taken)


def median_seconds(command: Sequence[str], repeats: int = 5) -> float:
    """Returns the median wall-clock time of a command, after one run that is not counted."""
    run(command)
    return statistics.median(run(command).seconds for _ in range(repeats))


def python(code: str) -> list[str]:
    """Returns the command that runs `code` in a fresh interpreter."""
    return [sys.executable, "-c", code]


def table(rows: Sequence[Row]) -> str:
    """Returns the rows as a Markdown table."""
    lines = ["| what | value | beside | goal |", "|---|---|---|---|"]
    lines += [f"| {r.what} | {r.value:.3g} {r.unit} | {r.beside} | {r.goal} |" for r in rows]
    return "\n".join(lines)
