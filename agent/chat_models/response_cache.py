"""Keeps an endpoint's replies on disk, so that the same request is not paid for twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.load import dumps
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from foretell.agent.chat_models.reply_store import ReplyStore, request_key
from foretell.agent.middleware import find_fault


class ResponseCache(AgentMiddleware[Any, Any, Any]):
    """Gives a kept reply where model, settings, tools and messages are all the same.

    Args:
        file: SQLite file of the replies; made when missing.
        identity: What names the model beyond the request: endpoint, name, temperature.
    """

    def __init__(self, file: Path, identity: str) -> None:
        super().__init__()
        self._replies = ReplyStore(file)
        self._identity = identity

    def wrap_model_call(
        self,
        request: ModelRequest[Any],
        handler: Callable[[ModelRequest[Any]], ModelResponse[Any]],
    ) -> ModelResponse[Any]:
        """Gives the kept reply, or calls the model and keeps a usable one."""
        key = self._key(request)
        kept = self._replies.read(key)
        if kept is not None:
            return ModelResponse(result=kept)
        response = handler(request)
        reply = response.result[-1]
        if isinstance(reply, AIMessage) and find_fault(reply) is None:
            self._replies.write(key, response.result)
        return response

    def _key(self, request: ModelRequest[Any]) -> str:
        tools = [
            convert_to_openai_tool(tool) if isinstance(tool, BaseTool) else tool
            for tool in request.tools
        ]
        system = request.system_message.text if request.system_message else ""
        messages = [_meaning(message) for message in request.messages]
        settings = dumps(request.model_settings)
        return request_key([self._identity, system, messages, tools, settings])


def _meaning(message: BaseMessage) -> list[object]:
    """Gives what of a message the model sees; ids and artifacts change from run to run."""
    calls = [
        (call["name"], call["args"])
        for call in (message.tool_calls if isinstance(message, AIMessage) else [])
    ]
    return [message.type, message.content, calls, getattr(message, "status", None)]
