"""Looks at the frames of an interval again, through a vision model on the endpoint."""

from __future__ import annotations

import base64
from io import BytesIO

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage
from PIL import Image

from foretell.errors import ToolError
from foretell.prompts.loader import load_prompt
from foretell.tools.sampling import fit_within, uniform_times
from foretell.tools.video import DecodeLimits, VideoBackend, open_video
from foretell.types import Event, Frame, Interval, VideoInfo

MAX_FRAMES = 8
MAX_SIDE = 512


class Looker:
    """Answers a question about a stretch of video from its frames.

    Args:
        model: A chat model that accepts pictures.
        name: Its name, written into the source of what it says.
        backend: Which library decodes.
        limits: What a file may cost.
        isolate: Whether to decode in a process of its own.
    """

    def __init__(
        self,
        model: BaseChatModel,
        name: str,
        *,
        backend: VideoBackend = "pyav",
        limits: DecodeLimits | None = None,
        isolate: bool = True,
    ) -> None:
        self._model = model
        self._name = name
        self._backend: VideoBackend = backend
        self._limits = limits or DecodeLimits()
        self._isolate = isolate

    def look(self, video: VideoInfo, interval: Interval, question: str) -> Event:
        """Gives what the model says it sees, as a caption of that interval.

        At most `MAX_FRAMES` frames are sent, spread evenly, their longer side `MAX_SIDE` pixels.

        Raises:
            VideoError: If the file cannot be decoded any more.
            ToolError: If the model says nothing.
        """
        frames = self._frames(video, interval)
        text = load_prompt("look").fill(
            count=len(frames), start=interval.start, end=interval.end, question=question
        )
        pictures = [
            {"type": "image_url", "image_url": {"url": _data_url(frame)}} for frame in frames
        ]
        reply = self._model.invoke([HumanMessage([{"type": "text", "text": text}, *pictures])])
        said = " ".join(reply.text.split())
        if not said:
            raise ToolError(f"the vision model {self._name!r} said nothing about {interval}")
        return Event(interval, "caption", said, f"look_at:{self._name}")

    def _frames(self, video: VideoInfo, interval: Interval) -> list[Frame]:
        count = max(1, min(MAX_FRAMES, round(interval.duration * 2)))
        times = uniform_times(interval, count)
        with open_video(
            video.path,
            backend=self._backend,
            limits=self._limits,
            isolate=self._isolate,
            content_hash=video.content_hash,
        ) as opened:
            size = fit_within(video.width, video.height, MAX_SIDE)
            return list(opened.frames(times, size=size))


def _data_url(frame: Frame) -> str:
    buffer = BytesIO()
    Image.fromarray(frame.data).save(buffer, "JPEG", quality=85)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"
