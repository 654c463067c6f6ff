"""A server in a process of its own, and a client of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from foretell.demo import render_clip

T = TypeVar("T")
PATIENCE = 60.0
"""Seconds that anything may take on a busy machine."""


@dataclass(frozen=True)
class RunningServer:
    """A server that was started.

    Attributes:
        address: Its root, such as "http://127.0.0.1:4711".
        library: Its folder.
        process: It.
    """

    address: str
    library: Path
    process: subprocess.Popen[str]

    def client(self, **headers: str) -> httpx2.Client:
        """Gives a client of its API."""
        return httpx2.Client(base_url=f"{self.address}/api/v1", headers=headers, timeout=PATIENCE)


@contextmanager
def running_server(library: Path, **settings: str) -> Generator[RunningServer]:
    """Starts a server and ends it after the block, unless it ended by then.

    Args:
        library: The folder of the library, which may be new.
        **settings: More settings, such as SERVER_TOKEN.
    """
    given = {"SERVER_PORT": "0", "LIBRARY": str(library), "READ_SCREEN_TEXT": "false", **settings}
    with subprocess.Popen(
        [sys.executable, "-m", "foretell.server"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **{f"FORETELL_{name}": value for name, value in given.items()}},
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            yield RunningServer(line.split()[-1].partition("/#")[0].rstrip("/"), library, process)
        finally:
            process.kill() if process.poll() is None and _is_stuck(process) else None


def _is_stuck(process: subprocess.Popen[str]) -> bool:
    """Asks a process to end, and gives whether it does not."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        return True
    return False


def until(look: Callable[[], T | None]) -> T:
    """Gives what `look` finds, once it does."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if (found := look()) is not None:
            return found
        time.sleep(0.05)
    raise AssertionError(f"nothing after {PATIENCE:.0f} s")


def ended_job(client: httpx2.Client, number: int) -> dict[str, Any]:
    """Gives a job once it ended."""

    def look() -> dict[str, Any] | None:
        job: dict[str, Any] = client.get(f"/jobs/{number}").raise_for_status().json()
        return job if job["ended"] else None

    return until(look)


def send(client: httpx2.Client, file: Path, title: str = "") -> dict[str, Any]:
    """Sends a file and gives what is replied."""
    sent = client.put("/videos", content=file.read_bytes(), params={"title": title})
    assert sent.status_code == 202, sent.text
    told: dict[str, Any] = sent.json()
    return told


def tea(folder: Path) -> Path:
    """Renders the demo's clip, of 24 s with subtitles."""
    return render_clip(folder)
