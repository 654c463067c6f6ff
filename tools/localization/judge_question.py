"""What a judge of moments is shown and asked."""

from __future__ import annotations

from collections.abc import Sequence

from foretell.errors import VideoError
from foretell.prompts.loader import load_prompt
from foretell.tools.decoding.video import Video
from foretell.tools.watching.sampling import fit_within, uniform_times
from foretell.types import Frame, Interval

MAX_SIDE = 640


def times_around(moment: Interval, context: Interval, count: int) -> list[float]:
    """Gives times in seconds spread over the context, ascending, one in the moment at least."""
    times = uniform_times(context, count)
    (middle,) = uniform_times(moment, 1)
    if count > 1 and any(moment.start <= time < moment.end for time in times):
        return times
    nearest = min(times, key=lambda time: abs(time - middle))
    return sorted(middle if time == nearest else time for time in times)


def shown_around(
    video: Video, moment: Interval, context: Interval, count: int
) -> tuple[list[Frame], list[float]]:
    """Gives frames spread over the context, and the times that they are shown at, in seconds.

    Raises:
        VideoError: If the video cannot be decoded.
    """
    times = times_around(moment, context, count)
    size = fit_within(video.info.width, video.info.height, MAX_SIDE)
    clip = list(video.frames(times, size=size))
    return clip, times[: len(clip)]


def judge_question(text: str, moment: Interval, times: Sequence[float], video: str) -> str:
    """Asks whether something happens in those pictures that lie in the moment.

    Args:
        text: What is said to happen.
        moment: When it is said to happen.
        times: When the pictures are shown, in seconds, ascending.
        video: The video's name, for the error.

    Raises:
        VideoError: If no picture lies in the moment.
    """
    inside = [number for number, time in enumerate(times, 1) if moment.start <= time < moment.end]
    if not inside:
        raise VideoError(f"no frame of {video!r} in {moment} can be decoded")
    first, last = inside[0], inside[-1]
    shown = f"picture {first}" if first == last else f"pictures {first} to {last}"
    return load_prompt("judge_moment").fill(text=text, shown=shown, count=len(times))
