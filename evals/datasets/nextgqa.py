"""NExT-GQA: questions of NExT-QA with the spans of the video that show the right answer.

Xiao et al., "Can I trust your answer? Visually grounded video question answering", CVPR 2024.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from foretell.evals.datasets.nextqa import Row, table_rows
from foretell.evals.datasets.question_files import (
    found_file,
    place_of_text,
    split_file,
    unique_questions,
)
from foretell.questions import VideoQuestion
from foretell.tools.texts.annotation_file import Node, read_annotations
from foretell.types import Interval


class _Spans(BaseModel):
    duration: float
    location: dict[str, list[tuple[float, float]]]


def load_nextgqa(path: Path, split: str = "val") -> list[VideoQuestion]:
    """Gives the questions of a split with their spans.

    Args:
        path: A folder that holds `val.csv` and `gsub_val.json`, or `test.csv` and
            `gsub_test.json`; or a table beside such a file.
        split: Which of them; a table tells it by its name.

    Raises:
        DatasetError: If a file is not there or holds something else, or an answer is none of the
            choices.
    """
    table = split_file(path, split)
    spans_file = found_file(table.parent, f"gsub_{table.name.split('.')[0]}.json")
    spans = read_annotations(spans_file).entries()
    return unique_questions(table, (_question(node, spans) for node in table_rows(table)))


def _question(node: Node, spans: dict[str, Node]) -> VideoQuestion:
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
