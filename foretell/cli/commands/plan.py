"""The command `foretell plan`."""

from __future__ import annotations

import math
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
)
from foretell.errors import ConfigError
from foretell.patterns import LazyPattern

_STEPS = LazyPattern(r"(?P<least>\d{1,6})(?:\s*(?:\.\.|-)\s*(?P<most>\d{1,6}))?")


def plan(
    video: Annotated[
        Path | None, typer.Argument(metavar="[VIDEO]", help="A video that shows the start.")
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT|SECONDS", help="What there is; without it, the end of the video."
        ),
    ] = None,
    goal: Annotated[
        str | None, typer.Option(metavar="TEXT|SECONDS", help="What is to be reached.")
    ] = None,
    task: Annotated[str | None, typer.Option(metavar="TEXT", help="What is being done.")] = None,
    steps: Annotated[
        str | None,
        typer.Option(metavar="N|LO..HI", help="How many steps; without it, as many as it takes."),
    ] = None,
    exact: Annotated[
        bool,
        typer.Option("--exact", help="Take start and goal as names of known steps."),
    ] = False,
    k: Annotated[int, typer.Option(metavar="K", help="Most plans to give.")] = 3,
    procedures: Annotated[
        str | None,
        typer.Option(metavar="BANK", help="Bank or file to plan with; 'everyday' by default."),
    ] = None,
    captions: CaptionsOption = None,
    library: LibraryOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
) -> None:
    """Plan the steps from a start to a goal, with what the plan rests on."""
    from foretell.agent.video_agent import VideoAgent
    from foretell.cli.console.progress import watching, working
    from foretell.cli.console.results import show_plan

    if captions is not None and video is None:
        raise ConfigError(f"--captions {captions} describes a video, and none was given; name it")
    counted = None if steps is None else _read_steps(steps)
    with VideoAgent(
        library=library, model=model, base_url=base_url, cache_responses=cache
    ) as agent:
        if video is not None:
            with watching() as on_progress:
                agent.watch(video, captions=captions, on_progress=on_progress)
        with working("planning"):
            planned = agent.plan(
                _moment(goal),
                _moment(start),
                video=video,
                task=task,
                steps=counted,
                exact=exact,
                k=k,
                procedures=procedures,
            )
    show_plan(planned, as_json)


def _moment(text: str | None) -> str | float | None:
    """Reads a number as seconds, anything else as words."""
    try:
        seconds = math.nan if text is None else float(text)
    except ValueError:
        return text
    return seconds if math.isfinite(seconds) else text


def _read_steps(text: str) -> int | tuple[int, int]:
    match = _STEPS.fullmatch(text.strip())
    if match is None:
        raise ConfigError(f"--steps {text[:20]!r} is no number; give one such as 4, or LO..HI")
    least = int(match["least"])
    return least if match["most"] is None else (least, int(match["most"]))
