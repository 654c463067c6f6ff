"""Checks a chat request as the strictest of the real servers would.

Local servers parse the arguments of earlier tool calls as JSON and render the conversation with a
chat template, so that they refuse what OpenAI lets pass: arguments that are not JSON, a system
message that is not the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field, Json, JsonValue, ValidationError


class _Part(BaseModel):
    type: Literal["text", "image_url"]
    text: str | None = None
    image_url: dict[str, str] | None = None


class _CalledFunction(BaseModel):
    name: str
    arguments: Json[dict[str, Any]]


class _ToolCall(BaseModel):
    id: str = Field(min_length=1)
    type: Literal["function"]
    function: _CalledFunction


class _Message(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[_Part] | None = None
    tool_calls: list[_ToolCall] = []
    tool_call_id: str | None = None


class _Parameters(BaseModel):
    type: Literal["object"]
    properties: dict[str, JsonValue]


class _OfferedFunction(BaseModel):
    name: str = Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")
    description: str = ""
    parameters: _Parameters


class _Tool(BaseModel):
    type: Literal["function"]
    function: _OfferedFunction


class _ChatRequest(BaseModel):
    model: str
    messages: list[_Message] = Field(min_length=1)
    tools: list[_Tool] | None = Field(default=None, min_length=1)
    stream: bool = False


def find_problem(body: dict[str, Any]) -> str | None:
    """Gives a sentence on the first thing that is wrong with a chat request, or None."""
    try:
        request = _ChatRequest.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    names = [tool.function.name for tool in request.tools or []]
    if len(set(names)) < len(names):
        return f"tools: a name is used twice in {names}"
    return _find_problem_in_order(request.messages)


def _find_problem_in_order(messages: Sequence[_Message]) -> str | None:
    """Follows the conversation: who may speak when, and which calls still wait for a result."""
    waiting: list[str] = []
    for index, message in enumerate(messages):
        place = f"messages.{index}"
        if message.role == "tool":
            if message.tool_call_id not in waiting:
                return f"{place}: tool_call_id {message.tool_call_id!r} answers none of {waiting}"
            waiting.remove(message.tool_call_id)
        elif waiting:
            return f"{place}: {message.role} message before the results of calls {waiting}"
        if message.role == "system" and index > 0:
            return f"{place}: a system message that is not the first"
        if message.content is None and not message.tool_calls:
            return f"{place}: {message.role} message with neither content nor tool calls"
        waiting.extend(call.id for call in message.tool_calls)
    return f"messages: no result for calls {waiting}" if waiting else None
