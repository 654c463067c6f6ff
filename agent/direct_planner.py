"""Runs the embedded planner and its tools one after the other, without a graph.

LangChain's graph is made for chat models: importing it takes longer than a whole answer of the
planner that needs none. What is told, the limits and what a failed tool says are as there.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from pydantic import ValidationError

from foretell.agent.messages import Message, ToolCall, ToolResult
from foretell.agent.planner_events import (
    Finished,
    PlannerEvent,
    TextDelta,
    ToolFinished,
    ToolStarted,
)
from foretell.agent.trajectory import MAX_RESULT_CHARACTERS, is_alike, repeat_note
from foretell.config import Config
from foretell.errors import ToolError, tool_errors
from foretell.tools.texts.marks import as_labels
from foretell.types import Hit, Step

if TYPE_CHECKING:
    from foretell.agent.embedded.model import EmbeddedPlanner
    from foretell.agent.offered_tools import Found, OfferedTool


class DirectPlanner:
    """Answers one question; made anew for each.

    Args:
        model: Says what to look up, and answers.
        tools: What it may call.
        config: Its limits.
    """

    def __init__(
        self, model: EmbeddedPlanner, tools: Sequence[OfferedTool], config: Config
    ) -> None:
        self._model = model
        self._tools = {tool.name: tool for tool in tools}
        self._max_steps = config.max_steps
        self._max_seconds = config.max_seconds

    def run(self, messages: Sequence[Message], *, stream: bool = False) -> Iterator[PlannerEvent]:
        """Yields what happens, ending with `Finished`; the answer line by line only if `stream`.

        Raises:
            ForetellError: If the library or the embedder fails.
        """
        known = [*messages]
        steps: list[Step] = []
        before: list[ToolCall] = []
        began = time.monotonic()
        for turn in itertools.count(1):
            spent = turn >= self._max_steps or time.monotonic() - began >= self._max_seconds
            reply = self._model.reply(known, () if spent else self._tools)
            if not reply.tool_calls:
                lines = reply.text.splitlines(keepends=True) if stream else ()
                yield from (TextDelta(line) for line in lines)
                yield Finished(reply.text, tuple(steps), reply.final)
                return
            known.append(reply)
            for call in reply.tool_calls:
                yield ToolStarted(call["name"], dict(call["args"]))
            for call in reply.tool_calls:
                step, message = self._called(call, before)
                before.append(call)
                steps.append(step)
                known.append(message)
                yield ToolFinished(step)

    def _called(self, call: ToolCall, before: Collection[ToolCall]) -> tuple[Step, ToolResult]:
        """Runs a call; what goes wrong is told to the model."""
        name, arguments = call["name"], dict(call["args"])
        began = time.perf_counter()
        hits: tuple[Hit, ...] | None = None
        try:
            text, hits = self._found(call, before)
        except ToolError as error:
            text = str(error)
        seconds = time.perf_counter() - began
        told = as_labels(text)[:MAX_RESULT_CHARACTERS]
        step = Step(name, arguments, seconds, told, failed=hits is None)
        return step, ToolResult(call["id"], text, hits)

    def _found(self, call: ToolCall, before: Collection[ToolCall]) -> Found:
        """Returns what a tool finds.

        Raises:
            ToolError: If the call was made before, its arguments are out of range, or it fails.
        """
        if any(is_alike(made, call) for made in before):
            raise ToolError(repeat_note(call["name"]))
        tool = self._tools[call["name"]]
        try:
            given = tool.arguments.model_validate(call["args"])
        except ValidationError as error:
            raise ToolError(f"{tool.name} cannot be called so: {error}") from error
        with tool_errors():
            return tool.call(**{name: getattr(given, name) for name in type(given).model_fields})
