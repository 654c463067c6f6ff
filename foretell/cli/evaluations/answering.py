"""The evaluations of answers: `foretell eval nextqa`, `egoschema`, `car` and others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from foretell.cli.evaluations.options import (
    InFlightOption,
    LimitOption,
    ModelOption,
    OutOption,
    PartOption,
    RateOption,
    ResumeOption,
    SeedOption,
)
from foretell.cli.options import BaseUrlOption, CacheOption, JsonOption, LibraryOption
from foretell.errors import ConfigError

if TYPE_CHECKING:
    from foretell.agent.tasks.answering.question_settings import Choosing, QuestionSettings
    from foretell.config import Config
    from foretell.evals.answering.run import QuestionRun
    from foretell.evals.answering.sets import QuestionSet
    from foretell.tools.representation.renderer import Thinning

QUESTIONS = {
    "nextqa": "Answer NExT-QA's questions: why, how, what next, how many.",
    "nextgqa": "Answer NExT-GQA's questions, and say which span of the video shows it.",
    "intentqa": "Answer IntentQA's questions why people do what they do.",
    "egoschema": "Answer EgoSchema's questions about three minutes of what somebody did.",
    "star": "Answer STAR's questions about situations.",
    "tomato": "Answer TOMATO's questions about how things move.",
    "temporalbench": "Say which of two captions is TemporalBench's of a video.",
}

DataOption = Annotated[
    Path, typer.Option(metavar="DIR_OR_FILE", help="Questions, as they are published.")
]
CaptionsOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="What each video shows; without it, answers are blind."),
]
SplitOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Which split of a folder, such as test.")
]
StrategyOption = Annotated[
    str | None,
    typer.Option(metavar="one-call|summarise|agent|embedded", help="How the model is asked."),
]
DiagnosticsOption = Annotated[
    bool,
    typer.Option(
        "--diagnostics",
        help="Ask again with one caption, with all shuffled and with the most telling one.",
    ),
]
ChoosingOption = Annotated[
    str,
    typer.Option(metavar="form|likelihood|text", help="LLM: JSON, the likeliest label, or words."),
]
ThinningOption = Annotated[
    str,
    typer.Option(
        metavar="uniform|relevance|summary|all",
        help="LLM: what is shown of captions that do not fit --budget.",
    ),
]
BudgetOption = Annotated[
    int, typer.Option(metavar="TOKENS", help="LLM: most text of a video that is shown.")
]
EventsOption = Annotated[int, typer.Option(metavar="N", help="Captions of a description.")]
PerVideoOption = Annotated[int, typer.Option(metavar="N", help="Most descriptions of a video.")]


def answering(name: str) -> Callable[..., None]:
    """Gives the command that evaluates the answers to one of `QUESTIONS`."""

    def command(
        data: DataOption,
        captions: CaptionsOption = None,
        split: SplitOption = None,
        part: PartOption = "all",
        strategy: StrategyOption = None,
        model: ModelOption = None,
        limit: LimitOption = None,
        diagnostics: DiagnosticsOption = False,
        seed: SeedOption = 0,
        out: OutOption = None,
        resume: ResumeOption = False,
        choosing: ChoosingOption = "form",
        thinning: ThinningOption = "uniform",
        budget: BudgetOption = 8000,
        in_flight: InFlightOption = 8,
        rate: RateOption = None,
        library: LibraryOption = None,
        base_url: BaseUrlOption = None,
        cache: CacheOption = None,
        as_json: JsonOption = False,
    ) -> None:
        from foretell.config import load_config
        from foretell.evals.answering.run import QuestionRun
        from foretell.evals.answering.sets import QuestionFiles, load_question_set

        config = load_config(library=library, model=model, base_url=base_url, cache_responses=cache)
        how = QuestionRun(
            strategy=strategy,
            limit=limit,
            diagnostics=diagnostics,
            seed=seed,
            asks=_asks(choosing, thinning, budget, in_flight, rate),
            out=out,
            resume=resume,
        )
        files = QuestionFiles(name, data, captions, split, part)
        _run(load_question_set(files), config, how, files.described(), as_json=as_json)

    return command


def car(
    data: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The captions, as --captions.")
    ] = None,
    captions: CaptionsOption = None,
    part: PartOption = "all",
    events: EventsOption = 2,
    per_video: PerVideoOption = 3,
    strategy: StrategyOption = None,
    model: ModelOption = None,
    limit: LimitOption = None,
    seed: SeedOption = 0,
    out: OutOption = None,
    resume: ResumeOption = False,
    choosing: ChoosingOption = "form",
    thinning: ThinningOption = "uniform",
    budget: BudgetOption = 8000,
    in_flight: InFlightOption = 8,
    rate: RateOption = None,
    library: LibraryOption = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell the order of what captions say from another: the embedder alone, and the answerer."""
    from foretell.config import load_config
    from foretell.evals.answering.run import QuestionRun
    from foretell.evals.answering.sets import chronology_set

    file = captions or data
    if file is None:
        raise ConfigError("the evaluation 'car' is made from captions; give a file of --captions")
    config = load_config(library=library, model=model, base_url=base_url, cache_responses=cache)
    how = QuestionRun(
        strategy=strategy,
        limit=limit,
        seed=seed,
        asks=_asks(choosing, thinning, budget, in_flight, rate),
        out=out,
        resume=resume,
    )
    asked = chronology_set(file, events=events, per_video=per_video, part=part, seed=seed)
    described = {
        "evaluation": "car",
        "captions": str(file),
        "part": part,
        "events": events,
        "per_video": per_video,
    }
    _run(asked, config, how, described, as_json=as_json)


def _asks(
    choosing: str, thinning: str, budget: int, in_flight: int, rate: float | None
) -> QuestionSettings:
    from foretell.agent.tasks.answering.question_settings import QuestionSettings
    from foretell.tools.representation.renderer import Representation

    return QuestionSettings(
        choosing=cast("Choosing", choosing),
        representation=Representation(max_tokens=budget, thinning=cast("Thinning", thinning)),
        requests_in_flight=in_flight,
        requests_per_second=rate,
    )


def _run(
    asked: QuestionSet,
    config: Config,
    how: QuestionRun,
    described: Mapping[str, object],
    *,
    as_json: bool,
) -> None:
    from foretell.cli.console.evaluations import show_questions
    from foretell.cli.console.progress import evaluating
    from foretell.evals.answering.run import run_questions

    with evaluating("questions") as on_progress:
        result = run_questions(asked, config, how, described, on_progress)
    show_questions(result, as_json)
