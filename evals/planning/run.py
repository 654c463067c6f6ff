"""An evaluation of procedure planning from settings to report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from foretell.agent.tasks.planning.llm_plans import LlmPlanSettings
from foretell.config import EMBEDDED, Config
from foretell.evals.datasets.procedures import PlanningTask
from foretell.evals.planning.evaluation import PlanningResult, evaluate
from foretell.evals.planning.records import ReplayPlanner
from foretell.evals.planning.report import write_plan_report
from foretell.evals.run_folder import display_name, is_chat_model, replay_file
from foretell.evals.runner import RunOptions
from foretell.tools.planning.embedded import EmbeddedPlanner
from foretell.tools.planning.planner import PlanSettings, WindowPlanner

if TYPE_CHECKING:
    from foretell.agent.tasks.planning.llm_plans import LlmPlanner, LlmPlanSettings


# The windows that are planned are padded, so those that are learnt from are too; and every one of
# them is to be planned, those whose steps are in no written order included.
_PLAN_SETTINGS = PlanSettings(pad=True, any_order=True)


def run_planning(
    task: PlanningTask,
    config: Config,
    settings: Mapping[str, object],
    asks: LlmPlanSettings | None = None,
    run: RunOptions | None = None,
) -> PlanningResult:
    """Plans a task's windows with the model that the settings name, and scores the plans.

    Args:
        task: What is to be planned.
        config: Names the model.
        settings: What decides the windows, for the reader and for whoever resumes the run.
        asks: What a chat model is shown and how it is asked.
        run: How many are planned, and where the plans are kept; None plans all and keeps none.

    Raises:
        ForetellError: If a setting is wrong, the folder holds another run, or a plan fails.
    """
    run = run or RunOptions()
    task = task.first(run.limit)
    settings = {**settings, "limit": run.limit, **_settings(task, config, asks)}
    with run.open(settings) as folder:
        planner = load_planner(task, config, asks)
        result = evaluate(
            task, planner, settings=settings, folder=folder, on_progress=run.on_progress
        )
        if folder:
            write_plan_report(result, folder, model=display_name(config.model))
    return result


def _settings(task: PlanningTask, config: Config, asks: LlmPlanSettings | None) -> dict[str, Any]:
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


def load_planner(
    task: PlanningTask, config: Config, asks: LlmPlanSettings | None = None
) -> WindowPlanner:
    """Returns the planner that the settings name.

    Args:
        task: What it will plan, and what it may learn from.
        config: Whose `model` is "embedded", "replay:FILE" or `NAME` or `PROVIDER:NAME` of a chat
            model.
        asks: What a chat model is shown and how it is asked.

    Raises:
        ConfigError: If the model is unknown, or a key is missing.
        DatasetError: If stored plans cannot be read.
    """
    if config.model == EMBEDDED:
        return EmbeddedPlanner(task.train, _PLAN_SETTINGS, task.k)
    if file := replay_file(config.model):
        return ReplayPlanner(file)
    return _llm_planner(task, config, asks)


def _llm_planner(task: PlanningTask, config: Config, asks: LlmPlanSettings | None) -> LlmPlanner:
    from foretell.agent.chat_models.chat_endpoint import ChatEndpoint
    from foretell.agent.chat_models.models import price_of
    from foretell.agent.tasks.planning.llm_plans import LlmPlanner
    from foretell.agent.tasks.planning.procedure_planning import VECTORS
    from foretell.agent.tasks.planning.procedure_pool import KnownProcedures
    from foretell.memory.embedding.embedders import load_embedder

    rate = asks.requests_per_second if asks else None
    return LlmPlanner(
        ChatEndpoint.load(config, rate),
        KnownProcedures(
            task.train, load_embedder(config), config.library / VECTORS, _PLAN_SETTINGS
        ),
        asks,
        price=price_of(config.model, config),
    )
