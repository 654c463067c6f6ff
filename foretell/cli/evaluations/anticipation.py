"""Evaluations of forecasts: `foretell eval ego4d-lta`, `epic-lta` and `egtea-lta`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from foretell.cli.evaluations.options import (
    EvaluationOptions,
    ShotsOption,
    StructuredOption,
    data_option,
)
from foretell.cli.options import with_option_groups

if TYPE_CHECKING:
    from foretell.agent.tasks.anticipation.lalm_prompt import LalmSettings
    from foretell.evals.benchmarks import ActionData, Benchmark, VerbData
    from foretell.evals.datasets.ego4d_lta import Ego4dLta
    from foretell.tools.anticipation.example_retriever import Embedded, Selection


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """Which windows are forecast, and from what."""

    past: Annotated[str, typer.Option(metavar="gt|recognised", help="Which past is seen.")] = "gt"
    subset: Annotated[
        int | None, typer.Option(metavar="N", help="Only the published subset of N windows.")
    ] = None
    examples: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Learn from these, not from --data.")
    ] = None
    taxonomy: Annotated[
        str | None,
        typer.Option(metavar="NAME|FILE", help="Needed where the data does not tell it."),
    ] = None
    observed: Annotated[int, typer.Option(metavar="N", help="Past actions seen.")] = 8
    horizon: Annotated[int, typer.Option(metavar="Z", help="Future actions forecast.")] = 20
    k: Annotated[int, typer.Option(metavar="K", help="Most futures of a window.")] = 5


@dataclass(frozen=True, slots=True)
class PromptOptions:
    """What a chat model is shown of a window."""

    candidates: Annotated[
        str, typer.Option(metavar="llm|llm+embedded", help="LLM: what the K are chosen among.")
    ] = "llm"
    shots: ShotsOption = 4
    selection: Annotated[
        str, typer.Option(metavar="mmr|nearest|random", help="LLM: how examples are chosen.")
    ] = "mmr"
    mmr_lambda: Annotated[
        float, typer.Option("--lambda", metavar="L", help="MMR: 1 for likeness, 0 for variety.")
    ] = 0.5
    fetch_k: Annotated[
        int, typer.Option(metavar="N", help="MMR: among how many of the nearest it picks.")
    ] = 20
    embed: Annotated[
        str, typer.Option(metavar="past|past+future", help="LLM: what of an example is compared.")
    ] = "past"
    captions: Annotated[
        bool,
        typer.Option("--captions/--no-captions", help="LLM: show captions, where there are any."),
    ] = True
    goal: Annotated[
        bool, typer.Option("--goal/--no-goal", help="LLM: show the goal, where there is one.")
    ] = True
    vocabulary: Annotated[
        bool, typer.Option("--vocabulary/--no-vocabulary", help="LLM: list the words allowed.")
    ] = False
    structured: StructuredOption = True

    def settings(self, windows: WindowOptions, evaluation: EvaluationOptions) -> LalmSettings:
        """Returns what a chat model is shown and how it is asked."""
        from foretell.agent.tasks.anticipation.lalm_prompt import LalmSettings
        from foretell.tools.anticipation.example_retriever import RetrievalSettings

        return LalmSettings(
            observed=windows.observed,
            horizon=windows.horizon,
            examples_per_candidate=self.shots,
            captions=self.captions,
            goal=self.goal,
            vocabulary=self.vocabulary,
            structured=self.structured,
            retrieval=RetrievalSettings(
                selection=cast("Selection", self.selection),
                lambda_=self.mmr_lambda,
                fetch_k=self.fetch_k,
                embed=cast("Embedded", self.embed),
                seed=evaluation.seed,
            ),
            requests_in_flight=evaluation.in_flight,
            requests_per_second=evaluation.rate,
        )


WorkersOption = Annotated[
    int | None, typer.Option(metavar="N", help="Embedded: most processes; else one a core.")
]


def forecast_actions(benchmark: Benchmark, kind: ActionData) -> Callable[..., None]:
    """Returns the command that evaluates forecasts of a benchmark's next actions."""

    def command(
        data: Path,
        windows: WindowOptions,
        prompt: PromptOptions,
        evaluation: EvaluationOptions,
        workers: WorkersOption = None,
    ) -> None:
        from foretell.evals.datasets.ego4d_lta import Ego4dLta

        files = Ego4dLta(
            data,
            windows.past,
            windows.subset,
            windows.examples,
            windows.taxonomy,
            windows.observed,
            windows.horizon,
            windows.k,
            evaluation.seed,
        )
        lalm = prompt.settings(windows, evaluation)
        _next_actions(benchmark, kind, files, lalm, evaluation, prompt.candidates, workers)

    return with_option_groups(command, data=data_option(benchmark))


def forecast_verbs(benchmark: Benchmark, kind: VerbData) -> Callable[..., None]:
    """Returns the command that evaluates forecasts of the verbs in the rest of videos.

    Folders without such splits are scored by their next actions.
    """

    def command(data: Path, evaluation: EvaluationOptions) -> None:
        from foretell.agent.tasks.anticipation.lalm_prompt import LalmSettings
        from foretell.evals.benchmarks import ActionData
        from foretell.evals.datasets.ego4d_lta import Ego4dLta, load_ego4d_lta

        lalm = LalmSettings(
            requests_in_flight=evaluation.in_flight, requests_per_second=evaluation.rate
        )
        if kind.is_of_actions(data):
            files = Ego4dLta(data, seed=evaluation.seed)
            _next_actions(benchmark, ActionData(load_ego4d_lta), files, lalm, evaluation)
        else:
            _remaining_verbs(benchmark, kind, data, lalm, evaluation)

    return with_option_groups(command, data=data_option(benchmark))


def _remaining_verbs(
    benchmark: Benchmark,
    kind: VerbData,
    data: Path,
    lalm: LalmSettings,
    evaluation: EvaluationOptions,
) -> None:
    from foretell.cli.console.evaluations import show_verbs
    from foretell.cli.console.progress import evaluating
    from foretell.evals.anticipation.verb_run import run_future_verbs

    settings = {"evaluation": benchmark.name, "data": str(data)}
    with evaluating("records") as on_progress:
        result = run_future_verbs(
            data,
            kind.load(data),
            evaluation.config(),
            settings,
            lalm,
            evaluation.run(on_progress),
            seed=evaluation.seed,
        )
    show_verbs(result, evaluation.as_json)


def _next_actions(
    benchmark: Benchmark,
    kind: ActionData,
    files: Ego4dLta,
    lalm: LalmSettings,
    evaluation: EvaluationOptions,
    candidates: str = "llm",
    workers: int | None = None,
) -> None:
    from foretell.cli.console.evaluations import show_anticipation
    from foretell.cli.console.progress import evaluating
    from foretell.evals.anticipation.run import run_anticipation

    with evaluating("windows") as on_progress:
        result = run_anticipation(
            kind.load(files),
            evaluation.config(),
            files.settings(benchmark.name),
            lalm,
            evaluation.run(on_progress),
            candidates=candidates,
            workers=workers,
        )
    show_anticipation(result, evaluation.as_json)
