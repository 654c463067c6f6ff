"""The graph in which a model and the tools answer a question, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from langchain.agents import create_agent  # pyright: ignore[reportUnknownVariableType]
from langchain.agents.middleware import AgentMiddleware
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, AnyMessage, ToolMessage
from langchain_core.tools import BaseTool
from langsmith import tracing_context  # pyright: ignore[reportUnknownVariableType]

from foretell.agent.chat_models.echoes import without_echoes
from foretell.agent.messages import Message, as_langchain
from foretell.agent.middleware import (
    Budget,
    FewCalls,
    Recorder,
    RepeatGuard,
    ReplyRepair,
    ToolErrors,
)
from foretell.agent.planner_events import (
    Finished,
    PlannerEvent,
    TextDelta,
    ToolFinished,
    ToolStarted,
)
from foretell.agent.trajectory import Meter
from foretell.config import Config
from foretell.errors import ModelError, NoTools, argument
from foretell.thoughts import without_thoughts


class Planner:
    """Answers one question; made anew for each.

    Args:
        model: Any chat model that can call tools.
        tools: What it may call.
        system_prompt: What it is told first.
        meter: Where its tokens are counted.
        config: Its limits.
        around_model: What stands between the graph and this model: cache, error sentences.
    """

    def __init__(
        self,
        model: BaseChatModel,
        tools: Sequence[BaseTool],
        system_prompt: str,
        meter: Meter,
        config: Config,
        around_model: Sequence[AgentMiddleware[Any, Any, Any]] = (),
    ) -> None:
        self._model = model
        self._recorder = Recorder()
        self._tracing = config.tracing
        budget = Budget(
            meter,
            max_steps=config.max_steps,
            max_tokens=config.max_tokens,
            max_seconds=config.max_seconds,
        )
        # create_agent's own recursion limit is 9999; the budget ends a loop long before this one.
        self._config: Any = {"recursion_limit": 4 * config.max_steps + 8}
        self._graph: Any = create_agent(
            model,
            list(tools),
            system_prompt=system_prompt,
            middleware=[
                budget,
                ReplyRepair(meter),
                FewCalls(),
                *around_model,
                self._recorder,
                RepeatGuard(),
                ToolErrors(),
            ],
        )

    def run(self, messages: Sequence[Message], *, stream: bool = False) -> Iterator[PlannerEvent]:
        """Yields what happens, ending with `Finished`; pieces of text only if `stream`.

        Raises:
            NoTools: If the model can be given none.
            ForetellError: If the model, its endpoint or a limit ends the question.
        """
        if type(self._model).bind_tools is BaseChatModel.bind_tools:
            raise NoTools(
                f"{type(self._model).__name__} can be given no tools, as it has no bind_tools of "
                f"its own; ask with {argument('strategy', 'one-call')}, or give another chat model"
            )
        modes = ["updates", "messages"] if stream else ["updates"]
        last: AIMessage | None = None
        with tracing_context(enabled=None if self._tracing else False):
            for mode, part in self._graph.stream(
                {"messages": as_langchain(messages)}, self._config, stream_mode=modes
            ):
                if mode == "messages":
                    yield from _text(part)
                    continue
                for message in _new_messages(part):
                    if isinstance(message, AIMessage):
                        last = message
                    yield from self._events(message)
        if last is None or last.tool_calls:
            raise ModelError("the model stopped without an answer; try again or another model")
        yield Finished(without_echoes(without_thoughts(last.text)), self._recorder.steps)

    def _events(self, message: AnyMessage) -> Iterator[PlannerEvent]:
        """Yields an event for each tool call that starts or ends."""
        if isinstance(message, AIMessage):
            for call in message.tool_calls:
                yield ToolStarted(call["name"], dict(call["args"]))
        elif isinstance(message, ToolMessage):
            step = self._recorder.step(message.tool_call_id)
            if step is not None:
                yield ToolFinished(step)


def _text(part: tuple[Any, dict[str, Any]]) -> Iterator[TextDelta]:
    """Yields the text of a piece that the model streamed; tool results stream too."""
    message, metadata = part
    from_model = metadata.get("langgraph_node") == "model"
    if from_model and isinstance(message, AIMessageChunk) and message.text:
        yield TextDelta(message.text, message.id or "")


def _new_messages(update: dict[str, Any]) -> Iterator[AnyMessage]:
    """Yields the messages that the graph's nodes added in one step."""
    for change in update.values():
        if change:
            yield from change.get("messages", ())
