"""Reads the choices that somebody's model made, in the forms in which they are published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from foretell.evals.replay import StoredReplies, name_of_row, read_replies
from foretell.thoughts import without_thoughts
from foretell.tools.answering.choice_parsing import read_choice
from foretell.tools.texts.annotation_file import Node

_VIDEOS = ("video", "video_id", "vid")
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
        """Returns the choice as a place from 0, as 1, "1", "B" or "(b) a dog" are written.

        A text is read as a model's reply, without its thoughts.

        Returns:
            None where it is negative, or a reply that names no choice.

        Raises:
            DatasetError: If it is a number past the last choice.
        """
        value = self.value
        if isinstance(value, str):
            value = without_thoughts(value)
        if isinstance(value, str) and not value.isdecimal():
            return read_choice(value, choices)
        number = int(value) if isinstance(value, int | str) and not isinstance(value, bool) else -1
        if number >= len(choices):
            raise self.node.error(f"chooses {number}; give 0 to {len(choices) - 1}")
        return number if number >= 0 else None


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
