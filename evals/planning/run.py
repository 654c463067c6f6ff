"""An evaluation of procedure planning from settings to report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from foretell.agent.tasks.planning.llm_plan_settings import LlmPlanSettings
from foretell.config import Config
from foretell.evals.datasets.procedures import PlanningTask
from foretell.evals.model_names import is_chat_model, shown_name
from foretell.evals.planning.evaluation import PlanningResult, evaluate
from foretell.evals.planning.planners import load_planner
from foretell.evals.planning.report import write_plan_report
from foretell.evals.run_folder import open_run
from foretell.evals.runner import OnProgress


def run_planning(
    task: PlanningTask,
    config: Config,
    described: Mapping[str, object],
    *,
    asks: LlmPlanSettings | None = None,
    limit: int | None = None,
    out: Path | None = None,
    resume: bool = False,
    on_progress: OnProgress | None = None,
) -> PlanningResult:
    """Plans a task's windows with the model that the settings name, and scores the plans.

    Args:
        task: What is to be planned.
        config: Names the model.
        described: What else decides the result, for its reader and for whoever resumes the run.
        asks: What a chat model is shown and how it is asked.
        limit: How many windows are planned, from the first; None for all.
        out: Folder of the run, which gets every plan as soon as it is there, `result.json` and a
            report; None keeps nothing.
        resume: Whether to go on with the run that `out` holds.
        on_progress: Told after each plan.

    Raises:
        ForetellError: If a setting is wrong, the folder holds another run, or a plan fails.
    """
    asked = task.first(limit)
    settings = {**described, "limit": limit, **_described(asked, config, asks)}
    with open_run(out, settings, resume=resume) as folder:
        planner = load_planner(asked, config, asks)
        result = evaluate(asked, planner, settings=settings, folder=folder, on_progress=on_progress)
        if folder:
            write_plan_report(result, folder, model=shown_name(config.model))
    return result


def _described(task: PlanningTask, config: Config, asks: LlmPlanSettings | None) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "model": config.model,
        "dataset": task.name,
        "steps": task.steps,
        "k": task.k,
        "seed": task.seed,
        "miou_batch": task.batch,
        "windows": task.fingerprint(),
    }
    if is_chat_model(config.model):
        settings |= {"base_url": config.base_url, "temperature": config.temperature}
        settings |= {"asks": asdict(asks or LlmPlanSettings())}
    return settings
