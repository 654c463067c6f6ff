"""The file in which an endpoint's replies are kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.load import dumps
from langchain_core.messages import AIMessage, BaseMessage, messages_from_dict, messages_to_dict
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from foretell.agent.chat_models.reply_faults import find_fault
from foretell.memory.kept_texts import KeptTexts


class ReplyStore:
    """Replies by the digest of their request; threads and processes may share the file.

    Args:
        file: SQLite file of the replies; made when missing.
    """

    def __init__(self, file: Path) -> None:
        self._texts = KeptTexts(file, "replies", "reply")

    def kept_or_new(
        self,
        key: str,
        ask: Callable[[], Sequence[BaseMessage]],
        is_usable: Callable[[AIMessage], bool],
    ) -> list[BaseMessage]:
        """Returns the kept reply of a request, or asks for one and keeps it.

        A reply that cannot be used is neither kept nor taken from the file: asked again, with more
        room, the model may give a better one.

        Args:
            key: The digest of the request.
            ask: Sends it.
            is_usable: Whether a reply can be used, by its last message.
        """
        kept = self._read(key)
        if kept and _ends_well(kept, is_usable):
            return kept
        reply = list(ask())
        if _ends_well(reply, is_usable):
            self._write(key, reply)
        return reply

    def _read(self, key: str) -> list[BaseMessage]:
        """Returns a kept reply, if there is one; it counts no tokens, as none are spent."""
        text = self._texts.read([key]).get(key)
        messages = [] if text is None else messages_from_dict(json.loads(text))
        for message in messages:
            if isinstance(message, AIMessage):
                message.usage_metadata = None
        return messages

    def _write(self, key: str, messages: Sequence[BaseMessage]) -> None:
        self._texts.keep({key: json.dumps(messages_to_dict(messages))})


def _ends_well(messages: Sequence[BaseMessage], is_usable: Callable[[AIMessage], bool]) -> bool:
    return isinstance(messages[-1], AIMessage) and is_usable(messages[-1])


def request_key(request: Sequence[object]) -> str:
    """Hashes everything that can change a reply."""
    whole = json.dumps(request, sort_keys=True, default=str)
    return hashlib.sha256(whole.encode()).hexdigest()


class ResponseCache(AgentMiddleware[Any, Any, Any]):
    """Returns a kept reply where model, settings, tools and messages are all the same.

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
        """Returns the kept reply, or calls the model and keeps a usable one."""
        return ModelResponse(
            result=self._replies.kept_or_new(
                self._key(request),
                lambda: handler(request).result,
                lambda reply: find_fault(reply) is None,
            )
        )

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
    """Returns what of a message the model sees; ids and artifacts change from run to run."""
    calls = [
        (call["name"], call["args"])
        for call in (message.tool_calls if isinstance(message, AIMessage) else [])
    ]
    return [message.type, message.content, calls, getattr(message, "status", None)]
