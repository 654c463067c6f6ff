"""Gives scripted replies in place of a chat model, for tests, examples and notebooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from pydantic import PrivateAttr

from foretell.agent.chat_models.local_model import LocalChatModel
from foretell.errors import ModelError

Reply = AIMessage | Callable[[Sequence[BaseMessage]], AIMessage]


class ScriptedModel(LocalChatModel):
    """Returns the replies of a script in order; the last one again and again if `repeat_last`.

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
        """Returns the script's next message.

        Raises:
            ModelError: If all were given and the last is not to be repeated.
        """
        if self._next >= len(self.script) and not (self.repeat_last and self.script):
            raise ModelError(f"the script has {len(self.script)} replies and all were given")
        reply: Reply = self.script[min(self._next, len(self.script) - 1)]
        self._next += 1
        return reply(messages) if callable(reply) else reply
