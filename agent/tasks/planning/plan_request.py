"""What a plan is asked for: what is known of its start, its goal and its length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell.tools.planning.model import PlanModel
from foretell.tools.planning.observation import LabelObservation, Observation
from foretell.tools.planning.planner import PlanQuery
from foretell.tools.planning.step_texts import Likeness
from foretell.types import Event

Steps = int | tuple[int, int]
"""How many steps a plan has, or the least and the most."""


@dataclass(frozen=True, slots=True, eq=False)
class PlanEnd:
    """What is known of the start or of the goal.

    Attributes:
        texts: It in words, as a chat model is told.
        observation: What it says about the action there.
        action: Id of the action where it is known for certain; else None.
        likeness: How alike its words are to the procedures; None where it is a known action.
        fits: From which cosine on a task is taken to fit these words.
        events: What it was read from in a timeline.
    """

    texts: tuple[str, ...]
    observation: Observation
    action: int | None = None
    likeness: Likeness | None = None
    fits: float = 0.0
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class PlanRequest:
    """A plan that is wanted.

    Attributes:
        start: Of the first step; None where nothing is known.
        goal: Of the last step; None where nothing is known.
        steps: How many, both ends included.
        task: (T,) likelihood of each task where one is named; None for none.
        task_words: How alike words for the task are to the procedures, where it is told in words.
        task_text: What the task was called, as a chat model is told; "" for nothing.
        key: Names the request among others.
    """

    start: PlanEnd | None
    goal: PlanEnd | None
    steps: Steps
    task: NDArray[np.float64] | None = None
    task_words: Likeness | None = None
    task_text: str = ""
    key: str = ""

    @property
    def ends(self) -> tuple[PlanEnd, ...]:
        """The ends of which something is known."""
        return tuple(end for end in (self.start, self.goal) if end is not None)

    @property
    def length_range(self) -> tuple[int, int]:
        """The fewest and the most steps."""
        return (self.steps, self.steps) if isinstance(self.steps, int) else self.steps


def request_of_query(query: PlanQuery, model: PlanModel) -> PlanRequest:
    """Gives the request that an evaluation's query is.

    Raises:
        ConfigError: If a label or the task is unknown.
    """
    start, goal = model.ends(query)
    return PlanRequest(
        start=_labelled(query.start, start),
        goal=_labelled(query.goal, goal),
        steps=query.steps,
        task=model.told(query.task, query.task_accuracy) if query.task else None,
        task_text=query.task,
        key=query.key,
    )


def _labelled(name: str, seen: Observation) -> PlanEnd:
    sure = seen.action if isinstance(seen, LabelObservation) and seen.accuracy == 1.0 else None
    return PlanEnd((name,), seen, sure)
