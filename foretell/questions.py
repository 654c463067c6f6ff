"""Questions with choices about videos, what is answered to them, and who can answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from foretell.types import Event, Interval, Usage


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
        failure: Why the model did not answer; empty where it did.
        unanswered: Whether its time or its tokens ran out, so that who goes on asks again; where
            there is a failure and this is false, it refused for good.
    """

    choice: int | None
    probabilities: tuple[float, ...] = ()
    span: Interval | None = None
    reply: str = ""
    usage: Usage = field(default_factory=Usage)
    failure: str = ""
    unanswered: bool = False

    @property
    def confidence(self) -> float | None:
        """The probability of the choice; None where it is not told."""
        if self.choice is None or not self.probabilities:
            return None
        return self.probabilities[self.choice]


class Answerer(Protocol):
    """Chooses among the answers to questions, from the text of their videos."""

    def answer(
        self, questions: Sequence[VideoQuestion], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[ChoiceAnswer]:
        """Gives an answer to every question, in their order, each as soon as it is there.

        Args:
            questions: Of any videos, in any order.
            captions: What each video shows, as events in order of time, by the video's name; a
                question of a video that is not there is answered without.
        """
        ...
