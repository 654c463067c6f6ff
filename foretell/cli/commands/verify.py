"""The command `foretell verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from foretell.cli.options import JsonOption, LibraryOption


def verify(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A page that `foretell ask --html` wrote.")
    ],
    video: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="Its video; give it once for each of several."),
    ] = None,
    seal: Annotated[
        str | None, typer.Option(metavar="HEX", help="The seal that the sender told.")
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check an answer that somebody wrote with `ask --html`: the hashes, the quotes, the frames."""
    from foretell.agent.evidence_file.checking import verify_evidence
    from foretell.cli.console.verdicts import show_verified
    from foretell.config import load_config

    verified = verify_evidence(file, video or (), seal=seal, config=load_config(library=library))
    show_verified(verified, as_json)
    if not verified.holds:
        raise typer.Exit(1)
