"""Evaluations of answers: `foretell eval nextqa`, `natural-questions`, `car` and others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from foretell.cli.evaluations.options import (
    CaptionsOption,
    EvaluationOptions,
    SplitOption,
    data_option,
)
from foretell.cli.options import with_option_groups
from foretell.errors import ConfigError

if TYPE_CHECKING:
    from foretell.agent.tasks.answering.question_settings import Choosing, QuestionSettings
    from foretell.evals.answering.sets import QuestionSet
    from foretell.evals.benchmarks import Benchmark, NaturalData
    from foretell.tools.representation.renderer import Thinning

PublishedSplitOption = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Which published file of a folder, such as val or test."),
]
DiagnosticsOption = Annotated[
    bool,
    typer.Option(
        "--diagnostics",
        help="Ask again with one caption, with all shuffled and with the most telling one.",
    ),
]
EventsOption = Annotated[int, typer.Option(metavar="N", help="Captions of a description.")]
PerVideoOption = Annotated[int, typer.Option(metavar="N", help="Most descriptions of a video.")]


@dataclass(frozen=True, slots=True)
class AskingOptions:
    """How questions are asked."""

    strategy: Annotated[
        str | None,
        typer.Option(metavar="one-call|summarise|agent|embedded", help="How the model is asked."),
    ] = None
    choosing: Annotated[
        str,
        typer.Option(
            metavar="form|likelihood|text", help="LLM: JSON, the likeliest label, or words."
        ),
    ] = "form"
    thinning: Annotated[
        str,
        typer.Option(
            metavar="uniform|relevance|summary|all",
            help="LLM: what is shown of captions that do not fit --budget.",
        ),
    ] = "uniform"
    budget: Annotated[
        int, typer.Option(metavar="TOKENS", help="LLM: most text of a video that is shown.")
    ] = 8000

    def settings(self, evaluation: EvaluationOptions) -> QuestionSettings:
        """Returns what a chat model is shown and how it is asked."""
        from foretell.agent.tasks.answering.question_settings import QuestionSettings
        from foretell.tools.representation.renderer import Representation

        thinning = cast("Thinning", self.thinning)
        return QuestionSettings(
            choosing=cast("Choosing", self.choosing),
            representation=Representation(max_tokens=self.budget, thinning=thinning),
            requests_in_flight=evaluation.in_flight,
            requests_per_second=evaluation.rate,
        )


def answer_questions(benchmark: Benchmark) -> Callable[..., None]:
    """Returns the command that evaluates the answers to a benchmark's questions."""

    def command(
        data: Path,
        asking: AskingOptions,
        evaluation: EvaluationOptions,
        captions: CaptionsOption = None,
        split: SplitOption = "all",
        published_split: PublishedSplitOption = None,
        diagnostics: DiagnosticsOption = False,
    ) -> None:
        from foretell.evals.answering.sets import QuestionFiles, load_question_set

        files = QuestionFiles(benchmark, data, captions, published_split, split)
        _run(
            load_question_set(files), files.settings(), asking, evaluation, diagnostics=diagnostics
        )

    return with_option_groups(command, data=data_option(benchmark))


def order_captions(benchmark: Benchmark) -> Callable[..., None]:
    """Returns the command that evaluates the answers to questions made from captions."""

    def command(
        asking: AskingOptions,
        evaluation: EvaluationOptions,
        data: Annotated[
            Path | None, typer.Option(metavar="FILE", help="The captions, as --captions.")
        ] = None,
        captions: CaptionsOption = None,
        split: SplitOption = "all",
        events: EventsOption = 2,
        per_video: PerVideoOption = 3,
    ) -> None:
        from foretell.evals.answering.sets import CaptionOrderFiles, make_order_questions

        file = captions or data
        if file is None:
            raise ConfigError(
                f"the evaluation {benchmark.name!r} is made from captions; give a file of "
                "--captions"
            )
        files = CaptionOrderFiles(benchmark, file, events, per_video, split, evaluation.seed)
        _run(make_order_questions(files), files.settings(), asking, evaluation)

    return with_option_groups(command)


def ask_natural_questions(benchmark: Benchmark, kind: NaturalData) -> Callable[..., None]:
    """Returns the command that evaluates free answers about videos that it watches."""

    def command(data: Path, evaluation: EvaluationOptions) -> None:
        from foretell.cli.console.evaluations import show_natural_questions
        from foretell.cli.console.progress import evaluating
        from foretell.evals.answering.natural_questions import run_natural_questions

        dataset, config = kind.load(data), evaluation.config()
        settings = {"evaluation": benchmark.name, "data": data.name}
        with evaluating("questions") as on_progress:
            run = evaluation.run(on_progress)
            result = run_natural_questions(dataset, config, settings, run)
        show_natural_questions(result, evaluation.as_json)

    return with_option_groups(command, data=data_option(benchmark))


def _run(
    dataset: QuestionSet,
    settings: Mapping[str, object],
    asking: AskingOptions,
    evaluation: EvaluationOptions,
    *,
    diagnostics: bool = False,
) -> None:
    from foretell.cli.console.evaluations import show_questions
    from foretell.cli.console.progress import evaluating
    from foretell.evals.answering.run import QuestionOptions, run_questions

    config = evaluation.config()
    asks = asking.settings(evaluation)
    options = QuestionOptions(asking.strategy, diagnostics, evaluation.seed, asks)
    with evaluating("questions") as on_progress:
        result = run_questions(dataset, config, settings, options, evaluation.run(on_progress))
    show_questions(result, evaluation.as_json)
