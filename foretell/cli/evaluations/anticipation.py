"""The command `foretell eval ego4d-lta`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from foretell.cli.evaluations.options import (
    DataOption,
    InFlightOption,
    LimitOption,
    ModelOption,
    OutOption,
    RateOption,
    ResumeOption,
    SeedOption,
    ShotsOption,
    StructuredOption,
)
from foretell.cli.options import BaseUrlOption, CacheOption, JsonOption, LibraryOption

if TYPE_CHECKING:
    from foretell.agent.tasks.anticipation.lalm_prompt import LalmSettings
    from foretell.config import Config
    from foretell.evals.datasets.epic_lta import FutureVerbsDataset
    from foretell.tools.anticipation.example_retriever import Embedded, Selection


PastOption = Annotated[str, typer.Option(metavar="gt|recognised", help="Which past is seen.")]
SubsetOption = Annotated[
    int | None, typer.Option(metavar="N", help="Only the published subset of N windows.")
]
ExamplesOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Learn from these, not from --data.")
]
TaxonomyOption = Annotated[
    str | None, typer.Option(metavar="NAME|FILE", help="Needed where the data does not tell it.")
]
ObservedOption = Annotated[int, typer.Option(metavar="N", help="Past actions seen.")]
HorizonOption = Annotated[int, typer.Option(metavar="Z", help="Future actions forecast.")]
KOption = Annotated[int, typer.Option(metavar="K", help="Candidates a window.")]
CandidatesOption = Annotated[
    str, typer.Option(metavar="llm|llm+embedded", help="LLM: what the K are chosen among.")
]
SelectionOption = Annotated[
    str, typer.Option(metavar="mmr|nearest|random", help="LLM: how examples are chosen.")
]
LambdaOption = Annotated[
    float, typer.Option("--lambda", metavar="L", help="MMR: 1 for likeness, 0 for variety.")
]
FetchOption = Annotated[
    int, typer.Option(metavar="N", help="MMR: among how many of the nearest it picks.")
]
EmbedOption = Annotated[
    str, typer.Option(metavar="past|past+future", help="LLM: what of an example is compared.")
]
CaptionsOption = Annotated[
    bool, typer.Option("--captions/--no-captions", help="LLM: show captions, where there are any.")
]
GoalOption = Annotated[
    bool, typer.Option("--goal/--no-goal", help="LLM: show the goal, where there is one.")
]
VocabularyOption = Annotated[
    bool, typer.Option("--vocabulary/--no-vocabulary", help="LLM: list the words allowed.")
]
WorkersOption = Annotated[
    int | None, typer.Option(metavar="N", help="Embedded: most processes; else one a core.")
]


def ego4d_lta(
    data: DataOption,
    past: PastOption = "gt",
    subset: SubsetOption = None,
    model: ModelOption = None,
    limit: LimitOption = None,
    out: OutOption = None,
    resume: ResumeOption = False,
    examples: ExamplesOption = None,
    taxonomy: TaxonomyOption = None,
    observed: ObservedOption = 8,
    horizon: HorizonOption = 20,
    candidates_k: KOption = 5,
    seed: SeedOption = 0,
    candidates: CandidatesOption = "llm",
    shots: ShotsOption = 4,
    selection: SelectionOption = "mmr",
    mmr_lambda: LambdaOption = 0.5,
    fetch_k: FetchOption = 20,
    embed: EmbedOption = "past",
    captions: CaptionsOption = True,
    goal: GoalOption = True,
    vocabulary: VocabularyOption = False,
    structured: StructuredOption = True,
    in_flight: InFlightOption = 8,
    rate: RateOption = None,
    workers: WorkersOption = None,
    library: LibraryOption = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
) -> None:
    """Forecast the next actions of Ego4D's windows, beside five baselines."""
    from foretell.agent.tasks.anticipation.lalm_prompt import LalmSettings
    from foretell.cli.console.evaluations import show_anticipation
    from foretell.cli.console.progress import evaluating
    from foretell.config import load_config
    from foretell.evals.anticipation.run import run_anticipation
    from foretell.evals.datasets.ego4d_lta import Ego4dLta, load_ego4d_lta
    from foretell.tools.anticipation.example_retriever import RetrievalSettings

    config = load_config(library=library, model=model, base_url=base_url, cache_responses=cache)
    lalm = LalmSettings(
        observed=observed,
        horizon=horizon,
        examples_per_candidate=shots,
        captions=captions,
        goal=goal,
        vocabulary=vocabulary,
        structured=structured,
        retrieval=RetrievalSettings(
            selection=cast("Selection", selection),
            lambda_=mmr_lambda,
            fetch_k=fetch_k,
            embed=cast("Embedded", embed),
            seed=seed,
        ),
        requests_in_flight=in_flight,
        requests_per_second=rate,
    )
    windows = Ego4dLta(
        data, past, subset, examples, taxonomy, observed, horizon, candidates_k, seed
    )
    with evaluating("windows") as on_progress:
        result = run_anticipation(
            load_ego4d_lta(windows),
            config,
            windows.described(),
            lalm=lalm,
            candidates=candidates,
            workers=workers,
            limit=limit,
            out=out,
            resume=resume,
            on_progress=on_progress,
        )
    show_anticipation(result, as_json)


