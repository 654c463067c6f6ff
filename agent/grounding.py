"""Sees that an answer of a chat model rests on the timeline, or is told not to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from foretell.agent.chat_models.reply_faults import find_fault
from foretell.agent.trajectory import Meter
from foretell.prompts.loader import load_prompt
from foretell.thoughts import without_thoughts


class Grounding(AgentMiddleware[Any, Any, Any]):
    """Asks once more where a model answers from nothing: no tool called, and no event cited.

    Servers drop tools in silence where a model's chat template has none, and small models call none
    of themselves.

    Args:
        meter: Where the tokens of an answer that is thrown away are counted.
        cites: Whether a text cites something that stands in the timeline.
    """

    def __init__(self, meter: Meter, cites: Callable[[str], bool]) -> None:
        super().__init__()
        self._meter = meter
        self._cites = cites
        self._has_asked = False

    def wrap_model_call(
        self,
        request: ModelRequest[Any],
        handler: Callable[[ModelRequest[Any]], ModelResponse[Any]],
    ) -> ModelResponse[Any]:
        """Returns an answer that rests on something, or the second one."""
        response = handler(request)
        reply = response.result[-1]
        if self._has_asked or not request.tools or not isinstance(reply, AIMessage):
            return response
        if reply.tool_calls or find_fault(reply) is not None or _has_looked(request):
            return response
        if self._cites(without_thoughts(reply.text)):
            return response
        self._has_asked = True
        self._meter.add(reply)
        note = HumanMessage(load_prompt("ground").fill())
        return handler(request.override(messages=[*request.messages, reply, note]))


def _has_looked(request: ModelRequest[Any]) -> bool:
    return any(isinstance(message, ToolMessage) for message in request.messages)
