"""TOMATO's questions about how things move.

Shangguan et al., "TOMATO: Assessing visual temporal reasoning capabilities in multimodal
foundation models", ICLR 2025.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from foretell.errors import DatasetError
from foretell.evals.datasets.question_files import choice_place, unique_questions
from foretell.questions import VideoQuestion
from foretell.tools.texts.annotation_file import read_annotations

FILES = ("*.json",)


class _Question(BaseModel):
    question: str
    options: list[str]
    answer: int
    key: str


def load_tomato(path: Path) -> list[VideoQuestion]:
    """Returns the questions of a file, or of each file in a folder; a file is a type of question.

    Raises:
        DatasetError: If there is no file, or one holds something else.
    """
    files = sorted(path.glob(*FILES)) if path.is_dir() else [path]
    if not files:
        raise DatasetError(
            f"{str(path)!r} holds no .json file; give TOMATO's folder 'data', or one of its files"
        )
    return unique_questions(path, (question for file in files for question in _questions(file)))


def _questions(file: Path) -> Iterator[VideoQuestion]:
    for number, node in read_annotations(file).entries().items():
        parsed = node.parse(_Question)
        yield VideoQuestion(
            id=f"{file.stem}_{number}",
            video=parsed.key,
            text=parsed.question,
            choices=tuple(parsed.options),
            answer=choice_place(node, str(parsed.answer), parsed.options),
            kind=file.stem,
        )
