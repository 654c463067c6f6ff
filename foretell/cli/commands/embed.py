"""The command `foretell embed`."""

from __future__ import annotations

from typing import Annotated

import typer

from foretell.cli.console.progress import working, write_json
from foretell.cli.options import BaseUrlOption, JsonOption, LibraryOption
from foretell.cli.screen import say


def embed(
    embedder: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What embeds: minilm, a folder, or openai:NAME."),
    ] = None,
    library: LibraryOption = None,
    base_url: BaseUrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Embed all texts of a library anew, with another embedder."""
    from foretell.config import load_config
    from foretell.memory.embedding.embedders import load_embedder
    from foretell.memory.library import Library

    config = load_config(library=library, embedder=embedder, base_url=base_url)
    chosen = load_embedder(config)
    with working("embedding"):
        count = Library.embed_anew(config.library, chosen)
    if as_json:
        write_json({"embedder": chosen.id, "events": count})
    else:
        say("{} events embedded by {}", count, chosen.id)
