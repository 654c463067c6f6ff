"""The options that evaluations share: which data, how much of them, which model, where to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from foretell.cli.interrupts import INTERRUPTS
from foretell.cli.options import BaseUrlOption, CacheOption, JsonOption, LibraryOption

if TYPE_CHECKING:
    from foretell.config import Config
    from foretell.evals.benchmarks import Benchmark
    from foretell.evals.runner import OnProgress, RunOptions

SplitOption = Annotated[
    str,
    typer.Option(
        metavar="all|dev|test",
        help="Only the fifth of the videos that settings are chosen on, or only the others.",
    ),
]
CaptionsOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="What each video shows, as text with times."),
]
ShotsOption = Annotated[
    int, typer.Option(metavar="N", help="LLM: examples shown with each request; 0 for none.")
]
StructuredOption = Annotated[
    bool, typer.Option("--structured/--free-text", help="LLM: ask for JSON, or for words.")
]


@dataclass(frozen=True, slots=True)
class EvaluationOptions:
    """What every evaluation takes."""

    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="'embedded', 'replay:FILE' or PROVIDER:NAME.")
    ] = None
    limit: Annotated[int | None, typer.Option(metavar="N", help="Only the first N.")] = None
    seed: Annotated[int, typer.Option(metavar="N", help="Of random choices.")] = 0
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of the run.")] = None
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False
    in_flight: Annotated[int, typer.Option(metavar="N", help="LLM: most requests at a time.")] = 8
    rate: Annotated[
        float | None, typer.Option(metavar="R", help="LLM: most requests begun in a second.")
    ] = None
    library: LibraryOption = None
    base_url: BaseUrlOption = None
    cache: CacheOption = None
    as_json: JsonOption = False

    def config(self, **more: str | None) -> Config:
        """Builds the settings, `more` of them among these.

        Raises:
            ConfigError: If one is wrong.
        """
        from foretell.config import load_config

        return load_config(
            library=self.library,
            model=self.model,
            base_url=self.base_url,
            cache_responses=self.cache,
            **more,
        )

    def run(self, on_progress: OnProgress) -> RunOptions:
        """Returns how much is run, and where the run is kept."""
        from foretell.evals.runner import RunOptions

        INTERRUPTS.go_on = (
            "without --out, no result is kept"
            if self.out is None
            else "what was done is kept: give the same command with --resume to go on"
        )
        return RunOptions(self.limit, self.out, self.resume, on_progress)


def data_option(benchmark: Benchmark) -> Any:
    """Returns the annotation of `--data`, which tells what the benchmark is read from."""
    about = f"{benchmark.layout}, or the folder that holds it."
    return Annotated[Path, typer.Option(metavar="DIR_OR_FILE", help=about)]
