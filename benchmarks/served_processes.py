"""Runs servers of models on the loopback, in processes that cannot outlive what started them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_START_SECONDS = 90.0
_POLL_SECONDS = 0.05
_ONE_THREAD = {"OMP_NUM_THREADS": "1"}
"""On a busy machine several threads of a server wait for each other."""


class ServedModel(NamedTuple):
    """A running OpenAI-compatible endpoint: what a client needs to know."""

    base_url: str
    model: str
    key: str = "unused"


@contextmanager
def served(arguments: Sequence[str], log: Path, folder: Path, **variables: str) -> Generator[str]:
    """Gives the root address of a server that says in its log that it is "on" one.

    Args:
        arguments: Of Python, which runs the server; it is to call `foretell.forks.end_with_parent`.
        log: Where what it writes is kept.
        folder: Where it runs.
        **variables: Of its environment, beside those of this process.

    Raises:
        RuntimeError: If the server ends or does not answer in time; the message holds its log.
    """
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env={**os.environ, **_ONE_THREAD, **variables},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            yield _wait_for_address(process, log)
        finally:
            process.kill()


def _wait_for_address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"\bon (http://[\d.]+:\d+)", log.read_text(errors="replace"))
        if found:
            return found[1]
        time.sleep(_POLL_SECONDS)
    raise RuntimeError(f"the server did not start: {log.read_text(errors='replace')}")
