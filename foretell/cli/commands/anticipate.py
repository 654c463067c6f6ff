"""The command `foretell anticipate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from foretell.cli.options import (
    BaseUrlOption,
    CacheOption,
    CaptionsOption,
    JsonOption,
    LibraryOption,
    ModelOption,
    NarrationsOption,
)
from foretell.errors import ConfigError


def anticipate(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="VIDEO|WINDOW.json", help="A video, or a list of the actions seen so far."
        ),
    ],
    examples: Annotated[
        str | None,
        typer.Option(metavar="BANK", help="Bank or file to learn from; 'everyday' by default."),
    ] = None,
    taxonomy: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="Words to forecast in.")
    ] = None,
    horizon: Annotated[int, typer.Option(metavar="Z", help="Actions to forecast.")] = 20,
    k: Annotated[int, typer.Option(metavar="K", help="Most futures to give.")] = 5,
    at_seconds: Annotated[
        float | None, typer.Option("--at", metavar="SECONDS", help="Forecast from this moment on.")
    ] = None,
    optimal: Annotated[
        bool,
        typer.Option("--optimal", help="Without a model: score best rather than read best."),
    ] = False,
    captions: CaptionsOption = None,
    narrations: NarrationsOption = None,
    library: LibraryOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what the person will do next, with the examples that it rests on."""
    from foretell.agent.video_agent import VideoAgent
    from foretell.cli.console.progress import watching, working
    from foretell.cli.console.results import show_forecast

    with VideoAgent(
        library=library, model=model, base_url=base_url, cache_responses=cache
    ) as agent:
        if source.suffix == ".json":
            if at_seconds is not None or captions is not None or narrations is not None:
                raise ConfigError(
                    f"--at, --captions and --narrations are for a video, not {source}"
                )
            with working("anticipating"):
                forecast = agent.anticipate_window(
                    source,
                    k=k,
                    horizon=horizon,
                    examples=examples,
                    taxonomy=taxonomy,
                    optimal=optimal,
                )
        else:
            with watching() as on_progress:
                agent.watch(
                    source, captions=captions, narrations=narrations, on_progress=on_progress
                )
            with working("anticipating"):
                forecast = agent.anticipate(
                    source,
                    at_seconds=at_seconds,
                    k=k,
                    horizon=horizon,
                    examples=examples,
                    taxonomy=taxonomy,
                    optimal=optimal,
                )
    show_forecast(forecast, as_json)
