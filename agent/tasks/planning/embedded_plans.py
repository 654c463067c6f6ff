"""Plans without a language model: the likeliest routes through procedures that are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from foretell.agent.tasks.planning.plan_request import PlanRequest
from foretell.agent.tasks.planning.procedure_pool import KnownProcedures
from foretell.plans import Demonstration, Plan, Procedures
from foretell.tools.planning.embedded import plan_of
from foretell.tools.planning.model import Planned
from foretell.tools.planning.step_texts import (
    STATE_FITS,
    Floats,
    Likeness,
    best_fit,
    task_likelihoods,
)
from foretell.types import Usage

MOST = 3
"""Examples shown with a plan; more do not fit on a screen beside it."""


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """What procedures say to a request.

    Attributes:
        planned: Routes and tasks.
        nearest: Name of the task whose words are most alike, and how alike, a cosine; None where
            nothing is told in words, or the task is named.
        wanted: The cosine from which on that task is taken to fit.
    """

    planned: Planned
    nearest: tuple[str, float] | None
    wanted: float

    @property
    def fits(self) -> bool:
        """Whether the procedures are about what was asked."""
        return self.nearest is None or self.nearest[1] >= self.wanted


def draft(request: PlanRequest, known: KnownProcedures, k: int) -> Draft:
    """Returns the `k` likeliest routes, and how well the procedures fit the request.

    Raises:
        ConfigError: If the number of steps is out of range, or no route leads to the goal.
    """
    start, goal = request.start, request.goal
    planned = known.model.plan(
        None if start is None else start.observation,
        None if goal is None else goal.observation,
        request.steps,
        task=_tasks(request),
        k=k,
    )
    in_words = _in_words(request)
    if not in_words or request.task is not None:
        return Draft(planned, None, 0.0)
    task, cosine = best_fit([likeness for likeness, _ in in_words])
    wanted = sum(fits for _, fits in in_words) / len(in_words)
    return Draft(planned, (known.model.tasks[task], cosine), wanted)


def _tasks(request: PlanRequest) -> Floats | None:
    """Returns (T,) the likelihood of each task by its own words and by those of the ends."""
    in_words = [likeness for likeness, _ in _in_words(request)]
    by_words = task_likelihoods(in_words) if in_words else None
    if request.task is None or by_words is None:
        return by_words if request.task is None else request.task
    joint: Floats = request.task * by_words
    return joint if joint.any() else request.task


def _in_words(request: PlanRequest) -> list[tuple[Likeness, float]]:
    """Returns how alike each text of a request is to the procedures, and from when it fits."""
    ends = [(end.likeness, end.fits) for end in request.ends]
    likenesses = [*ends, (request.task_words, STATE_FITS)]
    return [(likeness, fits) for likeness, fits in likenesses if likeness is not None]


def embedded_plan(request: PlanRequest, known: KnownProcedures, k: int = 5) -> Plan:
    """Returns the likeliest route and up to `k` - 1 others.

    Raises:
        ConfigError: If the number of steps is out of range, or no route leads to the goal.
    """
    drafted = draft(request, known, k)
    plan = replace(plan_of(known.model, drafted.planned), usage=Usage(cost=0.0))
    return with_grounds(plan, request, known, drafted)


def with_grounds(plan: Plan, request: PlanRequest, known: KnownProcedures, drafted: Draft) -> Plan:
    """Returns a plan with what it rests on."""
    steps = [step.action for step in plan.route.steps]
    misfits = dict(_misfits(plan.task, request, known)) if drafted.fits else {}
    return replace(
        plan,
        evidence=tuple(event for end in request.ends for event in end.events),
        examples=leaning_on(known.procedures, plan.task, steps),
        notes=(*misfits.values(), *_notes(known, drafted)),
        status="answered" if drafted.fits and "goal" not in misfits else "unknown",
    )


def _misfits(task: str, request: PlanRequest, known: KnownProcedures) -> Iterator[tuple[str, str]]:
    """Yields "start" or "goal", with a warning, where the plan's task has nothing of its words."""
    if task not in known.model.tasks or request.task is not None:
        return
    place = list(known.model.tasks).index(task)
    for name, end in (("start", request.start), ("goal", request.goal)):
        if end is None or end.likeness is None:
            continue
        cosine = float(end.likeness.tasks[place])
        if cosine < end.fits:
            yield (
                name,
                f"the {name} {' '.join(end.texts)!r} does not fit {task!r} (similarity "
                f"{cosine:.2f}, of {end.fits:.2f} that a fit needs): this is no plan for it",
            )


def _notes(known: KnownProcedures, drafted: Draft) -> tuple[str, ...]:
    basis = f"steps from the procedures {known.procedures.name!r}"
    if drafted.nearest is None:
        return (basis,)
    name, cosine = drafted.nearest
    if drafted.fits:
        return (f"{basis}; most alike: {name!r} (similarity {cosine:.2f})",)
    return (
        f"nothing in the procedures {known.procedures.name!r} fits: the nearest is {name!r} "
        f"(similarity {cosine:.2f}, of {drafted.wanted:.2f} that a fit needs), so that these steps "
        "are a guess; give procedures that fit, or name a chat model",
    )


def leaning_on(
    procedures: Procedures, task: str, steps: Sequence[str]
) -> tuple[Demonstration, ...]:
    """Returns the written steps of a task, and its demonstrations that share most with a plan.

    The written steps are a demonstration without a video. What shares no step is left out.
    """
    written = [
        Demonstration("", one.name, one.steps)
        for one in procedures.tasks
        if one.name == task and one.steps
    ]
    demonstrations = [one for one in procedures.demonstrations if one.task == task]
    shared = {id(one): _shared(one.steps, steps) for one in demonstrations}
    ranked = sorted(demonstrations, key=lambda one: shared[id(one)], reverse=True)
    borne_out = [one for one in ranked if shared[id(one)][1] > 0]
    return (*written, *borne_out)[:MOST]


def _shared(demonstrated: Sequence[str], steps: Sequence[str]) -> tuple[int, int]:
    """Returns how many moves and how many steps two sequences share."""
    return len(set(pairwise(demonstrated)) & set(pairwise(steps))), len(
        set(demonstrated) & set(steps)
    )
