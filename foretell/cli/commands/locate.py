"""The command `foretell locate`."""

from __future__ import annotations

from typing import Annotated

import typer

from foretell.cli.options import (
    BaseUrlOption,
    CacheOption,
    CaptionsOption,
    DeviceOption,
    JsonOption,
    LibraryOption,
    ModelOption,
    VideoArgument,
)


def locate(
    video: VideoArgument,
    query: Annotated[str, typer.Option(metavar="TEXT", help="What happens, in plain words.")],
    captions: CaptionsOption = None,
    top: Annotated[int, typer.Option(metavar="N", help="Most moments to give.")] = 5,
    library: LibraryOption = None,
    model: ModelOption = None,
    frame_scorer: Annotated[
        str | None,
        typer.Option(metavar="hf:MODEL", help="Model that compares frames with words."),
    ] = None,
    moment_judge: Annotated[
        str | None,
        typer.Option("--judge", metavar="hf:MODEL", help="Model that looks at moments again."),
    ] = None,
    device: DeviceOption = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say when something happens in a video, or that it does not."""
    from foretell.agent.video_agent import VideoAgent
    from foretell.cli.console.moments import show_located
    from foretell.cli.console.progress import watching

    with VideoAgent(
        library=library,
        model=model,
        frame_scorer=frame_scorer,
        moment_judge=moment_judge,
        device=device,
        base_url=base_url,
        cache_responses=cache,
    ) as agent:
        with watching() as on_progress:
            agent.watch(video, captions=captions, on_progress=on_progress)
        located = agent.locate(query, video, top=top)
    show_located(located, as_json)
