"""What the chat models that reply in this process have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from pydantic import PrivateAttr

from foretell.errors import ModelError

Reply = AIMessage | Callable[[Sequence[BaseMessage]], AIMessage]


class LocalChatModel(BaseChatModel):
    """A chat model whose whole reply one method gives; it is streamed line by line."""

    @abstractmethod
    def reply(self, messages: Sequence[BaseMessage]) -> AIMessage:
        """Gives the next message of a conversation."""

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
    """Gives a reply's tool calls and usage as the last piece of a stream."""
    return AIMessageChunk(
        content="",
        tool_calls=reply.tool_calls,
        invalid_tool_calls=reply.invalid_tool_calls,
        usage_metadata=reply.usage_metadata,
        response_metadata=reply.response_metadata,
        chunk_position="last",
    )


class ScriptedModel(LocalChatModel):
    """Gives the replies of a script in order; the last one again and again if `repeat_last`.

    Attributes:
        script: Messages, or functions from the conversation so far to a message.
        repeat_last: Whether the script's end repeats instead of failing.
    """

    script: list[Any]
    repeat_last: bool = False
    _next: int = PrivateAttr(default=0)
    _offered: list[list[str]] = PrivateAttr(default_factory=list[list[str]])

    @property
    def _llm_type(self) -> str:
        return "scripted"

    @property
    def offered_tools(self) -> list[list[str]]:
        """The names of the tools offered at each call that was bound to some."""
        return self._offered

    def bind_tools(
        self, tools: Sequence[Any], **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Notes the tools' names; the script decides what is called."""
        self._offered.append([tool.name for tool in tools if isinstance(tool, BaseTool)])
        return self

    def reply(self, messages: Sequence[BaseMessage]) -> AIMessage:
        """Gives the script's next message.

        Raises:
            ModelError: If all were given and the last is not to be repeated.
        """
        if self._next >= len(self.script) and not (self.repeat_last and self.script):
            raise ModelError(f"the script has {len(self.script)} replies and all were given")
        reply: Reply = self.script[min(self._next, len(self.script) - 1)]
        self._next += 1
        return reply(messages) if callable(reply) else reply
