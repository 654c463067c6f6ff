"""Plans the steps from a start to a goal, told in words or seen in a video."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from foretell.agent.tasks.planning.embedded_plans import Draft, draft, embedded_plan
from foretell.agent.tasks.planning.plan_request import (
    PlanEnd,
    PlanRequest,
    Steps,
    end_at,
    end_in_words,
    end_of_action,
    end_untold,
)
from foretell.agent.tasks.planning.procedure_pool import KnownProcedures, find_procedures
from foretell.config import EMBEDDED, Config
from foretell.errors import ConfigError, argument
from foretell.memory.banks.procedures import ProcedureBank
from foretell.memory.embedding.embedders import Embedder
from foretell.plans import Plan
from foretell.ranges import check_range
from foretell.tools.planning.model import LONGEST
from foretell.tools.planning.step_texts import Edge
from foretell.types import Timeline

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

VECTORS = "procedure_vectors"
SHORTEST = 2
"""Steps of the shortest plan: a start and a goal."""
OPEN = (2, 12)
"""How many steps a plan may have where nobody says."""

Moment = str | float
"""Words, or a second of a video."""


class ProcedurePlanning:
    """Plans on counted procedures, or on the chat model that the settings name.

    Args:
        config: Names the model, and the folder where vectors and replies are kept.
        bank: The library's procedures.
        embedder: Makes words comparable.
        procedures: What to plan with: name of a bank, or a file or folder; None for the
            procedures that ship with foretell.
        chat_model: Asked in place of the model that the settings name.

    Raises:
        ConfigError: If the procedures are unknown or hold no step.
        DatasetError: If a file of procedures cannot be read.
    """

    def __init__(
        self,
        config: Config,
        bank: ProcedureBank,
        embedder: Embedder,
        procedures: str | None = None,
        *,
        chat_model: BaseChatModel | None = None,
    ) -> None:
        self._config = config
        self._bank = bank
        self._embedder = embedder
        self._procedures = procedures
        self._chat_model = chat_model

    @cached_property
    def known(self) -> KnownProcedures:
        """What is planned with."""
        found = find_procedures(self._bank, self._procedures)
        return KnownProcedures(found, self._embedder, self._config.library / VECTORS)

    def plan(
        self,
        goal: Moment | None,
        start: Moment | None = None,
        *,
        timeline: Timeline | None = None,
        task: str | None = None,
        steps: Steps | None = None,
        exact: bool = False,
        k: int = 5,
    ) -> Plan:
        """Returns the steps from a start to a goal.

        Args:
            goal: What is to be reached, in words or as a second of the timeline; None where the
                task says it.
            start: What there is, in words or as a second; None for the timeline's end, or for
                nothing known where there is no timeline.
            timeline: Of the video that seconds are of.
            task: What is done, in words; the name of a known task is taken for certain.
            steps: How many, or the least and the most; None for as many as it takes.
            exact: Whether words are names of known steps, letter by letter.
            k: How many plans to give at most, the best first.

        Raises:
            ConfigError: If there is neither goal nor task, a number is out of range, a start lies
                after its goal, a second has no video, or a step is unknown.
            ToolError: If the timeline tells nothing.
            ModelError: If the model or its endpoint fails.
        """
        _check_ends(start, goal, timeline, task)
        counted = OPEN if steps is None else steps
        _check_numbers(counted, k)
        begun = start if start is not None or timeline is None else timeline.video.interval.end
        request = PlanRequest(
            start=self._end(begun, "start", timeline, exact=exact),
            goal=self._end(goal, "goal", timeline, exact=exact),
            steps=counted,
            key="plan",
        )
        if task is not None:
            request = self._about(task, request)
        if self._chat_model is None and self._config.model == EMBEDDED:
            return embedded_plan(request, self.known, k)
        return self._ask(request, k)

    def _end(
        self, moment: Moment | None, edge: Edge, timeline: Timeline | None, *, exact: bool
    ) -> PlanEnd:
        known = self.known
        if moment is None:
            return end_untold(edge, known.texts)
        if isinstance(moment, str):
            if exact:
                return end_of_action(known.model.label(moment).action, known.texts)
            return end_in_words(moment, edge, known.texts)
        assert timeline is not None
        return end_at(moment, timeline, known.texts)

    def _about(self, task: str, request: PlanRequest) -> PlanRequest:
        """Adds a task to a request: the one of that name, or how alike its words are to each."""
        names = {name.casefold(): name for name in self.known.model.tasks}
        if task.casefold() in names:
            sure = self.known.model.told(names[task.casefold()], 1.0)
            return replace(request, task=sure, task_text=task)
        return replace(request, task_words=self.known.texts.likeness([task]), task_text=task)

    def _ask(self, request: PlanRequest, k: int) -> Plan:
        from foretell.agent.chat_models.chat_endpoint import ChatEndpoint
        from foretell.agent.chat_models.models import model_name, price_of
        from foretell.agent.tasks.planning.llm_plans import LlmPlanner
        from foretell.agent.tasks.planning.open_plans import OpenPlanner

        endpoint = ChatEndpoint.load(self._config, chat_model=self._chat_model)
        price = price_of(model_name(self._config, self._chat_model), self._config)
        drafted = draft(request, self.known, k)
        if drafted.fits:
            return LlmPlanner(endpoint, self.known, price=price).plan(request, k)
        plan = OpenPlanner(endpoint, price).plan(request)
        return replace(plan, notes=(_own_words(drafted, self.known), *plan.notes))


def _check_ends(
    start: Moment | None, goal: Moment | None, timeline: Timeline | None, task: str | None
) -> None:
    """Checks what a plan leads from and to."""
    if goal is None and task is None:
        raise ConfigError(
            "no goal was given; say what is to be reached with "
            f"{argument('goal', 'TEXT')}, or name the task with {argument('task', 'TEXT')}"
        )
    for name, words in (("start", start), ("goal", goal), ("task", task)):
        if isinstance(words, str) and not words.strip():
            raise ConfigError(f"the {name} {words!r} is blank; say it in words")
        if isinstance(words, int | float) and timeline is None:
            raise ConfigError(
                f"the {name} {words:g} is a second of a video, and no video was given; name one, "
                f"or say the {name} in words"
            )
    if timeline is not None and isinstance(goal, int | float) and not isinstance(start, str):
        begin = timeline.video.interval.end if start is None else start
        if begin >= goal:
            where = "the video's end" if start is None else "the start"
            raise ConfigError(
                f"{where}, {begin:g} s, must lie before the goal, {goal:g} s; give "
                f"{argument('start', 'SECONDS')} before it"
            )


def _check_numbers(steps: Steps, k: int) -> None:
    least, most = (steps, steps) if isinstance(steps, int) else steps
    if not SHORTEST <= least <= most <= LONGEST:
        given = f"{least}" if least == most else f"{least}..{most}"
        raise ConfigError(
            f"a plan cannot have {given} steps; give a number from {SHORTEST} to {LONGEST}, "
            "or LO..HI"
        )
    check_range("k", k, 1)


def _own_words(drafted: Draft, known: KnownProcedures) -> str:
    assert drafted.nearest is not None
    name, cosine = drafted.nearest
    return (
        f"in the model's own words: nothing in the procedures {known.procedures.name!r} fits, the "
        f"nearest is {name!r} (similarity {cosine:.2f})"
    )
