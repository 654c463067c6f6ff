"""Plans in a chat model's own words, where no procedure is known that fits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial

from foretell.agent.chat_models.chat_endpoint import ChatEndpoint, Completion, check_some_spoke
from foretell.agent.chat_models.in_flight import run_grouped
from foretell.agent.chat_models.limits import of_steps
from foretell.agent.tasks.planning.plan_prompt import plan_format, write_open_prompt
from foretell.agent.tasks.planning.plan_request import PlanRequest
from foretell.agent.trajectory import Meter
from foretell.errors import ModelError, argument
from foretell.plans import Plan, PlannedStep, Route
from foretell.tools.planning.plan_reading import plain, step_layouts

_IN_FLIGHT = 8
"""Requests at a time: all samples of one plan."""
_SAMPLES = 3
"""Replies asked for: the fewest among which a majority can be told."""


@dataclass(frozen=True, slots=True)
class OpenPlanner:
    """Asks a chat model for plans in its own words.

    Attributes:
        endpoint: The model.
        price: US dollars per million input and output tokens, or None where unknown.
    """

    endpoint: ChatEndpoint
    price: tuple[float, float] | None = None

    def plan(self, request: PlanRequest) -> Plan:
        """Returns the plan that most replies agree on; among equals the first told.

        Raises:
            ModelError: If the endpoint fails, the model only thinks, or no reply holds as many
                steps as were asked for.
        """
        meter = Meter(self.price)
        asks = [partial(self._ask, request, number, meter) for number in range(_SAMPLES)]
        ((_, completions),) = run_grouped([(request, asks)], _IN_FLIGHT)
        check_some_spoke(completions)
        least, most = request.length_range
        whole = [steps for one in completions if (steps := _read(one.text, least, most))]
        if not whole:
            raise ModelError(
                f"none of {_SAMPLES} replies of the model held a plan of the length that was "
                f"asked for; try another model, or other {argument('steps')}"
            )
        routes = _voted(whole)
        return Plan(
            route=routes[0],
            alternatives=routes[1:],
            evidence=tuple(event for end in request.ends for event in end.events),
            usage=meter.usage(),
        )

    def _ask(self, request: PlanRequest, number: int, meter: Meter) -> Completion:
        draw = f"{request.key} open {number}"
        form = plan_format(*request.length_range)
        most = of_steps(request.length_range[1])
        return self.endpoint.complete(
            write_open_prompt(request), draw, meter, form, most_tokens=most
        )


def _read(reply: str, least: int, most: int) -> tuple[str, ...]:
    """Returns the steps of the first layout that has as many as were asked for, or none."""
    fitting = (items for items in step_layouts(reply) if least <= len(items) <= most)
    return tuple(next(fitting, ()))


def _voted(plans: list[tuple[str, ...]]) -> tuple[Route, ...]:
    """Returns the distinct plans, those told most often first."""
    written = {tuple(map(plain, steps)): steps for steps in reversed(plans)}
    votes = Counter(tuple(map(plain, steps)) for steps in plans)
    at_place = Counter(
        (place, step) for plan in votes.elements() for place, step in enumerate(plan)
    )
    return tuple(
        Route(
            tuple(
                PlannedStep(step, at_place[place, words] / len(plans))
                for place, (step, words) in enumerate(zip(written[plan], plan, strict=True))
            ),
            count / len(plans),
        )
        for plan, count in votes.most_common()
    )
