"""Ctrl-C ends a command within a second, and work that takes long tells how far it is."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.foretell.cli.started import begun, hears_ctrl_c, told_by

WITHIN_SECONDS = 15.0
"""A second, and what a busy machine adds to it; what is interrupted would take a minute."""
UNTIL_SECONDS = 120.0
"""How long is waited for a command to begin with what it is interrupted in."""

THREAD_THAT_IS_WAITED_FOR = """
import time
from concurrent.futures import ThreadPoolExecutor
from foretell.cli.interrupts import INTERRUPTS

INTERRUPTS.start()
with ThreadPoolExecutor() as pool:
    waited_for = pool.submit(time.sleep, 60.0)
    print("begun", flush=True)
    waited_for.result()
"""


def interrupted(process: subprocess.Popen[bytes]) -> float:
    """Sends Ctrl-C and gives the seconds until the process has ended."""
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.wait(60.0)
    return time.monotonic() - began


def read_until(descriptor: int, words: bytes) -> bytes:
    """Reads what a command writes until some words come."""
    read, end = b"", time.monotonic() + UNTIL_SECONDS
    while words not in read:
        left = max(0.0, end - time.monotonic())
        assert select.select([descriptor], [], [], left)[0], read.decode()
        read += os.read(descriptor, 4096)
    return read


def test_a_long_embedding_shows_how_far_it_is_and_hears_ctrl_c(tmp_path: Path) -> None:
    steps = [f"put part {number} of the machine on shelf {number % 17}" for number in range(4000)]
    file = tmp_path / "long.json"
    file.write_text(json.dumps({"tasks": [{"name": "build a machine", "steps": steps}]}))
    terminal, standard_error = pty.openpty()
    given = ["--procedures", str(file), "--library", str(tmp_path / "library")]
    process = subprocess.Popen(
        [sys.executable, "-m", "foretell", "plan", "--goal", "a machine", *given],
        stdout=subprocess.DEVNULL,
        stderr=standard_error,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "100"},
        preexec_fn=hears_ctrl_c,
    )
    os.close(standard_error)
    try:
        read_until(terminal, b"texts embedded")
        seconds = interrupted(process)
        read_until(terminal, b"foretell: interrupted; what was done is kept")
    finally:
        process.kill()
        process.wait()
        os.close(terminal)
    assert process.returncode == 130
    assert seconds < WITHIN_SECONDS


def test_a_thread_that_is_waited_for_does_not_keep_a_command_from_ending() -> None:
    with begun(THREAD_THAT_IS_WAITED_FOR) as process:
        seconds = interrupted(process)
        told = told_by(process)
    assert told.startswith(b"foretell: interrupted; what was done is kept: give the same")
    assert told.count(b"\n") == 1
    assert process.returncode == 130
    assert seconds < WITHIN_SECONDS
