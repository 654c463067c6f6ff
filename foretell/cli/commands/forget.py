"""The command `foretell forget`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from foretell.cli.console.progress import write_json
from foretell.cli.options import JsonOption, LibraryOption
from foretell.cli.screen import say
from foretell.paths import written


def forget(
    video: Annotated[
        Path, typer.Argument(metavar="VIDEO", help="The file, also one that is gone.")
    ],
    source: Annotated[
        str | None,
        typer.Option(metavar="SOURCE", help="Only what came from it, such as captions:a.json."),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete what the library knows of a video, or what one source gave; the file stays."""
    from foretell.agent.video_indexer import VideoIndexer
    from foretell.config import load_config

    with VideoIndexer(load_config(library=library)) as indexer:
        indexer.forget(video, source)
    if as_json:
        write_json({"video": written(video), "source": source})
    else:
        say("forgot {} of {}", source or "all", video.name)
