"""QVHighlights: queries about news and daily life, each with one moment or several.

Lei, Berg and Bansal, "QVHighlights: Detecting moments and highlights in videos via natural language
queries", NeurIPS 2021.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field, FiniteFloat

from foretell.evals.datasets.question_files import found_file
from foretell.moments import MomentQuery
from foretell.tools.texts.annotation_file import read_annotations
from foretell.tools.texts.timed_text import Seconds
from foretell.types import Interval

FILES = ("highlight_val_release.jsonl",)


class _Query(BaseModel):
    qid: int | str
    query: str
    vid: str
    duration: Seconds
    relevant_windows: list[tuple[FiniteFloat, FiniteFloat]] = Field(min_length=1)


def load_qvhighlights(path: Path) -> list[MomentQuery]:
    """Returns the queries with their moments.

    Args:
        path: `highlight_val_release.jsonl` or another file of the same form, or a folder that
            holds it.

    Raises:
        DatasetError: If there is no such file, or it is in another form.
    """
    node = read_annotations(found_file(path, *FILES))
    read = [row.parse(_Query) for row in node.items() or [node]]
    return [
        MomentQuery(
            id=str(one.qid),
            video=one.vid,
            text=one.query,
            whole=Interval(0.0, one.duration),
            windows=tuple(Interval(min(ends), max(ends)) for ends in one.relevant_windows),
        )
        for one in read
    ]
