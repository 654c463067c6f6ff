"""The planner that asks no language model: counts, as plans in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from foretell import ranking
from foretell.plans import Plan, PlannedStep, Procedures, Route
from foretell.tools.planning.model import PlanModel, Planned, PlannedRoute
from foretell.tools.planning.planner import PlanQuery, PlanSettings


class EmbeddedPlanner:
    """Plans between labelled moments by what was counted.

    Args:
        procedures: What to learn from.
        settings: Weights and limits.
        k: Most routes of a plan.

    Raises:
        ConfigError: If the procedures hold no step.
    """

    def __init__(
        self, procedures: Procedures, settings: PlanSettings | None = None, k: int = 5
    ) -> None:
        self._model = PlanModel(procedures, settings)
        self._k = k
        self._plans: dict[PlanQuery, Plan] = {}

    def plan_windows(self, queries: Iterable[PlanQuery]) -> Iterator[tuple[PlanQuery, Plan]]:
        """Gives the plans in the order of the queries; equal ones are worked out once."""
        for query in queries:
            asked = replace(query, key="")
            if asked not in self._plans:
                self._plans[asked] = self._plan(asked)
            yield query, self._plans[asked]

    def _plan(self, query: PlanQuery) -> Plan:
        model = self._model
        start, goal = model.ends(query)
        known = query.task in model.tasks
        told = model.told(query.task, query.task_accuracy) if known else None
        planned = model.plan(start, goal, query.steps, task=told, k=self._k)
        return plan_of(model, planned)


def plan_of(model: PlanModel, planned: Planned) -> Plan:
    """Gives what a model planned in words, its likeliest task beside it."""
    routes = [_route(model, route) for route in planned.routes]
    task = ranking.best(planned.tasks)
    return Plan(
        route=routes[0],
        alternatives=tuple(routes[1:]),
        task=model.tasks[task],
        task_probability=float(planned.tasks[task]),
    )


def _route(model: PlanModel, route: PlannedRoute) -> Route:
    actions: list[int] = route.actions.tolist()
    pairs = zip(actions, route.step_probabilities.tolist(), strict=True)
    steps = tuple(PlannedStep(model.actions[action], likely) for action, likely in pairs)
    return Route(steps, route.probability)