def epic_lta(
    data: DataOption,
    model: ModelOption = None,
    limit: LimitOption = None,
    out: OutOption = None,
    resume: ResumeOption = False,
    in_flight: InFlightOption = 8,
    rate: RateOption = None,
    library: LibraryOption = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
) -> None:
    """Foretell the verbs in the rest of EPIC-55's videos, or the next actions in EPIC-100's."""
    from foretell.agent.tasks.anticipation.lalm_prompt import LalmSettings
    from foretell.config import load_config
    from foretell.evals.datasets.epic_lta import holds_epic_100, load_epic_lta

    config = load_config(library=library, model=model, base_url=base_url, cache_responses=cache)
    lalm = LalmSettings(requests_in_flight=in_flight, requests_per_second=rate)
    run = _Run("epic-lta", data, config, lalm, limit, out, resume, as_json)
    if holds_epic_100(data):
        run.next_actions()
    else:
        run.future_verbs(load_epic_lta)


def egtea_lta(
    data: DataOption,
    model: ModelOption = None,
    limit: LimitOption = None,
    out: OutOption = None,
    resume: ResumeOption = False,
    in_flight: InFlightOption = 8,
    rate: RateOption = None,
    library: LibraryOption = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
) -> None:
    """Foretell the verbs in the rest of EGTEA Gaze+'s videos."""
    from foretell.agent.tasks.anticipation.lalm_prompt import LalmSettings
    from foretell.config import load_config
    from foretell.evals.datasets.epic_lta import load_egtea_lta

    config = load_config(library=library, model=model, base_url=base_url, cache_responses=cache)
    lalm = LalmSettings(requests_in_flight=in_flight, requests_per_second=rate)
    run = _Run("egtea-lta", data, config, lalm, limit, out, resume, as_json)
    run.future_verbs(load_egtea_lta)


@dataclass(frozen=True, slots=True)
class _Run:
    """What the command line asks for."""

    evaluation: str
    data: Path
    config: Config
    lalm: LalmSettings
    limit: int | None
    out: Path | None
    resume: bool
    as_json: bool

    def future_verbs(self, load: Callable[[Path], FutureVerbsDataset]) -> None:
        """Scores the verbs of the rest of the videos."""
        from foretell.cli.console.evaluations import show_verbs
        from foretell.cli.console.progress import evaluating
        from foretell.evals.anticipation.verb_run import run_future_verbs

        with evaluating("records") as on_progress:
            evaluation = run_future_verbs(
                self.data,
                load(self.data),
                self.config,
                {"evaluation": self.evaluation, "data": str(self.data)},
                lalm=self.lalm,
                limit=self.limit,
                out=self.out,
                resume=self.resume,
                on_progress=on_progress,
            )
        show_verbs(evaluation, self.as_json)

    def next_actions(self) -> None:
        """Scores the next actions of every window, as Ego4D does."""
        from foretell.cli.console.evaluations import show_anticipation
        from foretell.cli.console.progress import evaluating
        from foretell.evals.anticipation.run import run_anticipation
        from foretell.evals.datasets.ego4d_lta import Ego4dLta, load_ego4d_lta

        windows = Ego4dLta(self.data)
        with evaluating("windows") as on_progress:
            result = run_anticipation(
                load_ego4d_lta(windows),
                self.config,
                windows.described() | {"evaluation": self.evaluation},
                lalm=self.lalm,
                limit=self.limit,
                out=self.out,
                resume=self.resume,
                on_progress=on_progress,
            )
        show_anticipation(result, self.as_json)
