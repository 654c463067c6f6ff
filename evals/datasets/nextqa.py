"""NExT-QA's multiple-choice questions, and its kin: IntentQA and NExT-GQA.

Xiao et al., "NExT-QA: Next phase of question-answering to explaining temporal actions", CVPR 2021.

IntentQA: why and how people do what they do. Li et al., "IntentQA: Context-aware video intent
reasoning", ICCV 2023.

NExT-GQA: the spans of the video that show the right answer. Xiao et al., "Can I trust your answer?
Visually grounded video question answering", CVPR 2024.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import AliasChoices, BaseModel, Field, FiniteFloat, TypeAdapter, ValidationError

from foretell.errors import DatasetError
from foretell.evals.datasets.question_files import (
    choice_place,
    found_file,
    place_of_text,
    unique_questions,
)
from foretell.moments import MomentQuery
from foretell.questions import VideoQuestion
from foretell.tools.texts.annotation_file import Node, read_annotations
from foretell.tools.texts.sentences import read_sentence
from foretell.tools.texts.timed_text import Seconds
from foretell.types import Interval

FILES = ("{split}.csv", "{split}.csv.gz")
DURATIONS = "durations.json"
_SECONDS = TypeAdapter(dict[str, Seconds])


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
    """Returns the questions of a split.

    Args:
        path: A table, or a folder that holds `val.csv` or `test.csv`; a `durations.json` beside it
            says how many seconds each video lasts.
        split: Which table of a folder.

    Raises:
        DatasetError: If the file is not there, or is no such table.
    """
    file = found_file(path, *FILES, split=split)
    return numbered_questions(file, read_durations(file.with_name(DURATIONS)))


def numbered_questions(file: Path, durations: dict[str, float]) -> list[VideoQuestion]:
    """Returns the questions of a table whose answers are places among the choices.

    Raises:
        DatasetError: If the file is no such table, or an answer is no place.
    """
    return unique_questions(file, (_question(node, durations) for node in table_rows(file)))


def table_rows(file: Path) -> list[Node]:
    """Returns the rows of a table, each to be parsed as a `Row`.

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
    """Returns seconds by video, none where the file is not there.

    Raises:
        DatasetError: If the file holds something else.
    """
    if not file.exists():
        return {}
    try:
        return _SECONDS.validate_python(read_annotations(file).value)
    except ValidationError as error:
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


def load_intentqa(path: Path, split: str = "test") -> list[VideoQuestion]:
    """Returns the questions of a split.

    Args:
        path: A table, or a folder that holds `val.csv` or `test.csv`.
        split: Which table of a folder.

    Raises:
        DatasetError: If the file is not there, or is no such table.
    """
    file = found_file(path, *FILES, split=split)
    return numbered_questions(file, read_durations(file.with_name(DURATIONS)))


class _Spans(BaseModel):
    duration: Seconds
    location: dict[str, list[tuple[FiniteFloat, FiniteFloat]]]


def load_nextgqa(path: Path, split: str = "val") -> list[VideoQuestion]:
    """Returns the questions of a split with their spans.

    Args:
        path: A folder that holds `val.csv` and `gsub_val.json`, or `test.csv` and
            `gsub_test.json`; or a table beside such a file.
        split: Which of them; a table tells it by its name.

    Raises:
        DatasetError: If a file is not there or holds something else, or an answer is none of the
            choices.
    """
    table = found_file(path, *FILES, split=split)
    spans_file = found_file(table.parent, f"gsub_{table.name.split('.')[0]}.json")
    spans = read_annotations(spans_file).entries()
    return unique_questions(table, (_grounded_question(node, spans) for node in table_rows(table)))


def load_nextgqa_statements(path: Path, split: str = "val") -> list[MomentQuery]:
    """Returns what each question and its right answer state together, with the spans that show it.

    Args:
        path: As for `load_nextgqa`.
        split: Which of them.

    Raises:
        DatasetError: If a file is not there or holds something else, an answer is none of the
            choices, or a video has no length.
    """
    return [_statement(question, path) for question in load_nextgqa(path, split)]


def _statement(question: VideoQuestion, path: Path) -> MomentQuery:
    if question.duration_seconds is None or question.answer is None:
        raise DatasetError(
            f"{path} tells no length of the video {question.video!r}; give the file of spans of "
            "the same split"
        )
    asked = read_sentence(question.text).clause.statement
    return MomentQuery(
        id=question.id,
        video=question.video,
        text=f"{asked} {question.choices[question.answer]}".strip(),
        whole=Interval(0.0, question.duration_seconds),
        windows=question.spans,
    )


def _grounded_question(node: Node, spans: dict[str, Node]) -> VideoQuestion:
    row = node.parse(Row)
    of_video = spans.get(row.video)
    known = None if of_video is None else of_video.parse(_Spans)
    listed = [] if known is None else known.location.get(row.qid, [])
    return VideoQuestion(
        id=row.id,
        video=row.video,
        text=row.question,
        choices=row.choices,
        answer=place_of_text(node, row.answer, row.choices),
        kind=row.type,
        duration_seconds=None if known is None else known.duration,
        spans=tuple(_interval(of_video or node, start, end) for start, end in listed),
    )


def _interval(node: Node, start: float, end: float) -> Interval:
    try:
        return Interval(start, end)
    except ValueError as error:
        raise node.error(f"{error}; give the earlier time first") from error
