"""What every planner of windows can do: the embedded one, one that asks a model, a replay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from foretell.plans import Plan
from foretell.tools.planning.confusions import Confusions


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
    confusions: tuple[Confusions, Confusions] | None = field(default=None, repr=False)


class WindowPlanner(Protocol):
    """Plans many windows, at a time where it waits for a server."""

    def plan_windows(self, queries: Iterable[PlanQuery]) -> Iterator[tuple[PlanQuery, Plan]]:
        """Gives a plan for every query as soon as it is ready, in whatever order."""
        ...
