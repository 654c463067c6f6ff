"""Answers that somebody gave earlier, as an answerer like any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from foretell.evals.scoring.choice_files import GivenChoice, read_choices
from foretell.questions import ChoiceAnswer, VideoQuestion
from foretell.tools.texts.annotation_file import Node
from foretell.types import Event, Interval, Usage


class ReplayAnswerer:
    """Gives the answers of a file: completions in free words are read, places of choices taken.

    Args:
        file: What was answered, in a form that `read_choices` reads, such as the
            `predictions.jsonl` of a run folder.

    Raises:
        DatasetError: If the file cannot be read, or is in no known form.
    """

    def __init__(self, file: Path) -> None:
        self._given = read_choices(file)

    def answer(
        self, questions: Sequence[VideoQuestion], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[ChoiceAnswer]:
        """Yields the answers in the order of the questions.

        Raises:
            DatasetError: If the file holds none of a question.
        """
        for question in questions:
            yield _answer(self._given.of(question.id), question.choices)


def _answer(given: GivenChoice, choices: Sequence[str]) -> ChoiceAnswer:
    fields = given.node.fields()
    said = fields.get("reply", given.value)
    return ChoiceAnswer(
        choice=given.place(choices),
        span=_span(given.node, fields.get("span")),
        reply="" if said is None else str(said),
        usage=Usage(cost=0.0),
    )


def _span(node: Node, written: object) -> Interval | None:
    if written is None:
        return None
    try:
        start, end = (float(str(one.value)) for one in replace(node, value=written).items())
        return Interval(start, end)
    except ValueError as error:
        raise node.error(f"field 'span' is {written!r}; give [start, end] in seconds") from error
