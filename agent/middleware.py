"""Guards what passes between the planner's graph and its model and tools, one concern a class."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

from langchain.agents.middleware import (
    AgentMiddleware,
    ModelRequest,
    ModelResponse,
    ToolCallRequest,
)
from langchain_core.messages import AIMessage, HumanMessage, ToolCall, ToolMessage
from langgraph.types import Command

from foretell.agent.chat_models.reply_faults import Fault, find_fault
from foretell.agent.final_answer import read_final_answer
from foretell.agent.trajectory import MAX_RESULT_CHARACTERS, Meter, is_alike, repeat_note
from foretell.errors import LimitExceeded, ModelError, ToolError, tool_errors
from foretell.patience import until
from foretell.prompts.loader import load_prompt
from foretell.thoughts import without_thoughts
from foretell.types import Step

SURE = 0.5
"""Confidence from which an answer stands."""
ROUNDS = 2
"""Times that an unsure planner is sent back, which bounds what a question costs."""
_STAND_IN = "\N{HORIZONTAL ELLIPSIS}"
_GRACE_SECONDS = 4.0
"""Time of a closing call that begins when the question's time is over."""
MOST_CALLS = 16
"""Tool calls of one message that are run: a search each for what a question compares, and more."""
ModelHandler = Callable[[ModelRequest[Any]], ModelResponse[Any]]
ToolHandler = Callable[[ToolCallRequest], ToolMessage | Command[Any]]


class Budget(AgentMiddleware[Any, Any, Any]):
    """Limits a question's model calls, tokens and seconds.

    When a limit is reached the model gets one closing call, without tools, to answer from what
    it has seen.

    Args:
        meter: Where the tokens of each reply are counted.
        max_steps: Most model calls, the closing one included.
        max_tokens: Input and output tokens after which the next call is the closing one.
        max_seconds: Wall-clock time; a call that would go beyond it, were it as slow as the slowest
            so far, is the closing one.
    """

    def __init__(
        self, meter: Meter, *, max_steps: int, max_tokens: int, max_seconds: float
    ) -> None:
        super().__init__()
        self._meter = meter
        self._max_steps = max_steps
        self._max_tokens = max_tokens
        self._max_seconds = max_seconds
        self._began = time.monotonic()
        self._calls = 0
        self._slowest = 0.0

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: ModelHandler
    ) -> ModelResponse[Any]:
        """Counts the call, and closes the conversation when a limit is reached.

        Raises:
            LimitExceeded: If the closing call still gives no answer in words, or time runs out.
        """
        self._calls += 1
        limit = self._limit_reached()
        if limit is None:
            return self._timed(request, handler)
        note = HumanMessage(load_prompt("close").fill(limit=limit))
        response = self._timed(
            request.override(messages=[*request.messages, note], tools=[]), handler
        )
        if _reply(response).tool_calls:
            raise _used_up(limit)
        return response

    def wrap_tool_call(
        self, request: ToolCallRequest, handler: ToolHandler
    ) -> ToolMessage | Command[Any]:
        """Lets what a tool asks of a model end with the question's time."""
        with until(self._began + self._max_seconds):
            return handler(request)

    def _timed(self, request: ModelRequest[Any], handler: ModelHandler) -> ModelResponse[Any]:
        """Calls the model for as long as there is time, and counts what it takes.

        Raises:
            LimitExceeded: If the time runs out.
        """
        began, ends = time.monotonic(), self._began + self._max_seconds
        try:
            with until(max(ends, began + _GRACE_SECONDS)):
                response = handler(request)
        except ModelError as error:
            if time.monotonic() < ends:
                raise
            raise _used_up(f"{self._max_seconds:g} seconds") from error
        self._slowest = max(self._slowest, time.monotonic() - began)
        self._meter.add(_reply(response))
        return response

    def _limit_reached(self) -> str | None:
        """Returns the name of the limit that is reached, or None."""
        if self._calls >= self._max_steps:
            return f"{self._max_steps} steps"
        if self._meter.tokens >= self._max_tokens:
            return f"{self._max_tokens} tokens"
        if time.monotonic() - self._began + self._slowest >= self._max_seconds:
            return f"{self._max_seconds:g} seconds"
        return None


