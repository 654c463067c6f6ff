"""Reads out of a chat model's message what its server should have told apart."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Sequence
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import AIMessage, BaseMessage, ToolCall
from langchain_core.messages.tool import invalid_tool_call, tool_call
from langchain_core.tools import BaseTool

from foretell.agent.chat_models.reply_faults import WRITTEN, spoken_reply
from foretell.agent.chat_models.written_calls import Tools, read_written_calls


class ReplyReading(AgentMiddleware[Any, Any, Any]):
    """Puts tool calls, their ids and an answer where the planner's graph looks for them.

    A call that the model wrote into its words becomes one, or an unreadable one; an answer in the
    field of the reasoning becomes the message's words; ids that are null or come twice become new.

    Args:
        tools: All that the model may ever call.
    """

    def __init__(self, tools: Sequence[BaseTool]) -> None:
        super().__init__()
        self._tools: Tools = {tool.name: _text_arguments(tool) for tool in tools}

    def wrap_model_call(
        self,
        request: ModelRequest[Any],
        handler: Callable[[ModelRequest[Any]], ModelResponse[Any]],
    ) -> ModelResponse[Any]:
        """Calls the model, and reads its message."""
        response = handler(request)
        *before, reply = response.result
        if not isinstance(reply, AIMessage):
            return response
        read = _with_ids(self._with_calls(reply), request.messages)
        return ModelResponse(result=[*before, read])

    def _with_calls(self, reply: AIMessage) -> AIMessage:
        """Returns a message with the answer and the calls that were written elsewhere."""
        if reply.tool_calls or reply.invalid_tool_calls:
            return reply
        spoken = spoken_reply(reply)
        if not spoken.text:
            return reply
        written = read_written_calls(spoken.text, self._tools)
        if written is None:
            return (
                reply if reply.text.strip() else reply.model_copy(update={"content": spoken.text})
            )
        calls = [tool_call(name=name, args=args, id=None) for name, args in written.calls]
        unreadable = invalid_tool_call(args=spoken.text, error=WRITTEN)
        update: dict[str, Any] = {"content": written.words, "tool_calls": calls}
        if not calls:
            update["invalid_tool_calls"] = [unreadable]
        return reply.model_copy(update=update)


def _with_ids(reply: AIMessage, earlier: Sequence[BaseMessage]) -> AIMessage:
    """Returns a message whose tool calls have ids of their own in the whole conversation."""
    taken = {call["id"] for one in earlier if isinstance(one, AIMessage) for call in one.tool_calls}
    if not reply.tool_calls:
        return reply
    free = (name for number in itertools.count(1) if (name := f"call_{number}") not in taken)
    calls: list[ToolCall] = []
    for call in reply.tool_calls:
        name = call["id"] or ""
        if not name or name in taken:
            name = next(free)
        taken.add(name)
        calls.append(tool_call(name=call["name"], args=call["args"], id=name))
    return reply.model_copy(update={"tool_calls": calls})


def _text_arguments(tool: BaseTool) -> Collection[str]:
    """Returns the names of the arguments that are text."""
    fields: dict[str, dict[str, Any]] = tool.args
    return {
        name
        for name, schema in fields.items()
        if "string" in [one.get("type") for one in (schema, *schema.get("anyOf", ()))]
    }
