"""Procedure planning by a chat model that may use only the steps of the likely tasks.

After the task mask of Masked-PDPP, here in text and soft: the steps of the few likeliest tasks are
all that a model may answer with, and its plans are ranked with those of the counted procedures.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from foretell import ranking
from foretell.agent.chat_models.chat_endpoint import ChatEndpoint, Completion, check_some_spoke
from foretell.agent.chat_models.in_flight import run_grouped
from foretell.agent.chat_models.limits import of_steps
from foretell.agent.tasks.planning.embedded_plans import Draft, draft, with_grounds
from foretell.agent.tasks.planning.plan_prompt import Surroundings, plan_format, write_plan_prompt
from foretell.agent.tasks.planning.plan_request import PlanRequest, request_of_query
from foretell.agent.tasks.planning.procedure_pool import KnownProcedures, PlanRetriever
from foretell.agent.trajectory import Meter
from foretell.plans import Demonstration, Plan, PlannedStep, Route
from foretell.ranges import check_positive, check_range
from foretell.tools.planning.embedded import plan_of
from foretell.tools.planning.model import PlannedRoute
from foretell.tools.planning.plan_reading import ReadSteps, read_steps
from foretell.tools.planning.planner import PlanQuery

_Draw = tuple[Completion, ReadSteps]
ROUTES = 5
"""Plans that are given: the likeliest, and others beside it."""


class LlmPlanner:
    """Asks a chat model several times for each plan and ranks what it tells with what is counted.

    Args:
        endpoint: The model.
        known: The procedures.
        settings: What is shown and how it is asked.
        price: US dollars per million input and output tokens, or None where unknown.
    """

    def __init__(
        self,
        endpoint: ChatEndpoint,
        known: KnownProcedures,
        settings: LlmPlanSettings | None = None,
        *,
        price: tuple[float, float] | None = None,
    ) -> None:
        self.settings = settings or LlmPlanSettings()
        self._endpoint = endpoint
        self._known = known
        self._price = price
        self._retriever = PlanRetriever(known, self.settings.lambda_, self.settings.fetch_k)

    def plan(self, request: PlanRequest, k: int = ROUTES) -> Plan:
        """Returns the likeliest plan and up to `k` - 1 others.

        Raises:
            ConfigError: If the number of steps is out of range, or no route leads to the goal.
            ModelError: If the endpoint or the embedder fails.
        """
        ((_, plan),) = self.plans([request], k)
        return plan

    def plans(
        self, requests: Iterable[PlanRequest], k: int = ROUTES
    ) -> Iterator[tuple[PlanRequest, Plan]]:
        """Yields a plan for every request as soon as it is ready, in whatever order.

        Whoever stops early loses no reply that has come: it is kept, and read when the same is
        asked again.

        Raises:
            ConfigError: If a number of steps is out of range, or no route leads to a goal.
            ModelError: If the endpoint or the embedder fails.
        """
        begun = (self._begin(request) for request in requests)
        for prepared, draws in run_grouped(begun, self.settings.requests_in_flight):
            check_some_spoke([completion for completion, _ in draws])
            yield prepared.request, self._finish(prepared, [read for _, read in draws], k)

    def plan_windows(self, queries: Iterable[PlanQuery]) -> Iterator[tuple[PlanQuery, Plan]]:
        """Yields a plan for every query of an evaluation as soon as it is ready.

        Raises:
            ConfigError: If a label is unknown, or a number of steps is out of range.
            ModelError: If the endpoint or the embedder fails.
        """
        by_key: dict[str, PlanQuery] = {}

        def requests() -> Iterator[PlanRequest]:
            for query in queries:
                by_key[query.key] = query
                yield request_of_query(query, self._known.model)

        for request, plan in self.plans(requests()):
            yield by_key.pop(request.key), plan

    def _begin(self, request: PlanRequest) -> tuple[_Prepared, list[Callable[[], _Draw]]]:
        settings = self.settings
        drafted = draft(request, self._known, settings.routes)
        tasks = self._likely(drafted)
        vocabulary = self._vocabulary(request, tasks)
        names = {self._known.model.tasks[task] for task in tasks}
        picks = self._retriever.pick(request, names, settings.samples * settings.examples)
        groups = _dealt(picks, settings.samples, settings.examples)
        prepared = _Prepared(request, drafted, tasks, vocabulary, picks, Meter(self._price))
        return prepared, [
            partial(self._ask, prepared, number, group) for number, group in enumerate(groups)
        ]

    def _likely(self, drafted: Draft) -> tuple[int, ...]:
        """Returns the fewest tasks that have the wanted share of the posterior."""
        shares = drafted.planned.tasks
        order = ranking.order(shares, self.settings.tasks)
        enough = int(np.searchsorted(np.cumsum(shares[order]), self.settings.task_mass)) + 1
        return tuple(order[:enough].tolist())

    def _vocabulary(self, request: PlanRequest, tasks: Sequence[int]) -> Mapping[str, int]:
        of_tasks = [action for task in tasks for action in self._known.actions_of[task]]
        of_ends = [end.action for end in request.ends if end.action is not None]
        names = self._known.model.actions
        return {names[action]: action for action in dict.fromkeys((*of_tasks, *of_ends))}

    def _ask(self, prepared: _Prepared, number: int, examples: tuple[Demonstration, ...]) -> _Draw:
        request = prepared.request
        shares = prepared.drafted.planned.tasks
        surroundings = Surroundings(
            tuple(
                (self._known.procedures.tasks[task], float(shares[task])) for task in prepared.tasks
            ),
            tuple(prepared.vocabulary),
            examples,
        )
        least, most = request.length_range
        form = (
            plan_format(least, most, surroundings.vocabulary) if self.settings.structured else None
        )
        prompt, draw = write_plan_prompt(request, surroundings), f"{request.key} {number}"
        completion = self._endpoint.complete(
            prompt, draw, prepared.meter, form, most_tokens=of_steps(most)
        )
        return completion, self._read(prepared, completion.text)

    def _read(self, prepared: _Prepared, reply: str) -> ReadSteps:
        """Reads the steps of a reply as known steps."""
        request, vocabulary = prepared.request, prepared.vocabulary
        least, most = request.length_range
        return read_steps(
            reply,
            vocabulary,
            partial(self._known.texts.nearest, among=tuple(vocabulary.values())),
            least=least,
            most=most,
            start=None if request.start is None else request.start.action,
            goal=None if request.goal is None else request.goal.action,
        )

    def _finish(self, prepared: _Prepared, read: Sequence[ReadSteps], k: int) -> Plan:
        planned = prepared.drafted.planned
        plans = [one.actions for one in read if one.actions]
        ranked = rank(plans, planned.routes)
        routes = tuple(self._named(route) for route in ranked[:k])
        plan = replace(
            plan_of(self._known.model, planned), route=routes[0], alternatives=routes[1:]
        )
        plan = with_grounds(plan, prepared.request, self._known, prepared.drafted)
        return replace(
            plan,
            examples=tuple(dict.fromkeys((*prepared.examples, *plan.examples))),
            notes=(*plan.notes, *_notes(read, len(planned.routes))),
            usage=prepared.meter.usage(),
        )

    def _named(self, route: RankedRoute) -> Route:
        names = self._known.model.actions
        steps = zip(route.actions, route.step_probabilities, strict=True)
        return Route(
            tuple(PlannedStep(names[action], share) for action, share in steps), route.probability
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Prepared:
    """A request as it is put to the model, several times."""

    request: PlanRequest
    drafted: Draft
    tasks: tuple[int, ...]
    vocabulary: Mapping[str, int]
    examples: tuple[Demonstration, ...]
    meter: Meter


def _dealt(
    picks: Sequence[Demonstration], hands: int, size: int
) -> list[tuple[Demonstration, ...]]:
    """Deals the picks in their order, from the first again where there are too few."""
    size = min(size, len(picks))
    return [
        tuple(picks[(hand * size + place) % len(picks)] for place in range(size))
        for hand in range(hands)
    ]


def _notes(read: Sequence[ReadSteps], counted: int) -> tuple[str, ...]:
    repairs = Counter[str]()
    for one in read:
        repairs.update(one.repairs)
    chosen = f"ranked among {len(read)} plans that the model told and {counted} that were counted"
    if not repairs:
        return (chosen,)
    return (chosen, "read with " + ", ".join(f"{kind} {n}" for kind, n in repairs.items()))


@dataclass(frozen=True, slots=True)
class RankedRoute:
    """A candidate plan.

    Attributes:
        actions: Ids, in order.
        probability: Its share among all candidates.
        step_probabilities: For each place, the share of the candidates of this length that have
            the same action there.
    """

    actions: tuple[int, ...]
    probability: float
    step_probabilities: tuple[float, ...]


def rank(voted: Sequence[tuple[int, ...]], counted: Sequence[PlannedRoute]) -> list[RankedRoute]:
    """Returns all distinct candidates, the likeliest first; among equals the first told.

    Half of a candidate's probability is its share of the model's votes, half its share of the
    posterior of the counted routes. Where there are no votes, or no routes, the other is all.
    """
    votes = Counter(voted)
    posterior = {tuple(one.actions.tolist()): one.probability for one in counted}
    ballots, weighed = sum(votes.values()), sum(posterior.values())
    parts = (ballots > 0) + (weighed > 0)
    shares = {
        actions: (
            (votes[actions] / ballots if ballots else 0.0)
            + (posterior.get(actions, 0.0) / weighed if weighed else 0.0)
        )
        / parts
        for actions in dict.fromkeys((*votes, *posterior))
    }
    ranked = ranking.ordered(shares, shares.__getitem__)
    at_place, of_length = _marginals(shares)
    return [
        RankedRoute(
            actions,
            shares[actions],
            tuple(
                at_place[len(actions), place, action] / of_length[len(actions)]
                for place, action in enumerate(actions)
            ),
        )
        for actions in ranked
    ]


def _marginals(
    shares: dict[tuple[int, ...], float],
) -> tuple[dict[tuple[int, int, int], float], dict[int, float]]:
    """Returns the share of each (length, place, action), and of each length."""
    at_place: dict[tuple[int, int, int], float] = defaultdict(float)
    of_length: dict[int, float] = defaultdict(float)
    for actions, share in shares.items():
        of_length[len(actions)] += share
        for place, action in enumerate(actions):
            at_place[len(actions), place, action] += share
    return at_place, of_length


@dataclass(frozen=True, slots=True)
class LlmPlanSettings:
    """What a model is shown and how often it is asked.

    Attributes:
        samples: How many plans it is asked for.
        examples: Demonstrations shown with each, others each time as far as there are any.
        tasks: Most tasks whose steps it may choose from.
        task_mass: How much of the posterior these tasks need not go beyond, in (0, 1].
        routes: Routes of the counting planner that its plans are ranked with.
        lambda_: Weight of likeness to the request when examples are picked by MMR, in [0, 1].
        fetch_k: Among how many of the nearest demonstrations MMR picks.
        structured: Whether replies are asked for in JSON, by OpenAI's `response_format`, until
            the endpoint turns out not to have it.
        requests_in_flight: Most requests at a time.
        requests_per_second: Most requests begun in a second; None for no limit.

    Raises:
        ConfigError: If a number is out of range.
    """

    samples: int = 5
    examples: int = 3
    tasks: int = 3
    task_mass: float = 0.95
    routes: int = 20
    lambda_: float = 0.5
    fetch_k: int = 20
    structured: bool = True
    requests_in_flight: int = 8
    requests_per_second: float | None = None

    def __post_init__(self) -> None:
        for name, value, least in (
            ("samples", self.samples, 1),
            ("examples", self.examples, 0),
            ("tasks", self.tasks, 1),
            ("routes", self.routes, 1),
            ("fetch_k", self.fetch_k, 1),
            ("requests_in_flight", self.requests_in_flight, 1),
        ):
            check_range(name, value, least)
        for name, share in (("task_mass", self.task_mass), ("lambda_", self.lambda_)):
            check_range(name, share, 0, 1)
        check_positive("requests_per_second", self.requests_per_second, hint="None is no limit")
