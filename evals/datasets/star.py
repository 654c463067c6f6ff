"""STAR's questions about situations, each of which is a part of a Charades video.

Wu et al., "STAR: A benchmark for situated reasoning in real-world videos", NeurIPS 2021 Datasets
and Benchmarks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, field_validator

from foretell.evals.datasets.question_files import (
    choice_place,
    found_file,
    place_of_text,
    unique_questions,
)
from foretell.json_values import parse_python
from foretell.questions import VideoQuestion
from foretell.tools.texts.annotation_file import Node, read_annotations
from foretell.types import Event, Interval

FILES = ("STAR_{split}.json", "star_{split}_queries.csv", "star_{split}_queries.csv.gz")


class _Choice(BaseModel):
    choice: str


class _Question(BaseModel):
    question_id: str
    question: str
    video_id: str
    start: float
    end: float
    choices: list[_Choice]
    answer: str | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(choice.choice for choice in self.choices)


class _Query(BaseModel):
    """A question in the table that TraveLER made of the official file."""

    question_id: str
    question: str = Field(alias="query")
    video_id: str = Field(alias="video_name")
    start: float
    end: float
    texts: Annotated[tuple[str, ...], BeforeValidator(parse_python)] = Field(
        alias="possible_answers"
    )
    answer: str | None = None

    @field_validator("video_id")
    @classmethod
    def _without_ending(cls, name: str) -> str:
        return name.removesuffix(".mp4")


def load_star(path: Path, split: str = "val") -> list[VideoQuestion]:
    """Returns the questions of a split; each is about its situation, such as "8BSG7@17.3-24".

    Args:
        path: `STAR_val.json` or another split, TraveLER's table `star_val_queries.csv`, or a folder
            that holds one of them.
        split: Which file of a folder.

    Raises:
        DatasetError: If the file is not there, or holds something else.
    """
    file = found_file(path, *FILES, split=split)
    return unique_questions(file, (_question(node) for node in read_annotations(file).items()))


def situation_captions(
    questions: Iterable[VideoQuestion], captions: Mapping[str, Sequence[Event]]
) -> dict[str, tuple[Event, ...]]:
    """Returns the captions of each situation, so that nothing after it gives away what follows.

    Args:
        questions: Whose videos are named by `load_star`.
        captions: Of whole videos, by the video's name.

    Returns:
        What overlaps each situation, cut to it, on a clock that starts with it.
    """
    situations = {question.video for question in questions}
    return {
        situation: _cut(captions[video], window)
        for situation in sorted(situations)
        for video, window in [_taken_apart(situation)]
        if video in captions
    }


def _taken_apart(situation: str) -> tuple[str, Interval]:
    video, _, window = situation.rpartition("@")
    start, _, end = window.partition("-")
    return video, Interval(float(start), float(end))


def _cut(events: Iterable[Event], window: Interval) -> tuple[Event, ...]:
    return tuple(
        replace(
            event,
            interval=Interval(
                max(event.interval.start, window.start) - window.start,
                min(event.interval.end, window.end) - window.start,
            ),
        )
        for event in events
        if event.interval.overlaps(window)
    )


def _question(node: Node) -> VideoQuestion:
    is_query = "possible_answers" in node.fields()
    parsed = node.parse(_Query) if is_query else node.parse(_Question)
    if not 0.0 <= parsed.start <= parsed.end:
        raise node.error(f"lasts from {parsed.start} to {parsed.end}; give the earlier time first")
    return VideoQuestion(
        id=parsed.question_id,
        video=f"{parsed.video_id}@{parsed.start:g}-{parsed.end:g}",
        text=parsed.question,
        choices=parsed.texts,
        answer=None if parsed.answer is None else _place(node, parsed.answer, parsed.texts),
        kind=parsed.question_id.split("_")[0],
        duration_seconds=parsed.end - parsed.start,
    )


def _place(node: Node, answer: str, choices: Sequence[str]) -> int:
    """Reads an answer in words, as the official file has it, or a place, as the table has it."""
    read = choice_place if answer.isdecimal() else place_of_text
    return read(node, answer, choices)
