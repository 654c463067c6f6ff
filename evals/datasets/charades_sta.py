"""Charades-STA, and other sets of sentences that each describe one moment of a video.

Gao et al., "TALL: Temporal activity localization via language query", ICCV 2017. ActivityNet
Captions comes in the same form.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import AliasChoices, BaseModel, Field, FiniteFloat

from foretell.evals.datasets.question_files import found_file
from foretell.moments import MomentQuery
from foretell.tools.texts.annotation_file import Node, read_annotations
from foretell.tools.texts.timed_text import Seconds
from foretell.types import Interval

FILES = ("charades_test.json",)


class _Video(BaseModel):
    timestamps: list[tuple[FiniteFloat, FiniteFloat]]
    sentences: list[str]
    duration: Seconds = Field(validation_alias=AliasChoices("duration", "video_duration"))


def load_charades_sta(path: Path) -> list[MomentQuery]:
    """Returns the sentences with their moments.

    A moment may end after its video by a rounding, as hundreds do; it is left as it is.

    Args:
        path: `charades_test.json` or another file of the same form (out of distribution, novel
            words), or a folder that holds it.

    Raises:
        DatasetError: If there is no such file, or it is in another form.
    """
    node = read_annotations(found_file(path, *FILES))
    return [query for video, entry in node.entries().items() for query in _queries(video, entry)]


def _queries(video: str, node: Node) -> Iterator[MomentQuery]:
    parsed = node.parse(_Video)
    if len(parsed.timestamps) != len(parsed.sentences):
        raise node.error(
            f"holds {len(parsed.timestamps)} timestamps and {len(parsed.sentences)} sentences; "
            "give as many of each"
        )
    whole = Interval(0.0, parsed.duration)
    for number, (ends, text) in enumerate(zip(parsed.timestamps, parsed.sentences, strict=True)):
        window = Interval(min(ends), max(ends))
        yield MomentQuery(f"{video}_{number}", video, text, whole, (window,))
