"""The command `foretell demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from foretell.cli.options import JsonOption


def demo(
    folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to put the clip and its memory.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Render a short clip, watch it, and answer four questions about it."""
    from foretell.cli.console.demo import show_demo
    from foretell.demo import run_demo

    show_demo(run_demo(folder), as_json)
