"""The messages of a conversation with a planner: what is asked, replied and found.

The embedded planner reads them as they are; for a chat model they are written as LangChain's, whose
import alone takes longer than an answer of the embedded planner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict

from foretell.types import AnswerStatus, Evidence, Hit

if TYPE_CHECKING:
    from langchain_core.messages import AnyMessage


class ToolCall(TypedDict):
    """A call of a tool, in the form that LangChain's messages have.

    Attributes:
        name: The tool's.
        args: Its arguments by name.
        id: Names the call.
        type: Always "tool_call".
    """

    name: str
    args: dict[str, Any]
    id: str
    type: Literal["tool_call"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question.

    Attributes:
        text: As a chat model is told it, with the choices.
        question: In the asker's own words.
        choices: The answers to choose from.
    """

    text: str
    question: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FinalAnswer:
    """A last message taken apart; what it does not hold is None."""

    text: str
    choice: int | None = None
    confidence: float | None = None
    status: AnswerStatus | None = None


@dataclass(frozen=True, slots=True)
class Replied:
    """What a planner replied.

    Attributes:
        text: Its words; an answer where there are no calls.
        tool_calls: What it wants to look up.
        evidence: What an earlier answer rested on.
        final: An answer of the embedded planner, with marks in its text.
    """

    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    final: FinalAnswer | None = None


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool gave.

    Attributes:
        call_id: Names the call.
        text: As a model is told it.
        hits: The events behind it; None where the call failed.
    """

    call_id: str
    text: str
    hits: tuple[Hit, ...] | None


Message: TypeAlias = Asked | Replied | ToolResult


def last_question(history: Sequence[Message]) -> str:
    """Returns what was asked last; "" where nothing was."""
    return next((one.question for one in reversed(history) if isinstance(one, Asked)), "")


def last_with_evidence(history: Sequence[Message]) -> Replied | None:
    """Returns the last answer that rests on something; None where none does."""
    answers = (one for one in reversed(history) if isinstance(one, Replied) and one.evidence)
    return next(answers, None)


def as_langchain(messages: Sequence[Message]) -> list[AnyMessage]:
    """Writes questions and answers as LangChain's messages; earlier calls of tools are left out."""
    from langchain_core.messages import AIMessage, HumanMessage

    written: list[AnyMessage] = []
    for message in messages:
        if isinstance(message, Asked):
            written.append(HumanMessage(message.text))
        elif isinstance(message, Replied) and not message.tool_calls:
            written.append(AIMessage(message.text))
    return written
