"""A chat on a terminal: lines are edited and remembered, and Ctrl-C and Ctrl-D end it."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from foretell import demo
from foretell.tools.decoding.pyav_backend import write_video

CAPTIONS = [{"start": 0, "end": 2, "text": "A hand picks up the ball"}]
UNTIL_SECONDS = 120.0
"""How long is waited for what a chat prints, which only a failure meets."""
UP = "\x1b[A"
PROMPT = "\x1b[?7h\x1b[0m\x1b[?12l\x1b[?25h"
"""Ends the drawing of a line, which is done when one can be typed."""
CTRL_A, CTRL_C, CTRL_D = "\x01", "\x03", "\x04"


class Terminal:
    """What somebody types into a chat, and what it prints."""

    def __init__(self, process: subprocess.Popen[bytes], descriptor: int) -> None:
        self.process = process
        self._descriptor = descriptor
        self._read = b""

    def type(self, keys: str) -> None:
        os.write(self._descriptor, keys.encode())

    def wait_for(self, words: str) -> None:
        """Reads until some words come, and begins anew behind them."""
        end = time.monotonic() + UNTIL_SECONDS
        while words.encode() not in self._read:
            left = max(0.0, end - time.monotonic())
            assert select.select([self._descriptor], [], [], left)[0], self._read.decode()
            self._read += os.read(self._descriptor, 4096)
        self._read = self._read.split(words.encode(), 1)[1]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    file = tmp_path / "ball.mp4"
    pictures = [picture for picture, _ in zip(demo.frames(), range(24), strict=False)]
    write_video(file, pictures, frames_per_second=12)
    (tmp_path / "captions.json").write_text(json.dumps(CAPTIONS))
    return file


@contextmanager
def chat(clip: Path) -> Generator[Terminal]:
    descriptor, of_chat = pty.openpty()
    given = ["--captions", str(clip.parent / "captions.json")]
    process = subprocess.Popen(
        [sys.executable, "-m", "foretell", "chat", str(clip), *given],
        stdin=of_chat,
        stdout=of_chat,
        stderr=of_chat,
        start_new_session=True,
        env=os.environ
        | {
            "FORETELL_LIBRARY": str(clip.parent / "library"),
            "FORETELL_EMBEDDER": "hash",
            "FORETELL_READ_SCREEN_TEXT": "false",
            "TERM": "xterm",
            "PROMPT_TOOLKIT_NO_CPR": "1",
        },
    )
    os.close(of_chat)
    try:
        yield Terminal(process, descriptor)
    finally:
        process.kill()
        process.wait()
        os.close(descriptor)


def test_lines_are_edited_and_remembered(clip: Path) -> None:
    with chat(clip) as terminal:
        terminal.wait_for(PROMPT)
        terminal.type("ho picks up the ball?" + CTRL_A + "W\r")
        terminal.wait_for("A hand picks up the ball")
        terminal.wait_for(PROMPT)
        terminal.type(UP + "\r")
        terminal.wait_for("confidence")
        terminal.wait_for(PROMPT)
        terminal.type("/vid\t")
        terminal.wait_for("eos")  # of "/videos": a terminal is sent what is new alone
        terminal.type("\r")
        terminal.wait_for("ball.mp4")
        terminal.wait_for(PROMPT)
        terminal.type(CTRL_D)
        assert terminal.process.wait(UNTIL_SECONDS) == 0
    history = (clip.parent / "library" / "chat_history").read_text()
    assert "+Who picks up the ball?" in history
    assert "+/videos" in history


def test_ctrl_c_ends_a_chat(clip: Path) -> None:
    with chat(clip) as terminal:
        terminal.wait_for(PROMPT)
        terminal.type("Who is" + CTRL_C)
        terminal.wait_for("foretell: interrupted; what was said is kept: foretell chat --resume ")
        assert terminal.process.wait(UNTIL_SECONDS) == 130
