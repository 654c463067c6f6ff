"""Answers questions about frames through a chat model that accepts pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain.agents import create_agent  # pyright: ignore[reportUnknownVariableType]
from langchain.agents.middleware import AgentMiddleware
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage

from foretell.agent.chat_models.reply_faults import spoken_reply
from foretell.agent.trajectory import Meter
from foretell.errors import SilentModel
from foretell.thoughts import ADVICE, EMPTY
from foretell.tools.vision_models.picture_endpoint import picture_url
from foretell.types import Clip


class EndpointAnswerer:
    """A `PictureAnswerer` that sends every frame as a picture.

    Args:
        model: A chat model that accepts pictures.
        name: What people call it.
        meter: Where its tokens are counted.
        around_model: What stands between this class and the model: cache, error sentences.
    """

    def __init__(
        self,
        model: BaseChatModel,
        name: str,
        meter: Meter,
        around_model: Sequence[AgentMiddleware[Any, Any, Any]] = (),
    ) -> None:
        self.name = name
        self._meter = meter
        self._graph: Any = create_agent(model, [], middleware=list(around_model))

    def most_frames(self, wanted: int) -> int:
        """Returns all."""
        return wanted

    def answer(self, question: str, frames: Clip) -> str:
        """Returns the model's words on one line.

        Raises:
            ModelError: If the model or its endpoint fails, or it was cut off while thinking.
        """
        pictures = [
            {"type": "image_url", "image_url": {"url": picture_url(frame)}} for frame in frames
        ]
        message = HumanMessage([{"type": "text", "text": question}, *pictures])
        reply: AIMessage = self._graph.invoke({"messages": [message]})["messages"][-1]
        self._meter.add(reply)
        spoken = spoken_reply(reply)
        if spoken.silence is not None and spoken.silence != EMPTY:
            raise SilentModel(
                f"the vision model {self.name!r} {spoken.silence}; {ADVICE[spoken.silence]}",
                reply.text,
            )
        return " ".join(spoken.text.split())
