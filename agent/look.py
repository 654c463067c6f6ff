"""Looks at the frames of an interval again, through a model that answers questions about them."""

from __future__ import annotations

from pathlib import Path

from foretell.errors import ToolError
from foretell.prompts.loader import load_prompt
from foretell.tools.picture_answerer import PictureAnswerer
from foretell.tools.sampling import fit_within, uniform_times
from foretell.tools.watch import OpenVideo
from foretell.types import Event, Frame, Interval, VideoInfo

MAX_FRAMES = 8
MAX_SIDE = 512


class Looker:
    """Answers a question about a stretch of video from its frames.

    Args:
        answerer: Sees the frames.
        open_video: Opens a file whose content hash is known.
    """

    def __init__(self, answerer: PictureAnswerer, open_video: OpenVideo) -> None:
        self._answerer = answerer
        self._open_video = open_video

    def look(self, video: VideoInfo, interval: Interval, question: str) -> Event:
        """Gives what the model says it sees, as a caption of what the video has of the interval.

        At most `MAX_FRAMES` frames are shown, spread evenly, their longer side at most `MAX_SIDE`
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
        said = self._answerer.answer(text, frames)
        name = self._answerer.name
        if not said:
            raise ToolError(f"the vision model {name!r} said nothing about {shown}")
        return Event(shown, "caption", said, f"look_at:{name}")

    def _frames(self, video: VideoInfo, interval: Interval) -> list[Frame]:
        wanted = max(1, min(MAX_FRAMES, round(interval.duration * 2)))
        times = uniform_times(interval, self._answerer.most_frames(wanted))
        with self._open_video(Path(video.path), video.content_hash) as opened:
            size = fit_within(video.width, video.height, MAX_SIDE)
            return list(opened.frames(times, size=size))
