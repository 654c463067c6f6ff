"""Windows of steps, cut from demonstrations as PDPP cuts them.

Wang et al., "PDPP: Projected diffusion for procedure planning in instructional videos", CVPR 2023.
A window is every run of T consecutive steps of a video. A video with fewer steps gives one window,
its first step repeated in front.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from foretell.plans import Demonstration
from foretell.tools.planning.length_model import cut_windows
from foretell.types import Interval


@dataclass(frozen=True, slots=True)
class ProcedureWindow:
    """T consecutive steps of a video.

    Attributes:
        key: Names the window in its dataset.
        video: Names the video.
        task: What the video shows.
        steps: (T,) in order.
        intervals: When each is, in seconds.
    """

    key: str
    video: str
    task: str
    steps: tuple[str, ...]
    intervals: tuple[Interval, ...]


def procedure_windows(
    demonstrations: Iterable[Demonstration], length: int
) -> tuple[ProcedureWindow, ...]:
    """Returns every window of some demonstrations, in their order and in that of time."""
    return tuple(
        ProcedureWindow(
            f"{demonstration.video}_{number}",
            demonstration.video,
            demonstration.task,
            tuple(demonstration.steps[place] for place in places),
            tuple(demonstration.intervals[place] for place in places if demonstration.intervals),
        )
        for demonstration in demonstrations
        for number, places in enumerate(
            cut_windows(range(len(demonstration.steps)), length, pad=True)
        )
    )
