"""What can be asked of a timeline by structure: a subject, an operator, and where to look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from foretell.tools.querying.facts import Subject
from foretell.tools.texts.time_words import Stretch, on_the_clock
from foretell.types import Interval

Operator = Literal[
    "exists", "when", "what", "count", "how long", "how often", "list", "longest", "shortest",
]  # fmt: skip
Part = Literal["beginning", "middle", "end", "first half", "second half"]
_END_SHARE = 0.1
"""Share of a video that its beginning and its end each are, where a question names them."""


@dataclass(frozen=True, slots=True)
class TimelineQuery:
    """A question that a timeline answers by going through it.

    Attributes:
        subject: What is asked for.
        operator: What is to be told of it.
        value: What the facts must hold: a colour, words that are said, how the camera moves;
            empty for any.
        turn: Which one in order of time: 1 for the first, -1 for the last; None for all.
        within: The stretch that is asked about, in seconds or shares; None for the whole video.
        part: The part of the video that is asked about; None for all of it.
    """

    subject: Subject
    operator: Operator
    value: str = ""
    turn: int | None = None
    within: Stretch | None = None
    part: Part | None = None

    def window(self, whole: Interval) -> Interval:
        """Returns the stretch of a video that is asked about; may be empty."""
        start, end = _of_part(self.part, whole)
        if self.within is not None:
            within = on_the_clock(self.within, whole)
            start, end = max(start, within.start), min(end, within.end)
        return Interval(start, max(start, end))


def _of_part(part: Part | None, whole: Interval) -> tuple[float, float]:
    start, end, length = whole.start, whole.end, whole.duration
    match part:
        case "beginning":
            return start, start + _END_SHARE * length
        case "middle":
            return start + length / 3, end - length / 3
        case "end":
            return end - _END_SHARE * length, end
        case "first half":
            return start, start + length / 2
        case "second half":
            return start + length / 2, end
        case None:
            return start, end
