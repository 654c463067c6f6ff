"""Records what a planner does, and what it costs, while it answers one question."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ToolCallRequest
from langchain_core.messages import AIMessage, ToolCall, ToolMessage
from langgraph.types import Command

from foretell.types import Step, Usage

MAX_RESULT_CHARACTERS = 2000
"""Characters kept of what a tool said, about 500 tokens; the memory has the rest."""


def calls_made(request: ToolCallRequest) -> tuple[list[ToolCall], list[ToolCall]]:
    """Returns the calls of earlier messages, and those of the message that makes this one.

    They come in the order in which the model made them; those of one message run side by side,
    and end in any order.
    """
    replies = [one for one in request.state["messages"] if isinstance(one, AIMessage)]
    return [call for reply in replies[:-1] for call in reply.tool_calls], replies[-1].tool_calls


class Recorder(AgentMiddleware[Any, Any, Any]):
    """Records each tool call as a `Step`, by the id of the call."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: dict[str, Step | None] = {}

    @property
    def steps(self) -> tuple[Step, ...]:
        """Returns the steps that have ended, in the order in which the calls were made."""
        return tuple(step for step in self._steps.values() if step is not None)

    def step(self, call_id: str) -> Step | None:
        """Returns the step of a tool call, or None while it runs."""
        return self._steps.get(call_id)

    def wrap_tool_call(
        self,
        request: ToolCallRequest,
        handler: Callable[[ToolCallRequest], ToolMessage | Command[Any]],
    ) -> ToolMessage | Command[Any]:
        """Runs the call and keeps it."""
        for made in calls_made(request)[1]:
            self._steps.setdefault(made["id"] or "", None)
        began = time.perf_counter()
        result = handler(request)
        call = request.tool_call
        self._steps[call["id"] or ""] = Step(
            tool=call["name"],
            arguments=dict(call["args"]),
            seconds=time.perf_counter() - began,
            result=result.text[:MAX_RESULT_CHARACTERS] if isinstance(result, ToolMessage) else "",
            failed=isinstance(result, ToolMessage) and result.status == "error",
        )
        return result


class Meter:
    """Adds up the tokens of a question's model calls.

    Args:
        price: US dollars per million input and output tokens, or None where unknown.
        whole: The meter of the question that this one is a part of, which counts along.
    """

    def __init__(
        self, price: tuple[float, float] | None = None, whole: Meter | None = None
    ) -> None:
        self._price = price
        self._whole = whole
        self._lock = threading.Lock()  # tool calls of one message run side by side
        self._cost = None if price is None else 0.0
        self.input_tokens = 0
        self.output_tokens = 0

    @property
    def tokens(self) -> int:
        """Input and output tokens together."""
        return self.input_tokens + self.output_tokens

    def add(self, message: AIMessage) -> None:
        """Counts one reply; one without a count adds nothing."""
        counted = message.usage_metadata
        if counted is not None:
            self._count(counted["input_tokens"], counted["output_tokens"], self._price)

    def usage(self) -> Usage:
        """Returns the sum so far, with its cost where the price is known."""
        return Usage(self.input_tokens, self.output_tokens, self._cost)

    def _count(
        self, input_tokens: int, output_tokens: int, price: tuple[float, float] | None
    ) -> None:
        """Counts tokens at a price; one that is unknown makes the whole cost unknown."""
        with self._lock:
            self.input_tokens += input_tokens
            self.output_tokens += output_tokens
            if price is None or self._cost is None:
                self._cost = None
            else:
                self._cost += (input_tokens * price[0] + output_tokens * price[1]) / 1e6
        if self._whole is not None:
            self._whole._count(input_tokens, output_tokens, price)
