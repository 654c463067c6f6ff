"""Streams the replies of chat models that reply in this process, without an endpoint."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult


class LocalChatModel(BaseChatModel):
    """A chat model whose whole reply one method gives; it is streamed line by line."""

    @abstractmethod
    def reply(self, messages: Sequence[BaseMessage]) -> AIMessage:
        """Returns the next message of a conversation."""

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self.reply(messages))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        reply = self.reply(messages)
        for line in reply.text.splitlines(keepends=True):
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=line))
            if run_manager is not None:
                run_manager.on_llm_new_token(line, chunk=chunk)
            yield chunk
        yield ChatGenerationChunk(message=_all_but_text(reply))


def _all_but_text(reply: AIMessage) -> AIMessageChunk:
    """Returns a reply's tool calls and usage as the last piece of a stream."""
    return AIMessageChunk(
        content="",
        tool_calls=reply.tool_calls,
        invalid_tool_calls=reply.invalid_tool_calls,
        usage_metadata=reply.usage_metadata,
        response_metadata=reply.response_metadata,
        chunk_position="last",
    )