class ReplyRepair(AgentMiddleware[Any, Any, Any]):
    """Asks again when a reply says nothing, is cut off, or its tool call cannot be read.

    Args:
        meter: Where the tokens of a reply that is thrown away are counted.
        attempts: How often to ask again.
    """

    def __init__(self, meter: Meter, attempts: int = 2) -> None:
        super().__init__()
        self._meter = meter
        self._attempts = attempts

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: ModelHandler
    ) -> ModelResponse[Any]:
        """Returns the first usable reply.

        Raises:
            ModelError: If there is none.
        """
        fault: Fault | None = None
        for _ in range(self._attempts + 1):
            response = handler(request)
            reply = _reply(response)
            fault = find_fault(reply)
            if fault is None:
                return response
            self._meter.add(reply)
            # A stand-in for the unusable reply: some chat templates refuse two user turns in a row.
            # It says nothing, as a small model gives the words of its last message again.
            stand_in = AIMessage(_STAND_IN)
            request = request.override(
                messages=[*request.messages, stand_in, HumanMessage(fault.note)]
            )
        assert fault is not None
        raise ModelError(
            f"the model gave no usable reply in {self._attempts + 1} attempts "
            f"(last: {fault.name}); {fault.advice}"
        )


def _used_up(limit: str) -> LimitExceeded:
    return LimitExceeded(
        f"the model used up its {limit} without an answer; "
        "raise the limit, or ask a narrower question"
    )


class FewCalls(AgentMiddleware[Any, Any, Any]):
    """Leaves out all but the first tool calls of a message that holds very many."""

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: ModelHandler
    ) -> ModelResponse[Any]:
        """Calls the model."""
        response = handler(request)
        *before, reply = response.result
        if not isinstance(reply, AIMessage) or len(reply.tool_calls) <= MOST_CALLS:
            return response
        few = reply.model_copy(update={"tool_calls": reply.tool_calls[:MOST_CALLS]})
        return ModelResponse(result=[*before, few])


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
        handler: ToolHandler,
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


class RepeatGuard(AgentMiddleware[Any, Any, Any]):
    """Answers a tool call that was made before with a note instead of running it again."""

    def wrap_tool_call(
        self, request: ToolCallRequest, handler: ToolHandler
    ) -> ToolMessage | Command[Any]:
        """Runs a call that is new."""
        call = request.tool_call
        earlier, beside = calls_made(request)
        before = itertools.takewhile(lambda made: made["id"] != call["id"], beside)
        if any(is_alike(made, call) for made in (*earlier, *before)):
            return _failure(request, repeat_note(call["name"]))
        return handler(request)


class ToolErrors(AgentMiddleware[Any, Any, Any]):
    """Turns what any tool raises into `ToolError`, and tells the model of it.

    That is what the caller's settings, a file or another model are the reason of. Any other error,
    such as a damaged library, ends the question.
    """

    def wrap_tool_call(
        self, request: ToolCallRequest, handler: ToolHandler
    ) -> ToolMessage | Command[Any]:
        """Runs the call."""
        try:
            with tool_errors():
                return handler(request)
        except ToolError as error:
            return _failure(request, str(error))


class SelfCheck(AgentMiddleware[Any, Any, Any]):
    """Lets an answer stand that the model is sure of, and asks for another look otherwise.

    After the rounds of "VideoAgent: Long-form Video Understanding with Large Language Model as
    Agent", ECCV 2024, where a model scores its own confidence and looks at more while it is low.
    An answer without a confidence stands, and so does one that was given under a limit.

    Args:
        meter: Where the tokens of an answer that does not stand are counted.
        sure: Confidence from which an answer stands, in [0, 1].
        rounds: How often the model is sent to look again, at most.
    """

    def __init__(self, meter: Meter, sure: float = SURE, rounds: int = ROUNDS) -> None:
        super().__init__()
        self._meter = meter
        self._sure = sure
        self._left = rounds

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: ModelHandler
    ) -> ModelResponse[Any]:
        """Returns an answer that stands, or what the model does to find out more."""
        response = handler(request)
        reply = response.result[-1]
        if not isinstance(reply, AIMessage) or reply.tool_calls or not request.tools:
            return response
        confidence = read_final_answer(without_thoughts(reply.text)).confidence
        if confidence is None or confidence >= self._sure or self._left == 0:
            return response
        self._left -= 1
        self._meter.add(reply)
        note = HumanMessage(load_prompt("check").fill(confidence=confidence))
        return self.wrap_model_call(
            request.override(messages=[*request.messages, reply, note]), handler
        )


def _reply(response: ModelResponse[Any]) -> AIMessage:
    """Returns the model's message.

    Raises:
        ModelError: If there is none.
    """
    for message in reversed(response.result):
        if isinstance(message, AIMessage):
            return message
    raise ModelError("the model's reply holds no message")


def _failure(request: ToolCallRequest, text: str) -> ToolMessage:
    call = request.tool_call
    return ToolMessage(text, tool_call_id=call["id"] or "", name=call["name"], status="error")
