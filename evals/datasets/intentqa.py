"""IntentQA: why and how people do what they do, in the table of NExT-QA.

Li et al., "IntentQA: Context-aware video intent reasoning", ICCV 2023.
"""

from __future__ import annotations

from pathlib import Path

from foretell.evals.datasets.nextqa import DURATIONS, numbered_questions, read_durations
from foretell.evals.datasets.question_files import split_file
from foretell.questions import VideoQuestion


def load_intentqa(path: Path, split: str = "test") -> list[VideoQuestion]:
    """Gives the questions of a split.

    Args:
        path: A table, or a folder that holds `val.csv` or `test.csv`.
        split: Which table of a folder.

    Raises:
        DatasetError: If the file is not there, or is no such table.
    """
    file = split_file(path, split)
    return numbered_questions(file, read_durations(file.with_name(DURATIONS)))
