"""Looks at the frames of an interval again, through a vision model on the endpoint."""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage
from PIL import Image

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
    """

    def __init__(self, model: BaseChatModel, name: str, open_video: OpenVideo) -> None:
        self._model = model
        self._name = name
        self._open_video = open_video

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
        with self._open_video(Path(video.path), video.content_hash) as opened:
            size = fit_within(video.width, video.height, MAX_SIDE)
            return list(opened.frames(times, size=size))


def _data_url(frame: Frame) -> str:
    buffer = BytesIO()
    Image.fromarray(frame.data).save(buffer, "JPEG", quality=85)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"
