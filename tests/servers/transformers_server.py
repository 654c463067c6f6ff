"""Runs the real `transformers serve` on the loopback, in a process that cannot outlive the test."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_LAUNCHER = Path(__file__).with_name("serve_while_parent_lives.py")
_PACKAGES = ("accelerate", "fastapi", "openai", "pydantic", "uvicorn")
_START_SECONDS = 90.0
_OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A running OpenAI-compatible endpoint: what a client needs to know."""

    base_url: str
    model: str
    key: str = "unused"


def missing_packages() -> list[str]:
    """Gives the packages that `transformers serve` needs and that are not installed."""
    return [name for name in _PACKAGES if find_spec(name) is None]


@contextmanager
def serve(model_folder: Path, log_folder: Path) -> Generator[Endpoint]:
    """Serves the model in `model_folder` under its folder's name.

    Raises:
        RuntimeError: If the server ends or does not answer in time; the message holds its log.
    """
    log = log_folder / "transformers-serve.log"
    arguments = [model_folder.name, "--host", "127.0.0.1", "--port", "0", "--device", "cpu"]
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, str(_LAUNCHER), *arguments],
            cwd=model_folder.parent,
            env={**os.environ, **_OFFLINE},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            yield Endpoint(f"{_wait_for_address(process, log)}/v1", model_folder.name)
        finally:
            process.kill()


def _wait_for_address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Gives the root address that the server writes to its log once it listens."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"running on (http://[\d.]+:\d+)", log.read_text(errors="replace"))
        if found:
            return found[1]
        time.sleep(0.1)
    raise RuntimeError(f"transformers serve did not start: {log.read_text(errors='replace')}")
