"""The commands `foretell serve` and `foretell mcp`: they give way to a process that serves."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from foretell.cli.options import (
    BaseUrlOption,
    DeviceOption,
    FrameScorerOption,
    LibraryOption,
    ModelOption,
    VisionModelOption,
)
from foretell.errors import ConfigError, MissingExtra

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Must stand before NumPy is imported: questions run beside each other, and threads of OpenBLAS
that wait for each other would take the cores from them."""
UNITS = {"K": 10, "M": 20, "G": 30, "T": 40}
"""What sizes may end in, and the power of two that it stands for."""


def serve(
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Where to listen; loopback by default.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="0 takes a free one. [8383]")
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="What who asks must know; made at start where it must be."
        ),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A further name that the server is called by."),
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="An origin whose pages may call the server."),
    ] = None,
    max_upload: Annotated[
        str | None, typer.Option(metavar="SIZE", help="The largest video, such as 4G. [4G]")
    ] = None,
    open_page: Annotated[
        bool, typer.Option("--open", help="Open the page in this machine's browser.")
    ] = False,
    library: LibraryOption = None,
    model: ModelOption = None,
    vision_model: VisionModelOption = None,
    frame_scorer: FrameScorerOption = None,
    device: DeviceOption = None,
    base_url: BaseUrlOption = None,
) -> None:
    """Serve a page, REST, an OpenAI-compatible endpoint and MCP over the library."""
    _check_extra("the server", "server", "fastapi", "uvicorn")
    _give_way(
        ["foretell.server", *(["--open"] if open_page else [])],
        {
            "SERVER_HOST": host,
            "SERVER_PORT": port,
            "SERVER_TOKEN": token,
            "SERVER_ALLOWED_HOSTS": json.dumps(allow_host) if allow_host else None,
            "SERVER_ALLOWED_ORIGINS": json.dumps(allow_origin) if allow_origin else None,
            "SERVER_MAX_UPLOAD_BYTES": None if max_upload is None else _bytes(max_upload),
            "LIBRARY": _absolute(library),
            "MODEL": model,
            "VISION_MODEL": vision_model,
            "FRAME_SCORER": frame_scorer,
            "DEVICE": device,
            "BASE_URL": base_url,
        },
    )


def mcp(
    library: LibraryOption = None,
    model: ModelOption = None,
    vision_model: VisionModelOption = None,
    base_url: BaseUrlOption = None,
) -> None:
    """Serve the library to an agent over MCP, on standard input and output."""
    _check_extra("MCP", "mcp", "mcp")
    _give_way(
        ["foretell.server.mcp"],
        {
            "LIBRARY": _absolute(library),
            "MODEL": model,
            "VISION_MODEL": vision_model,
            "BASE_URL": base_url,
        },
    )


def _check_extra(feature: str, extra: str, *modules: str) -> None:
    if any(importlib.util.find_spec(module) is None for module in modules):
        raise MissingExtra(feature, extra)


def _give_way(module: Sequence[str], settings: Mapping[str, object]) -> None:
    """Becomes a process that runs a module, with settings as environment variables."""
    given = {
        f"FORETELL_{name}": str(value) for name, value in settings.items() if value is not None
    }
    environment = {**os.environ, **ONE_THREAD, **given}
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, "-m", *module], environment)


def _absolute(library: Path | None) -> str | None:
    return None if library is None else os.path.abspath(library)


def _bytes(size: str) -> int:
    number, unit = size[:-1], size[-1:].upper()
    if unit not in UNITS:
        number, unit = size, ""
    try:
        return round(float(number) * float(1 << UNITS.get(unit, 0)))
    except (ValueError, OverflowError):
        raise ConfigError(
            f"--max-upload is {size!r}; give bytes, or a number with {', '.join(UNITS)}, such as 4G"
        ) from None
