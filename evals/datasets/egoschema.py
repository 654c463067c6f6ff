"""EgoSchema's questions about three minutes of what somebody did.

Mangalam et al., "EgoSchema: A diagnostic benchmark for very long-form video language
understanding", NeurIPS 2023 Datasets and Benchmarks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, Field

from foretell.errors import DatasetError
from foretell.evals.datasets.question_files import check_there, choice_place, unique_questions
from foretell.questions import ChoiceAnswer, VideoQuestion
from foretell.tools.texts.annotation_file import Node, read_annotations

CLIP_SECONDS = 180.0
_GUESS = 0
"""What stands where no choice was made: the servers take no blanks."""
_ANSWERS = "subset_answers.json"
FILES = (
    "egoschema_subset_anno.json.gz",
    "egoschema_subset_anno.json",
    "subset_anno.json",
    "questions.json",
)


class _Question(BaseModel):
    q_uid: str
    question: str
    option_0: str = Field(alias="option 0")
    option_1: str = Field(alias="option 1")
    option_2: str = Field(alias="option 2")
    option_3: str = Field(alias="option 3")
    option_4: str = Field(alias="option 4")
    truth: int | None = None

    @property
    def choices(self) -> tuple[str, ...]:
        return self.option_0, self.option_1, self.option_2, self.option_3, self.option_4


def load_egoschema(path: Path) -> list[VideoQuestion]:
    """Returns the questions, each with its answer where that is published.

    Args:
        path: The official `questions.json` or LLoVi's annotations of the public subset, or a
            folder that holds one of them; a `subset_answers.json` beside it tells the answers.

    Raises:
        DatasetError: If there are no questions, or an answer is no place.
    """
    file = _questions_file(path)
    node = read_annotations(file)
    answers = _answers(file.with_name(_ANSWERS))
    listed = node.items() or list(node.entries().values())
    return unique_questions(file, (_question(one, answers) for one in listed))


def _questions_file(path: Path) -> Path:
    check_there(path)
    if path.is_file():
        return path
    for name in FILES:
        if (path / name).is_file():
            return path / name
    if (path / _ANSWERS).is_file():
        raise DatasetError(
            f"{str(path)!r} holds the answers and no questions; put the official questions.json "
            "beside them, or give the folder of LLoVi's annotations"
        )
    raise DatasetError(
        f"{str(path)!r} holds none of {', '.join(FILES)}; give the folder or the file of "
        "the questions"
    )


def _answers(file: Path) -> dict[str, Node]:
    return read_annotations(file).entries() if file.exists() else {}


def _question(node: Node, answers: dict[str, Node]) -> VideoQuestion:
    parsed = node.parse(_Question)
    answer = answers.get(parsed.q_uid)
    truth = parsed.truth if answer is None else answer.value
    place = None if truth is None else choice_place(answer or node, str(truth), parsed.choices)
    return VideoQuestion(
        id=parsed.q_uid,
        video=parsed.q_uid,
        text=parsed.question,
        choices=parsed.choices,
        answer=place,
        duration_seconds=CLIP_SECONDS,
    )


def egoschema_submission(answers: Mapping[str, ChoiceAnswer]) -> dict[str, str]:
    """Returns `submission.json` for the validation server and `submission.csv` for Kaggle.

    A question without a choice is given the first one, as every question must have one.
    """
    places = {
        uid: _GUESS if answer.choice is None else answer.choice for uid, answer in answers.items()
    }
    rows = "".join(f"{uid},{place}\n" for uid, place in places.items())
    return {
        "submission.json": json.dumps(places, indent=2) + "\n",
        "submission.csv": f"q_uid,answer\n{rows}",
    }
