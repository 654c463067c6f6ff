"""The command `foretell locate`."""

from __future__ import annotations

from typing import Annotated

import typer

from foretell.cli.options import (
    BaseUrlOption,
    BudgetOption,
    CacheOption,
    CaptionsOption,
    DeviceOption,
    FrameScorerOption,
    JsonOption,
    JudgeOption,
    LibraryOption,
    ModelOption,
    VideoArgument,
)


def locate(
    video: VideoArgument,
    query: Annotated[str, typer.Option(metavar="TEXT", help="What happens, in plain words.")],
    captions: CaptionsOption = None,
    k: Annotated[int, typer.Option(metavar="K", help="Most moments to give.")] = 5,
    library: LibraryOption = None,
    model: ModelOption = None,
    frame_scorer: FrameScorerOption = None,
    moment_judge: JudgeOption = None,
    moment_labels: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|TAXONOMY",
            help="Actions that the video may show; finds instances of the one in --query.",
        ),
    ] = None,
    device: DeviceOption = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = None,
    budget: BudgetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say when something happens in a video, or that it does not."""
    from foretell.agent.video_agent import VideoAgent
    from foretell.cli.console.progress import looking, watching, working
    from foretell.cli.console.results import show_located

    with VideoAgent(
        library=library,
        model=model,
        frame_scorer=frame_scorer,
        moment_judge=moment_judge,
        moment_labels=moment_labels,
        device=device,
        base_url=base_url,
        cache_responses=cache,
        timeline_tokens=budget,
    ) as agent:
        with watching() as on_progress:
            agent.watch(video, captions=captions, on_progress=on_progress)
        with working("locating"), looking() as on_progress:
            located = agent.locate(query, video, k=k, on_progress=on_progress)
    show_located(located, as_json)
