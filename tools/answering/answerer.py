"""What everything that answers questions with choices can do: embedded, a model, a replay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from foretell.questions import ChoiceAnswer, VideoQuestion
from foretell.types import Event


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
