"""The evaluation of plans: `foretell eval procedure-planning`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foretell.cli.evaluations.options import (
    EvaluationOptions,
    ShotsOption,
    StructuredOption,
    data_option,
)
from foretell.cli.options import with_option_groups

if TYPE_CHECKING:
    from foretell.evals.benchmarks import Benchmark, ProcedureData
    from foretell.evals.datasets.plan_evidence import StartGoalLabels, TaskLabels


@dataclass(frozen=True, slots=True)
class EvidenceOptions:
    """What a planner is told of a window."""

    start_goal: Annotated[
        str,
        typer.Option(
            metavar="oracle|FILE",
            help="The labels seen of the first and last step: the true ones, or those of a file of "
            "the same windows ('pred_list').",
        ),
    ] = "oracle"
    start_goal_noise: Annotated[
        float | None,
        typer.Option(
            metavar="RATE",
            help="Make each true label wrong with this probability, another step of the same task "
            "in its place (--seed).",
        ),
    ] = None
    start_goal_accuracy: Annotated[
        float | None,
        typer.Option(
            metavar="A",
            help="How often the planner is told such a label is right: 1, 1 - RATE or 0.7 for a "
            "FILE by default.",
        ),
    ] = None
    confusion_model: Annotated[
        bool,
        typer.Option(
            "--confusion-model",
            help="Learn which labels are confused from the other videos' windows (five parts).",
        ),
    ] = False
    task: Annotated[
        str,
        typer.Option(
            metavar="oracle|predicted|FILE",
            help="The task told: the true one; none, so that it is told from the ends; or that of "
            "a file of the same windows ('event_class'), as evidence beside the ends.",
        ),
    ] = "predicted"
    task_accuracy: Annotated[
        float | None,
        typer.Option(
            metavar="A", help="How often the planner is told such a task is right: 0.8 for a FILE."
        ),
    ] = None

    def labels(self) -> StartGoalLabels:
        """Returns what is seen of the first and the last step."""
        from foretell.evals.datasets.plan_evidence import StartGoalLabels

        return StartGoalLabels.parse(
            self.start_goal,
            self.start_goal_noise,
            self.start_goal_accuracy,
            learn_confusion_model=self.confusion_model,
        )

    def tasks(self) -> TaskLabels:
        """Returns what is told of the task."""
        from foretell.evals.datasets.plan_evidence import TaskLabels

        return TaskLabels.parse(self.task, self.task_accuracy)


DatasetOption = Annotated[
    str | None,
    typer.Option(metavar="crosstask|coin|niv", help="Needed where --data holds more than one."),
]
StepsOption = Annotated[int, typer.Option(metavar="T", help="Steps of a plan, ends included.")]
RoutesOption = Annotated[int, typer.Option("--k", metavar="K", help="Most plans of a window.")]
BatchOption = Annotated[
    int, typer.Option(metavar="N", help="Windows that the mIoU of batches takes together.")
]
SamplesOption = Annotated[
    int, typer.Option(metavar="N", help="LLM: plans asked for, ranked with those counted.")
]


def plan_procedures(benchmark: Benchmark, kind: ProcedureData) -> Callable[..., None]:
    """Returns the command that evaluates plans of a benchmark's windows."""

    def command(
        data: Path,
        evidence: EvidenceOptions,
        evaluation: EvaluationOptions,
        dataset: DatasetOption = None,
        steps: StepsOption = 3,
        k: RoutesOption = 5,
        batch: BatchOption = 32,
        samples: SamplesOption = 5,
        shots: ShotsOption = 3,
        structured: StructuredOption = True,
    ) -> None:
        from foretell.agent.tasks.planning.llm_plans import LlmPlanSettings
        from foretell.cli.console.evaluations import show_plans
        from foretell.cli.console.progress import evaluating
        from foretell.evals.datasets.procedures import ProcedurePlanning
        from foretell.evals.planning.run import run_planning

        asks = LlmPlanSettings(
            samples=samples,
            examples=shots,
            structured=structured,
            requests_in_flight=evaluation.in_flight,
            requests_per_second=evaluation.rate,
        )
        files = ProcedurePlanning(
            data=data,
            dataset=dataset,
            steps=steps,
            ends=evidence.labels(),
            tasks=evidence.tasks(),
            k=k,
            seed=evaluation.seed,
            batch=batch,
        )
        with evaluating("windows") as on_progress:
            result = run_planning(
                kind.load(files),
                evaluation.config(),
                files.settings(benchmark.name),
                asks,
                evaluation.run(on_progress),
            )
        show_plans(result, evaluation.as_json)

    return with_option_groups(command, data=data_option(benchmark))
