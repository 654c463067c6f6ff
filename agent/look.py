"""Looks at the frames of an interval again, through a vision model on the endpoint."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from langchain.agents import create_agent  # pyright: ignore[reportUnknownVariableType]
from langchain.agents.middleware import AgentMiddleware
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage
from PIL import Image

from foretell.agent.trajectory import Meter
from foretell.errors import ToolError
from foretell.prompts.loader import load_prompt
from foretell.tools.sampling import fit_within, uniform_times
from foretell.tools.watch import OpenVideo
from foretell.types import Event, Frame, Interval, VideoInfo

MAX_FRAMES = 8
MAX_SIDE = 512


class Looker:
    """Answers a question about a stretch of video from its frames.

    Args:
        model: A chat model that accepts pictures.
        name: Its name, written into the source of what it says.
        open_video: Opens a file whose content hash is known.
        meter: Where its tokens are counted.
        around_model: What stands between this class and the model: cache, error sentences.
    """

    def __init__(
        self,
        model: BaseChatModel,
        name: str,
        open_video: OpenVideo,
        meter: Meter,
        around_model: Sequence[AgentMiddleware[Any, Any, Any]] = (),
    ) -> None:
        self._name = name
        self._open_video = open_video
        self._meter = meter
        self._graph: Any = create_agent(model, [], middleware=list(around_model))

    def look(self, video: VideoInfo, interval: Interval, question: str) -> Event:
        """Gives what the model says it sees, as a caption of what the video has of the interval.

        At most `MAX_FRAMES` frames are sent, spread evenly, their longer side at most `MAX_SIDE`
        pixels.

        Raises:
            VideoError: If the file cannot be decoded any more.
            ModelError: If the model or its endpoint fails.
            ToolError: If the model says nothing.
        """
        shown = Interval(
            max(interval.start, video.interval.start), min(interval.end, video.interval.end)
        )
        frames = self._frames(video, shown)
        text = load_prompt("look").fill(
            count=len(frames), start=shown.start, end=shown.end, question=question
        )
        said = self._ask(text, frames)
        if not said:
            raise ToolError(f"the vision model {self._name!r} said nothing about {shown}")
        return Event(shown, "caption", said, f"look_at:{self._name}")

    def _ask(self, text: str, frames: Sequence[Frame]) -> str:
        """Gives the model's words on one line."""
        pictures = [
            {"type": "image_url", "image_url": {"url": _data_url(frame)}} for frame in frames
        ]
        message = HumanMessage([{"type": "text", "text": text}, *pictures])
        reply: AIMessage = self._graph.invoke({"messages": [message]})["messages"][-1]
        self._meter.add(reply)
        return " ".join(reply.text.split())

    def _frames(self, video: VideoInfo, interval: Interval) -> list[Frame]:
        count = max(1, min(MAX_FRAMES, round(interval.duration * 2)))
        times = uniform_times(interval, count)
        with self._open_video(Path(video.path), video.content_hash) as opened:
            size = fit_within(video.width, video.height, MAX_SIDE)
            return list(opened.frames(times, size=size))


def _data_url(frame: Frame) -> str:
    buffer = BytesIO()
    Image.fromarray(frame.data).save(buffer, "JPEG", quality=85)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"
