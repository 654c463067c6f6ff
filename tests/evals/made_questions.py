"""Made-up questions with choices, as the files of the sets that they could be from."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from foretell.evals.answering.sets import QuestionSet
from foretell.questions import ChoiceAnswer, VideoQuestion
from foretell.types import Event, Interval

COLUMNS = (
    *("video", "frame_count", "width", "height", "question", "answer", "qid", "type"),
    *("a0", "a1", "a2", "a3", "a4"),
)
ROWS = (
    ("v1", 90, 64, 48, "why does the girl run", 2, 0, "CW", "a", "bb", "ccc", "d", "e"),
    ("v1", 90, 64, 48, "what does she do after", 0, 1, "TN", "sit", "fall", "jump", "eat", "cry"),
    ("v2", 60, 64, 48, "how many dogs are there", 1, 0, "DC", "one", "two", "six", "ten", "no"),
)
CAPTIONS = {
    "v1": ["a girl runs", "a girl runs", "a girl sits on a chair"],
    "v2": ["two dogs sleep", "a dog wakes up", "a dog eats"],
}


def write_table(file: Path, rows: Iterable[Sequence[object]] = ROWS, video: str = "video") -> Path:
    """Writes NExT-QA's table, whose column of the video has another name elsewhere."""
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([(video, *COLUMNS[1:]), *rows])
    return file


def write_captions(file: Path, captions: Mapping[str, object] | None = None) -> Path:
    """Writes lists with a caption a second."""
    file.write_text(json.dumps(CAPTIONS if captions is None else captions), encoding="utf-8")
    return file


def events(*texts: str) -> tuple[Event, ...]:
    """Gives a caption a second."""
    return tuple(
        Event(Interval(second, second + 1.0), "caption", text, "made")
        for second, text in enumerate(texts)
    )


def question(
    name: str,
    video: str = "v",
    answer: int | None = 0,
    kind: str = "",
    spans: tuple[Interval, ...] = (),
    duration_seconds: float | None = None,
) -> VideoQuestion:
    """Gives a question with four choices."""
    return VideoQuestion(
        id=name,
        video=video,
        text=f"what is {name}",
        choices=("first", "second", "third", "the fourth"),
        answer=answer,
        kind=kind,
        duration_seconds=duration_seconds,
        spans=spans,
    )


def question_set(*questions: VideoQuestion, **captions: tuple[Event, ...]) -> QuestionSet:
    """Gives a set of a name of its own."""
    return QuestionSet("made", questions, captions)


class Always:
    """Gives the same answer to every question, and keeps what it was shown."""

    def __init__(self, *answers: ChoiceAnswer) -> None:
        self._answers = answers
        self.shown: list[Mapping[str, Sequence[Event]]] = []
        self.asked: list[VideoQuestion] = []

    def answer(
        self, questions: Sequence[VideoQuestion], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[ChoiceAnswer]:
        """Gives the answers in turn."""
        self.shown.append(captions)
        for number, one in enumerate(questions):
            self.asked.append(one)
            yield self._answers[number % len(self._answers)]
