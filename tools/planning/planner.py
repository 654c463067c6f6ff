"""What every planner of windows can do: the embedded one, one that asks a model, a replay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from foretell.plans import Plan
from foretell.tools.planning.observation import ConfusionModel


@dataclass(frozen=True, slots=True)
class PlanQuery:
    """A plan asked for between two labelled moments of a video.

    Attributes:
        key: Names the query in its dataset.
        start: Label of the first step, as somebody or something saw it.
        goal: Label of the last step.
        steps: T, the length of the plan, the first and last step included.
        accuracy: How often such a label is right, in (0, 1].
        task: What the video is said to show; "" where nobody says.
        task_accuracy: How often such a word is right, in (0, 1].
        confusions: How labels of a start and of a goal come about, where that is known; None
            leaves it to `accuracy`.
    """

    key: str
    start: str
    goal: str
    steps: int
    accuracy: float = 1.0
    task: str = ""
    task_accuracy: float = 1.0
    confusions: tuple[ConfusionModel, ConfusionModel] | None = field(default=None, repr=False)


class WindowPlanner(Protocol):
    """Plans many windows, at a time where it waits for a server."""

    def plan_windows(self, queries: Iterable[PlanQuery]) -> Iterator[tuple[PlanQuery, Plan]]:
        """Gives a plan for every query as soon as it is ready, in whatever order."""
        ...


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """Settings of `PlanModel`; how they were chosen is in docs/design/planning.md.

    Attributes:
        pad: Whether demonstrations shorter than a plan count, their first step repeated in front,
            as PDPP's windows do.
        any_order: Whether the steps of a task that nobody demonstrated may come in another order
            than written, though rarely; an evaluation needs it, which asks for such plans.
        chain_weight: How many windows of a task the Markov chain counts for, beside those seen.
        pooled_weight: How many moves the moves of all tasks count for in a task's chain, from
            each of its actions.
        list_weight: How many moves of all tasks the written list counts for, at each step.
        skip: How likely a written step is passed over, beside being done; in (0, 1).
        candidates: How many routes are compared.
        success_weight: How much it is worth that a plan is right in every step, beside its
            accuracy and overlap; the larger, the more often the first route is the likeliest.
    """

    pad: bool = False
    any_order: bool = False
    chain_weight: float = 100.0
    pooled_weight: float = 1.0
    list_weight: float = 1.0
    skip: float = 0.2
    candidates: int = 50
    success_weight: float = 1.0
