"""What the embedded planner is about to answer."""

from __future__ import annotations

from dataclasses import dataclass

from foretell.types import AnswerStatus, Hit


@dataclass(frozen=True, slots=True)
class DraftAnswer:
    """An answer with marks in its text.

    Attributes:
        text: The answer in words.
        choice: Index into the choices, or None.
        confidence: In [0, 1], or None.
        rests_on: What of the timeline answers, the best first; empty where nothing does.
        status: Whether the timeline answers, or nothing is there, or nobody looked.
    """

    text: str
    choice: int | None = None
    confidence: float | None = None
    rests_on: tuple[Hit, ...] = ()
    status: AnswerStatus = "answered"
