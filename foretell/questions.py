"""Questions with choices about videos, and what is answered to them."""

from __future__ import annotations

from dataclasses import dataclass, field

from foretell.types import Interval, Usage


@dataclass(frozen=True, slots=True)
class VideoQuestion:
    """A question about one video, with choices.

    Attributes:
        id: Its name in the set that it is from.
        video: The name of the video there.
        text: The question.
        choices: The answers to choose from, at least two.
        answer: Place of the right choice; None where it is not known.
        kind: The set's own type of question, such as "CW"; empty where it has none.
        duration_seconds: How long the video is; None where the set does not say.
        spans: What of the video shows the right answer; empty where the set does not say.
    """

    id: str
    video: str
    text: str
    choices: tuple[str, ...]
    answer: int | None = None
    kind: str = ""
    duration_seconds: float | None = None
    spans: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class ChoiceAnswer:
    """What is answered to a question with choices.

    Attributes:
        choice: Place of the choice; None where none could be read from what the model said, or
            where it abstained.
        probabilities: That each choice is right, adding up to 1; empty where nothing tells it.
        span: What of the video supports the answer; None where nothing does.
        reply: What the model said, word for word; empty where none was asked.
        usage: What it took.
    """

    choice: int | None
    probabilities: tuple[float, ...] = ()
    span: Interval | None = None
    reply: str = ""
    usage: Usage = field(default_factory=Usage)

    @property
    def confidence(self) -> float | None:
        """The probability of the choice; None where it is not told."""
        if self.choice is None or not self.probabilities:
            return None
        return self.probabilities[self.choice]
