"""Processes that are started to be interrupted."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager


def hears_ctrl_c() -> None:
    """Lets a process that is started hear Ctrl-C, though `nohup`, cron or CI ignore it here."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def begun(script: str) -> Generator[subprocess.Popen[bytes]]:
    """Gives a Python process that runs a script, once that wrote "begun" as its first line."""
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hears_ctrl_c,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        yield process


def told_by(process: subprocess.Popen[bytes]) -> bytes:
    """Gives what a process wrote on its standard error until it ended."""
    assert process.stderr is not None
    return process.stderr.read()
