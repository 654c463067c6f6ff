"""The command `foretell eval procedure-planning`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from foretell.cli.evaluations.options import (
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

DataOption = Annotated[
    Path, typer.Option(metavar="DIR_OR_FILE", help="A normalized file, or a folder with some.")
]
DatasetOption = Annotated[
    str | None,
    typer.Option(metavar="crosstask|coin|niv", help="Needed where --data holds more than one."),
]
StepsOption = Annotated[int, typer.Option(metavar="T", help="Steps of a plan, ends included.")]
EndpointsOption = Annotated[
    str,
    typer.Option(
        metavar="oracle|corrupt:RATE|FILE",
        help="The labels seen of the first and last step: the true ones; each wrong with "
        "probability RATE, another step of the same task in its place (--seed); or those of a "
        "file of the same windows ('pred_list').",
    ),
]
EndpointAccuracyOption = Annotated[
    float | None,
    typer.Option(
        metavar="A",
        help="How often the planner is told such a label is right: 1, 1 - RATE or 0.7 by default.",
    ),
]
ConfusionsOption = Annotated[
    bool,
    typer.Option(
        "--confusions",
        help="Learn which labels are confused from the other videos' windows (five parts).",
    ),
]
TaskOption = Annotated[
    str,
    typer.Option(
        metavar="oracle|predicted|FILE",
        help="The task told: the true one; none, so that it is told from the ends; or that of a "
        "file of the same windows ('event_class'), as evidence beside the ends.",
    ),
]
TaskAccuracyOption = Annotated[
    float | None,
    typer.Option(
        metavar="A", help="How often the planner is told such a task is right: 0.8 for a FILE."
    ),
]
RoutesOption = Annotated[int, typer.Option("--k", metavar="K", help="Most routes of a plan.")]
BatchOption = Annotated[
    int, typer.Option(metavar="N", help="Windows that the mIoU of batches takes together.")
]
SamplesOption = Annotated[
    int, typer.Option(metavar="N", help="LLM: plans asked for, ranked with those counted.")
]


def procedure_planning(
    data: DataOption,
    dataset: DatasetOption = None,
    steps: StepsOption = 3,
    endpoints: EndpointsOption = "oracle",
    endpoint_accuracy: EndpointAccuracyOption = None,
    confusions: ConfusionsOption = False,
    task: TaskOption = "predicted",
    task_accuracy: TaskAccuracyOption = None,
    model: ModelOption = None,
    limit: LimitOption = None,
    out: OutOption = None,
    resume: ResumeOption = False,
    routes: RoutesOption = 5,
    batch: BatchOption = 32,
    seed: SeedOption = 0,
    samples: SamplesOption = 5,
    shots: ShotsOption = 3,
    structured: StructuredOption = True,
    in_flight: InFlightOption = 8,
    rate: RateOption = None,
    library: LibraryOption = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
) -> None:
    """Plan the steps between the ends of CrossTask's, COIN's or NIV's windows."""
    from foretell.agent.tasks.planning.llm_plans import LlmPlanSettings
    from foretell.cli.console.evaluations import show_plans
    from foretell.cli.console.progress import evaluating
    from foretell.config import load_config
    from foretell.evals.datasets.plan_evidence import Endpoints, ToldTasks
    from foretell.evals.datasets.procedures import ProcedurePlanning, load_procedure_planning
    from foretell.evals.planning.run import run_planning

    config = load_config(library=library, model=model, base_url=base_url, cache_responses=cache)
    asks = LlmPlanSettings(
        samples=samples,
        examples=shots,
        structured=structured,
        requests_in_flight=in_flight,
        requests_per_second=rate,
    )
    windows = ProcedurePlanning(
        data=data,
        dataset=dataset,
        steps=steps,
        endpoints=Endpoints.parse(endpoints, endpoint_accuracy, learn_confusion_model=confusions),
        tasks=ToldTasks.parse(task, task_accuracy),
        k=routes,
        seed=seed,
        batch=batch,
    )
    with evaluating("windows") as on_progress:
        result = run_planning(
            load_procedure_planning(windows),
            config,
            windows.described(),
            asks=asks,
            limit=limit,
            out=out,
            resume=resume,
            on_progress=on_progress,
        )
    show_plans(result, as_json)
