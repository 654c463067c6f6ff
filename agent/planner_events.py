"""What a planner tells while it answers a question: tool calls, words, and its last message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from foretell.types import Step

if TYPE_CHECKING:
    from foretell.agent.messages import FinalAnswer, Message


@dataclass(frozen=True, slots=True)
class ToolStarted:
    """The model called a tool."""

    tool: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ToolFinished:
    """A tool gave its result."""

    step: Step


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the model's words, with raw labels.

    Attributes:
        text: The piece; what a model thinks streams, too.
        reply: Names the message that it is a piece of. Where a message cannot be used, the model
            writes another instead.
    """

    text: str
    reply: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Finished:
    """The model's last message, with the steps that led to it.

    Attributes:
        text: Its words, without what the model thought.
        steps: The tool calls, in order.
        final: The answer of the embedded planner, which needs no reading.
    """

    text: str
    steps: tuple[Step, ...]
    final: FinalAnswer | None = None


PlannerEvent = ToolStarted | ToolFinished | TextDelta | Finished


class QuestionPlanner(Protocol):
    """Answers one question: `Planner` through a graph, `DirectPlanner` without."""

    def run(self, messages: Sequence[Message], *, stream: bool = False) -> Iterator[PlannerEvent]:
        """Yields what happens, ending with `Finished`; pieces of text only if `stream`.

        Raises:
            ForetellError: If the model, its endpoint or a limit ends the question.
        """
        ...
