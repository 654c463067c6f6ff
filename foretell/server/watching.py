"""Keeps a process beside the server that watches videos, and starts another when it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading

from pydantic import SecretStr

from foretell.config import Config

LOOK_SECONDS = 1.0
"""Between two looks whether the process is still there."""
THREADS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 2) // 2))}
"""The worker leaves half of the cores to questions; threads of OpenBLAS spin while they wait."""


class Watching:
    """Runs `foretell.agent.watch_worker` from `start` to `stop`.

    Args:
        config: The settings that it watches with.
    """

    def __init__(self, config: Config) -> None:
        self._environment = {**os.environ, **THREADS, **_as_variables(config)}
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper = threading.Thread(target=self._keep, name="watching", daemon=True)

    def start(self) -> None:
        """Starts the process."""
        self._begin()
        self._keeper.start()

    def stop(self) -> None:
        """Ends the process; what it was doing goes on when it is started again."""
        self._stopping.set()
        self._keeper.join()
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def _begin(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "foretell.agent.watch_worker", str(os.getpid())],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the server, which ends this, too
        )

    def _keep(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            if self._process is not None and self._process.poll() is not None:
                self._begin()


def _as_variables(config: Config) -> dict[str, str]:
    """Returns the settings that were given as environment variables."""
    told: dict[str, str] = {}
    for name in config.model_fields_set:
        value = getattr(config, name)
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        if value is not None:
            text = json.dumps(value) if isinstance(value, dict) else str(value)
            told[f"FORETELL_{name.upper()}"] = text
    return told
