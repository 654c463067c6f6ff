"""What the tests of procedure planning share: made procedures, an embedder that counts words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from foretell.agent.chat_models.chat_endpoint import ChatEndpoint
from foretell.agent.tasks.planning.llm_plans import LlmPlanner, LlmPlanSettings
from foretell.agent.tasks.planning.procedure_pool import KnownProcedures
from foretell.config import load_config
from foretell.memory.embedding.embedders import HashEmbedder
from foretell.plans import Demonstration, Plan, Procedures, ProcedureTask
from tests.servers.clients import Reachable
from tests.servers.replies import Say

TEA = ("fill kettle", "boil water", "add tea bag", "pour water", "drink tea")
COFFEE = ("fill kettle", "boil water", "grind beans", "add coffee", "pour water", "drink coffee")
CAR = ("rinse car", "soap car", "scrub wheels", "dry car")
KITCHEN = Procedures(
    "kitchen",
    (
        ProcedureTask("make tea", TEA),
        ProcedureTask("make coffee", COFFEE),
        ProcedureTask("wash car", CAR),
    ),
    (
        *(Demonstration(f"tea{n}", "make tea", TEA) for n in range(4)),
        Demonstration("tea_first", "make tea", (TEA[0], TEA[2], TEA[1], *TEA[3:])),
        *(Demonstration(f"coffee{n}", "make coffee", COFFEE) for n in range(4)),
        Demonstration("coffee_ground", "make coffee", (COFFEE[2], *COFFEE[:2], *COFFEE[3:])),
        *(Demonstration(f"car{n}", "wash car", CAR) for n in range(4)),
    ),
)


def known(procedures: Procedures = KITCHEN) -> KnownProcedures:
    """Some procedures, compared by words."""
    return KnownProcedures(procedures, HashEmbedder())


def actions(plan: Plan) -> tuple[str, ...]:
    """The steps of the likeliest way."""
    return tuple(step.action for step in plan.route.steps)


def as_json(steps: Sequence[str]) -> str:
    return json.dumps({"steps": list(steps)})


def lines(steps: Sequence[str]) -> Say:
    """A reply with one step a line."""
    return Say("\n".join(steps))


def llm_planner(
    endpoint: Reachable,
    library: Path,
    *,
    procedures: Procedures = KITCHEN,
    config: dict[str, Any] | None = None,
    **settings: Any,
) -> LlmPlanner:
    """A planner on an endpoint, in plain text unless the settings say otherwise."""
    configured = load_config(
        model=f"openai:{endpoint.model}",
        base_url=endpoint.base_url,
        api_key=endpoint.key,
        library=library,
        **({"request_retries": 0} | (config or {})),
    )
    chosen = LlmPlanSettings(**({"structured": False} | settings))
    price = configured.prices.get(endpoint.model)
    return LlmPlanner(ChatEndpoint.load(configured), known(procedures), chosen, price=price)
