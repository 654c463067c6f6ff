"""Procedures as step sequences: as written, as demonstrated, and as planned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from foretell import display
from foretell.types import Event, Interval, Usage

NO_PLAN = "No plan is known for this"
"""Stands above the nearest plan where none that is known fits."""


@dataclass(frozen=True, slots=True)
class ProcedureTask:
    """Something that people do in steps.

    Attributes:
        name: Such as "Make Jello Shots".
        steps: The steps in the order in which instructions give them; empty where nobody wrote any.
    """

    name: str
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The steps of a task as one video shows them.

    Attributes:
        video: Names the video.
        task: Name of the task.
        steps: In the order in which they begin; a step may come again.
        intervals: When each is, in seconds, or empty where nobody said.
        split: "train", "val" or "test", or "" where the dataset has no splits.
    """

    video: str
    task: str
    steps: tuple[str, ...]
    intervals: tuple[Interval, ...] = ()
    split: str = ""


@dataclass(frozen=True, slots=True)
class Procedures:
    """What is known of some tasks: instructions and demonstrations.

    Attributes:
        name: Of the dataset or the bank.
        tasks: Each task once.
        demonstrations: Of these tasks.
    """

    name: str
    tasks: tuple[ProcedureTask, ...]
    demonstrations: tuple[Demonstration, ...] = ()

    def actions(self) -> tuple[str, ...]:
        """Gives every step once: those of the tasks first, in their order."""
        told = (step for task in self.tasks for step in task.steps)
        shown = (step for one in self.demonstrations for step in one.steps)
        return tuple(dict.fromkeys((*told, *shown)))

    def of_split(self, *splits: str) -> Procedures:
        """Gives the same tasks with the demonstrations of some splits."""
        return self.with_demonstrations(d for d in self.demonstrations if d.split in splits)

    def with_demonstrations(self, demonstrations: Iterable[Demonstration]) -> Procedures:
        """Gives the same tasks with other demonstrations."""
        return Procedures(self.name, self.tasks, tuple(demonstrations))


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step of a plan; `probability` is that of this step standing at this place."""

    action: str
    probability: float


@dataclass(frozen=True, slots=True)
class Route:
    """One way from the start to the goal, with how likely it is among all that were weighed."""

    steps: tuple[PlannedStep, ...]
    probability: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps from a start to a goal, and what they rest on.

    Attributes:
        route: The likeliest way, its first and last step included.
        alternatives: Other ways, the likelier first.
        task: Name of the task it was taken for; "" where there is none.
        task_probability: How sure that is, in [0, 1].
        evidence: Events of a timeline that tell the start or the goal; empty for plain words.
        examples: Demonstrations or instructions that the plan leans on.
        notes: Further grounds, in plain words.
        usage: What it cost.
        status: "unknown" where no procedure that is known fits the goal. The plan is that of the
            nearest then, its probabilities are among those that are known, and the notes say how
            far it is from a fit.
    """

    route: Route
    alternatives: tuple[Route, ...] = ()
    task: str = ""
    task_probability: float = 0.0
    evidence: tuple[Event, ...] = ()
    examples: tuple[Demonstration, ...] = ()
    notes: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)
    status: Literal["answered", "unknown"] = "answered"

    def to_dict(self) -> dict[str, Any]:
        """Gives the plan, as `foretell plan --json` prints it."""
        from foretell.records import plan_record

        return plan_record(self)

    def _repr_html_(self) -> str:
        rows = [
            (str(number), step.action, f"{step.probability:.2f}")
            for number, step in enumerate(self.route.steps, start=1)
        ]
        if self.status == "unknown":
            steps = [row[:2] for row in rows]
            title = f"{NO_PLAN}: {self.notes[0]}. The nearest, {self.task!r}"
            return display.titled(title, display.table(("", "step"), steps))
        title = f"{self.task or 'plan'}, {self.route.probability:.0%}"
        return display.titled(title, display.table(("", "step", "probability"), rows))
