"""Reads the choices that somebody's model made, in the forms in which they are published."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from foretell.evals.replay import StoredReplies, name_of_row, read_replies
from foretell.patterns import LazyPattern
from foretell.thoughts import without_thoughts
from foretell.tools.answering.choice_parsing import read_choice
from foretell.tools.texts.annotation_file import Node

_VIDEOS = ("video", "video_id", "vid")
_NUMBER = LazyPattern(r"\s*\d{1,15}(?:\.0*)?\s*")
"""A number as a table has it: pandas writes 2 as 2.0 as soon as one of a column is missing."""
_FARTHEST = 10**15
"""A number that is no place among choices, and that a float holds."""
_CHOICES = ("prediction", "pred", "choice", "response")


@dataclass(frozen=True, slots=True)
class GivenChoice:
    """What a file of predictions says of a question.

    Attributes:
        node: Where it stands.
        value: The choice as it is written.
        claimed: The right choice as the file has it, None where it does not repeat it.
    """

    node: Node
    value: object
    claimed: object = None

    def place(self, choices: Sequence[str]) -> int | None:
        """Returns the choice as a place from 0, as 1, 1.0, "1", "B" or "(b) a dog" are written.

        A text is read as a model's reply, without its thoughts.

        Returns:
            None where it is negative, empty or NaN, or a reply that names no choice.

        Raises:
            DatasetError: If it is a number past the last choice, or between two.
        """
        said = without_thoughts(self.value) if isinstance(self.value, str) else self.value
        number = _number(said)
        if number is None:
            return read_choice(said, choices) if isinstance(said, str) else None
        if math.isnan(number) or number < 0.0:
            return None
        if number >= len(choices) or not number.is_integer():
            raise self.node.error(f"chooses {number:g}; give 0 to {len(choices) - 1}")
        return int(number)

    @property
    def agrees(self) -> bool | None:
        """Whether the choice is what the file has as right, None where it does not repeat that.

        As NExT-QA's, NExT-GQA's and IntentQA's scripts compare them: as they are written.
        """
        return None if self.claimed is None else self.value == self.claimed


def _number(value: object) -> float | None:
    """Returns the number that a value is or writes, None for anything else."""
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(max(-_FARTHEST, min(value, _FARTHEST))) if isinstance(value, int) else value


def read_choices(path: Path) -> StoredReplies[GivenChoice]:
    """Returns the choice of each question by its name.

    A JSON object from names to choices, or to objects with 'prediction' (and 'answer', the right
    one), or with 'answer' (and 'label', the right one); or JSON lines or a table with such fields,
    beside 'id', 'idx', 'q_uid', or 'video' and 'qid'.

    Raises:
        DatasetError: If the file cannot be read, or an object or a row lacks a field.
    """
    return read_replies(path, "question", _given, name_of=_name)


def _name(row: Node) -> str:
    """Returns the name of a row's question; 'qid' numbers the questions of a video."""
    fields = row.fields()
    name = name_of_row(row, "question")
    video = next((fields[key] for key in _VIDEOS if key in fields), None)
    return f"{video}_{name}" if video is not None and "qid" in fields else name


def _given(node: Node) -> GivenChoice:
    fields = node.fields()
    if not fields:
        return GivenChoice(node, node.value)
    for key in _CHOICES:
        if key in fields:
            return GivenChoice(node, fields[key], fields.get("answer"))
    if "answer" in fields:
        return GivenChoice(node, fields["answer"], fields.get("label"))
    raise node.error(f"holds no choice; give one of the fields {', '.join(_CHOICES)}, answer")
