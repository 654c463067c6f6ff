"""Looks at the frames of an interval again, through a model that answers questions about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from foretell.errors import ToolError, VideoError
from foretell.memory.store import Store
from foretell.prompts.loader import load_prompt
from foretell.tools.texts.text_cleaning import kept_line
from foretell.tools.vision_models.picture_answerer import PictureAnswerer
from foretell.tools.watching.sampling import fit_within, uniform_times
from foretell.tools.watching.watch import OpenVideo
from foretell.types import Event, Frame, Interval, VideoInfo

MAX_FRAMES = 8
"""Frames of one look: two a second for up to 4 s; more cost tokens with each."""
MAX_SIDE = 512
"""Pixels of a frame's longer side, which bounds the tokens it costs."""

TimedFrame = tuple[float, Frame]
"""A frame and the time in seconds that it was wanted for."""


class FrameInspector:
    """Answers questions about stretches of video from their frames, and remembers the answers.

    Args:
        answerer: Sees the frames.
        open_video: Opens a file whose content hash is known.
        store: Keeps what was answered.
    """

    def __init__(self, answerer: PictureAnswerer, open_video: OpenVideo, store: Store) -> None:
        self._answerer = answerer
        self._open_video = open_video
        self._store = store

    def look(self, video: VideoInfo, interval: Interval, question: str) -> Event:
        """Returns what the model says it sees, as a kept event of kind "look".

        At most `MAX_FRAMES` frames are shown, spread evenly, their longer side at most `MAX_SIDE`
        pixels. The event covers what could be decoded of the interval. What the model was asked
        before about the same stretch is answered from memory.

        Raises:
            VideoError: If no frame of the interval can be decoded.
            ModelError: If the model or its endpoint fails.
            ToolError: If the model says nothing.
        """
        question = " ".join(question.split())
        wanted = Interval(
            max(interval.start, video.interval.start), min(interval.end, video.interval.end)
        )
        frames, seen = self._see(video, wanted)
        known = self._known(video, seen, question)
        return known or self._ask(video, seen, question, frames)

    @property
    def _source(self) -> str:
        return f"look_at:{self._answerer.name}"

    def _see(self, video: VideoInfo, wanted: Interval) -> tuple[list[Frame], Interval]:
        """Returns frames of an interval, and how much of it they stand for."""
        count = max(1, min(MAX_FRAMES, round(wanted.duration * 2)))
        times = uniform_times(wanted, self._answerer.most_frames(count))
        size = fit_within(video.width, video.height, MAX_SIDE)
        with self._open_video(video.file, video.content_hash) as opened:
            got = _longest_run(zip(times, opened.frames(times, size=size), strict=False), wanted)
        if not got:
            raise VideoError(
                f"{video.path!r} is damaged: none of its frames in {wanted} can be decoded"
            )
        return [frame for _, frame in got], _stood_for(got, wanted.duration / len(times))

    def _known(self, video: VideoInfo, seen: Interval, question: str) -> Event | None:
        """Returns what this model answered to the same question about the same stretch."""
        looks = self._store.events(video.content_hash, within=seen, kinds=["look"])
        return next(
            (
                look
                for look in looks
                if look.source == self._source
                and look.interval == seen
                and look.text.startswith(look_prefix(question))
            ),
            None,
        )

    def _ask(
        self, video: VideoInfo, seen: Interval, question: str, frames: Sequence[Frame]
    ) -> Event:
        """Asks the model and keeps what it says."""
        text = load_prompt("look").fill(
            count=len(frames),
            start=round(seen.start, 1),
            end=round(seen.end, 1),
            question=question,
        )
        reply = self._answerer.answer(text, frames)
        if not reply:
            raise ToolError(f"the vision model {self._answerer.name!r} said nothing about {seen}")
        self._store.begin_track(video.content_hash, self._source, "")
        look = Event(seen, "look", f"{look_prefix(question)}{kept_line(reply)}", self._source)
        return self._store.append_event(video.content_hash, look)


def look_prefix(question: str) -> str:
    """Returns how the text of a look begins: an answer alone would say more than was asked."""
    return f'Asked "{" ".join(question.split())}": '


def _longest_run(frames: Iterable[TimedFrame], wanted: Interval) -> list[TimedFrame]:
    """Returns the longest run without a gap: damage may leave an old frame standing, or a later."""
    runs: list[list[TimedFrame]] = [[]]
    for time, frame in frames:
        if time < frame.lost_from_seconds and frame.pts_seconds < wanted.end:
            runs[-1].append((time, frame))
        else:
            runs.append([])
    return max(runs, key=len)


def _stood_for(got: Sequence[TimedFrame], part_seconds: float) -> Interval:
    """Returns from where to where frames show a video, each in the middle of a part of it."""
    (first, frame), (last, _) = got[0], got[-1]
    start = frame.pts_seconds if frame.pts_seconds > first else first - part_seconds / 2
    return Interval(start, last + part_seconds / 2)
