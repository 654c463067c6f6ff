"""NExT-QA's multiple-choice questions, and the table that its kin are written in too.

Xiao et al., "NExT-QA: Next phase of question-answering to explaining temporal actions", CVPR 2021.
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import AliasChoices, BaseModel, Field, TypeAdapter, ValidationError

from foretell.errors import DatasetError
from foretell.evals.datasets.question_files import choice_place, split_file, unique_questions
from foretell.questions import VideoQuestion
from foretell.tools.texts.annotation_file import Node, read_annotations
from foretell.tools.texts.text_file import read_text

DURATIONS = "durations.json"

_SECONDS = TypeAdapter(dict[str, float])


class Row(BaseModel):
    """A question as NExT-QA, IntentQA and NExT-GQA write it down."""

    video: str = Field(validation_alias=AliasChoices("video", "video_id"))
    question: str
    answer: str
    qid: str
    type: str
    a0: str
    a1: str
    a2: str
    a3: str
    a4: str

    @property
    def id(self) -> str:
        """Its name in the files of predictions."""
        return f"{self.video}_{self.qid}"

    @property
    def choices(self) -> tuple[str, ...]:
        """The five answers to choose from."""
        return self.a0, self.a1, self.a2, self.a3, self.a4


def load_nextqa(path: Path, split: str = "val") -> list[VideoQuestion]:
    """Gives the questions of a split.

    Args:
        path: A table, or a folder that holds `val.csv` or `test.csv`; a `durations.json` beside it
            says how many seconds each video lasts.
        split: Which table of a folder.

    Raises:
        DatasetError: If the file is not there, or is no such table.
    """
    file = split_file(path, split)
    return numbered_questions(file, read_durations(file.with_name(DURATIONS)))


def numbered_questions(file: Path, durations: dict[str, float]) -> list[VideoQuestion]:
    """Gives the questions of a table whose answers are places among the choices.

    Raises:
        DatasetError: If the file is no such table, or an answer is no place.
    """
    return unique_questions(file, (_question(node, durations) for node in table_rows(file)))


def table_rows(file: Path) -> list[Node]:
    """Gives the rows of a table, each to be parsed as a `Row`.

    Raises:
        DatasetError: If the file is no table.
    """
    table = read_annotations(file)
    if rows := table.items():
        return rows
    raise table.error(
        "holds no rows; give the table of questions, with 'video', 'question', 'answer', 'qid', "
        "'type' and 'a0' to 'a4'"
    )


def read_durations(file: Path) -> dict[str, float]:
    """Gives seconds by video, none where the file is not there.

    Raises:
        DatasetError: If the file holds something else.
    """
    if not file.exists():
        return {}
    try:
        return _SECONDS.validate_python(json.loads(read_text(file)))
    except (ValueError, ValidationError) as error:
        raise DatasetError(
            f"{file} holds no durations; give a JSON object from each video to its seconds"
        ) from error


def _question(node: Node, durations: dict[str, float]) -> VideoQuestion:
    row = node.parse(Row)
    return VideoQuestion(
        id=row.id,
        video=row.video,
        text=row.question,
        choices=row.choices,
        answer=choice_place(node, row.answer, row.choices),
        kind=row.type,
        duration_seconds=durations.get(row.video),
    )
