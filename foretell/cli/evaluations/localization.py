"""Evaluations of moments: `foretell eval qvhighlights`, `ual-bench` and others."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foretell.cli.evaluations.options import (
    CaptionsOption,
    EvaluationOptions,
    SplitOption,
    data_option,
)
from foretell.cli.options import DeviceOption, FrameScorerOption, JudgeOption, with_option_groups
from foretell.errors import ConfigError

if TYPE_CHECKING:
    from foretell.evals.benchmarks import Benchmark, PresenceData


class Ends(StrEnum):
    """How a chat model is asked for a start and an end."""

    together = "together"
    apart = "apart"


class Method(StrEnum):
    """How frames are searched."""

    tfvtg = "tfvtg"
    t3al = "t3al"
    t3al0 = "t3al0"


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


def find_moments(benchmark: Benchmark) -> Callable[..., None]:
    """Returns the command that evaluates the finding of a benchmark's moments."""

    def command(
        data: Path,
        evaluation: EvaluationOptions,
        captions: CaptionsOption = None,
        split: SplitOption = "all",
        videos: VideosOption = None,
        frame_scorer: FrameScorerOption = None,
        moment_judge: JudgeOption = None,
        localizer: LocalizerOption = Method.tfvtg,
        device: DeviceOption = None,
        ends: EndsOption = Ends.together,
    ) -> None:
        from foretell.cli.console.evaluations import show_moments
        from foretell.cli.console.progress import evaluating
        from foretell.evals.localization.run import MomentOptions, run_moments
        from foretell.evals.localization.sets import MomentFiles, load_moment_set

        if videos is None and (frame_scorer or moment_judge):
            raise ConfigError("--frame-scorer and --judge look at files; give --videos DIR too")
        config = evaluation.config(
            frame_scorer=frame_scorer, moment_judge=moment_judge, device=device
        )
        files = MomentFiles(benchmark, data, captions, split, videos)
        options = MomentOptions(
            method=localizer.value,
            ends=ends.value,
            seed=evaluation.seed,
            in_flight=evaluation.in_flight,
            requests_per_second=evaluation.rate,
        )
        with evaluating("queries") as on_progress:
            dataset, run = load_moment_set(files), evaluation.run(on_progress)
            result = run_moments(dataset, config, files.settings(), options, run)
        show_moments(result, evaluation.as_json)

    return with_option_groups(command, data=data_option(benchmark))


def tell_presence(benchmark: Benchmark, kind: PresenceData) -> Callable[..., None]:
    """Returns the command that evaluates whether present is told from absent."""

    def command(
        data: Path,
        evaluation: EvaluationOptions,
        captions: CaptionsOption = None,
        split: SplitOption = "all",
    ) -> None:
        from foretell.cli.console.evaluations import show_presence
        from foretell.cli.console.progress import evaluating
        from foretell.evals.localization.presence import load_presence_set, run_presence
        from foretell.evals.localization.sets import MomentFiles

        files, config = MomentFiles(benchmark, data, captions, split), evaluation.config()
        with evaluating("queries") as on_progress:
            dataset, run = load_presence_set(files, kind), evaluation.run(on_progress)
            result = run_presence(
                dataset, config, files.settings(), seed=evaluation.seed, options=run
            )
        show_presence(result, evaluation.as_json)

    return with_option_groups(command, data=data_option(benchmark))
