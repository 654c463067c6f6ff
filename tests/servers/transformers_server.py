"""Runs the real `transformers serve` on the loopback, in a process that cannot outlive the test."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from benchmarks.served_processes import ServedModel, served
from foretell.forks import end_with_parent

_PACKAGES = ("accelerate", "fastapi", "openai", "pydantic", "uvicorn")
_ROOT = Path(__file__).parents[2]


def missing_packages() -> list[str]:
    """Gives the packages that `transformers serve` needs and that are not installed."""
    return [name for name in _PACKAGES if find_spec(name) is None]


@contextmanager
def serve(model_folder: Path, log_folder: Path) -> Generator[ServedModel]:
    """Serves the model in `model_folder` under its folder's name.

    Raises:
        RuntimeError: If the server ends or does not answer in time; the message holds its log.
    """
    arguments = [model_folder.name, "--host", "127.0.0.1", "--port", "0", "--device", "cpu"]
    with served(
        ["-m", "tests.servers.transformers_server", *arguments],
        log_folder / "transformers-serve.log",
        model_folder.parent,
        HF_HUB_OFFLINE="1",
        HF_HUB_DISABLE_TELEMETRY="1",
        PYTHONPATH=str(_ROOT),
    ) as address:
        yield ServedModel(f"{address}/v1", model_folder.name)


if __name__ == "__main__":
    end_with_parent()
    sys.argv = ["transformers", "serve", *sys.argv[1:]]
    runpy.run_module("transformers.cli.transformers", run_name="__main__")
