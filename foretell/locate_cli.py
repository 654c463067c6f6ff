"""The command `foretell locate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from foretell.eval_cli import BaseUrlOption, CacheOption, JsonOption, LibraryOption


def locate(
    video: Annotated[Path, typer.Argument(metavar="VIDEO", help="A video file.")],
    query: Annotated[str, typer.Option(metavar="TEXT", help="What happens, in plain words.")],
    captions: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Captions that were made already.")
    ] = None,
    top: Annotated[int, typer.Option(metavar="N", help="Most moments to give.")] = 5,
    library: LibraryOption = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="Chat model, or 'embedded' for none.")
    ] = None,
    frame_scorer: Annotated[
        str | None,
        typer.Option(metavar="hf:MODEL", help="Model that compares frames with words."),
    ] = None,
    moment_judge: Annotated[
        str | None,
        typer.Option("--judge", metavar="hf:MODEL", help="Model that looks at moments again."),
    ] = None,
    device: Annotated[
        str | None, typer.Option(metavar="NAME", help="Where models run: auto, cpu, cuda or mps.")
    ] = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say when something happens in a video, or that it does not."""
    from foretell import console, moment_console
    from foretell.agent.video_agent import VideoAgent

    with VideoAgent(
        library=library,
        model=model,
        frame_scorer=frame_scorer,
        moment_judge=moment_judge,
        device=device,
        base_url=base_url,
        cache_responses=cache,
    ) as agent:
        with console.watching() as on_progress:
            agent.watch(video, captions=captions, on_progress=on_progress)
        located = agent.locate(query, video, top=top)
    if as_json:
        typer.echo(json.dumps(moment_console.located_record(located)))
    else:
        moment_console.show_located(located)
