"""The evaluations of moments: `foretell eval qvhighlights`, `ual-bench` and others."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from foretell.cli.evaluations.options import (
    DataOption,
    InFlightOption,
    LimitOption,
    ModelOption,
    OutOption,
    PartOption,
    RateOption,
    ResumeOption,
    SeedOption,
)
from foretell.cli.options import (
    BaseUrlOption,
    CacheOption,
    DeviceOption,
    FrameScorerOption,
    JsonOption,
    JudgeOption,
    LibraryOption,
)
from foretell.errors import ConfigError

MOMENTS = {
    "qvhighlights": "Find the moments that QVHighlights' queries describe.",
    "charades-sta": "Find the moment that each of Charades-STA's sentences describes.",
    "ual-bench": "Find UAL-Bench's unusual activities in a caption for each second.",
    "temporal-action-detection": "Find when ActivityNet's or THUMOS14's actions are done.",
}


class Ends(StrEnum):
    """How a chat model is asked for a start and an end."""

    together = "together"
    apart = "apart"


class Method(StrEnum):
    """How frames are searched."""

    tfvtg = "tfvtg"
    t3al = "t3al"
    t3al0 = "t3al0"


CaptionsOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="What each video shows; UAL-Bench's folder holds it."),
]
VideosOption = Annotated[
    Path | None, typer.Option(metavar="DIR", help="The videos as files, to be looked at.")
]
LocalizerOption = Annotated[
    Method,
    typer.Option(help="Frames: search for sentences, or detect classes with or without adapting."),
]
EndsOption = Annotated[
    Ends, typer.Option(help="LLM: ask for start and end in one request, or in two.")
]


def locating(name: str) -> Callable[..., None]:
    """Gives the command that evaluates the finding of one of `MOMENTS`."""

    def command(
        data: DataOption,
        captions: CaptionsOption = None,
        videos: VideosOption = None,
        frame_scorer: FrameScorerOption = None,
        moment_judge: JudgeOption = None,
        localizer: LocalizerOption = Method.tfvtg,
        device: DeviceOption = None,
        part: PartOption = "all",
        model: ModelOption = None,
        ends: EndsOption = Ends.together,
        limit: LimitOption = None,
        seed: SeedOption = 0,
        out: OutOption = None,
        resume: ResumeOption = False,
        in_flight: InFlightOption = 8,
        rate: RateOption = None,
        library: LibraryOption = None,
        base_url: BaseUrlOption = None,
        cache: CacheOption = None,
        as_json: JsonOption = False,
    ) -> None:
        from foretell.cli.console.evaluations import show_moments
        from foretell.cli.console.progress import evaluating
        from foretell.config import load_config
        from foretell.evals.localization.run import MomentRun, run_moments
        from foretell.evals.localization.sets import MomentFiles, load_moment_set

        if videos is None and (frame_scorer or moment_judge):
            raise ConfigError("--frame-scorer and --judge look at files; give --videos DIR too")
        config = load_config(
            library=library,
            model=model,
            frame_scorer=frame_scorer,
            moment_judge=moment_judge,
            device=device,
            base_url=base_url,
            cache_responses=cache,
        )
        files = MomentFiles(name, data, captions, part, videos)
        how = MomentRun(
            method=localizer.value,
            limit=limit,
            ends=ends.value,
            seed=seed,
            in_flight=in_flight,
            requests_per_second=rate,
            out=out,
            resume=resume,
        )
        with evaluating("queries") as on_progress:
            result = run_moments(
                load_moment_set(files), config, how, files.described(), on_progress
            )
        show_moments(result, as_json)

    return command
