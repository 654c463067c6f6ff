"""The command line of the evaluations of moments: `foretell eval qvhighlights`, `ual-bench`."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from foretell.eval_cli import (
    BaseUrlOption,
    CacheOption,
    InFlightOption,
    JsonOption,
    LibraryOption,
    LimitOption,
    ModelOption,
    OutOption,
    RateOption,
    ResumeOption,
    SeedOption,
)
from foretell.eval_questions_cli import PartOption, app

__all__ = ["app"]

_MOMENTS = {
    "qvhighlights": "Find the moments that QVHighlights' queries describe.",
    "charades-sta": "Find the moment that each of Charades-STA's sentences describes.",
    "ual-bench": "Find UAL-Bench's unusual activities in a caption for each second.",
    "temporal-action-detection": "Find when ActivityNet's or THUMOS14's actions are done.",
}


class Ends(StrEnum):
    """How a chat model is asked for a start and an end."""

    together = "together"
    apart = "apart"


DataOption = Annotated[
    Path, typer.Option(metavar="DIR_OR_FILE", help="Annotations, as they are published.")
]
CaptionsOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="What each video shows; UAL-Bench's folder holds it."),
]
EndsOption = Annotated[
    Ends, typer.Option(help="LLM: ask for start and end in one request, or in two.")
]


def _add_command(name: str, about: str) -> None:
    """Adds the evaluation of one set of moments."""

    @app.command(name, help=about)
    def locating(
        data: DataOption,
        captions: CaptionsOption = None,
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
        from foretell import moment_console
        from foretell.config import load_config
        from foretell.eval_console import evaluating
        from foretell.evals.model_names import shown_name
        from foretell.evals.moment_run import MomentRun, run_moments
        from foretell.evals.moment_sets import MomentFiles, load_moment_set

        config = load_config(library=library, model=model, base_url=base_url, cache_responses=cache)
        files = MomentFiles(name, data, captions, part)
        how = MomentRun(
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
        if as_json:
            typer.echo(json.dumps(result.record()))
        else:
            moment_console.show_moments(result, shown_name(config.model))


for _name, _about in _MOMENTS.items():
    _add_command(_name, _about)
