"""Who plans in an evaluation: the embedded planner, stored plans, a chat model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foretell.config import EMBEDDED, Config
from foretell.evals.datasets.procedures import PlanningTask
from foretell.evals.model_names import replay_file
from foretell.evals.planning.records import ReplayPlanner
from foretell.tools.planning.embedded import EmbeddedPlanner
from foretell.tools.planning.planner import WindowPlanner
from foretell.tools.planning.settings import PlanSettings

if TYPE_CHECKING:
    from foretell.agent.tasks.planning.llm_plan_settings import LlmPlanSettings
    from foretell.agent.tasks.planning.llm_plans import LlmPlanner

# The windows that are planned are padded, so those that are learnt from are too; and every one of
# them is to be planned, those whose steps are in no written order included.
_SETTINGS = PlanSettings(pad=True, any_order=True)


def load_planner(
    task: PlanningTask, config: Config, asks: LlmPlanSettings | None = None
) -> WindowPlanner:
    """Gives the planner that the settings name.

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
        return EmbeddedPlanner(task.train, _SETTINGS, task.k)
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
        KnownProcedures(task.train, load_embedder(config), config.library / VECTORS, _SETTINGS),
        asks,
        price=price_of(config.model, config),
    )
