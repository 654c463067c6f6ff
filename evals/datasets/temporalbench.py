"""TemporalBench's questions which of two captions describes a video.

Cai et al., "TemporalBench: Benchmarking fine-grained temporal understanding for multimodal video
models", 2024.
"""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel

from foretell.evals.datasets.question_files import found_file, unique_questions
from foretell.patterns import LazyPattern
from foretell.questions import VideoQuestion
from foretell.tools.texts.annotation_file import Node, read_annotations

FILES = ("temporalbench_short_qa.json", "temporalbench_long_qa.json")
CATEGORIES = {
    1: "Action Order",
    2: "Action Frequency",
    3: "Action Type",
    4: "Motion Magnitude",
    5: "Motion Direction/Orientation",
    6: "Action Effector",
    7: "Others",
    8: "Event Order",
}

_OPTION = LazyPattern(r"^\(?([A-Z])[.):]\s*(.+)$", re.MULTILINE)


class _Question(BaseModel):
    idx: int | str
    video_name: str
    dataset: str = ""
    question: str
    GT: str
    category: int | None = None


def load_temporalbench(path: Path) -> list[VideoQuestion]:
    """Returns the questions of a file; their types are the categories, or the source of the video.

    Args:
        path: `temporalbench_short_qa.json` or `temporalbench_long_qa.json`, or a folder with one.

    Raises:
        DatasetError: If there is no file, or it holds something else.
    """
    file = found_file(path, *FILES)
    return unique_questions(file, (_question(node) for node in read_annotations(file).items()))


def _question(node: Node) -> VideoQuestion:
    """Takes a prompt apart: what is asked, and an option on each line that begins with a letter."""
    parsed = node.parse(_Question)
    options = {letter: text.strip() for letter, text in _OPTION.findall(parsed.question)}
    right = parsed.GT.strip().upper()[:1]
    if right not in options:
        raise node.error(
            f"field 'GT' is {parsed.GT!r}; give the letter of an option in 'question', which has "
            f"{', '.join(options) or 'none'}"
        )
    category = parsed.category
    return VideoQuestion(
        id=str(parsed.idx),
        video=parsed.video_name,
        text=_OPTION.split(parsed.question, maxsplit=1)[0].strip(),
        choices=tuple(options.values()),
        answer=list(options).index(right),
        kind=parsed.dataset if category is None else CATEGORIES.get(category, str(category)),
    )
