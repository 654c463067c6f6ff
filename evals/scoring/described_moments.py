"""Reads moments that sentences describe, in the files of Charades-STA and ActivityNet Captions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import AliasChoices, BaseModel, Field, FiniteFloat

from foretell.errors import DatasetError
from foretell.evals.scoring.moment_files import query_lines
from foretell.tools.texts.annotation_file import Node, read_annotations
from foretell.tools.texts.text_file import read_text

Floats = NDArray[np.float64]

_LINE = re.compile(r"(\S+) (\S+) (\S+?)##.+")


@dataclass(frozen=True, slots=True)
class DescribedMoment:
    """When a sentence is true of a video.

    Attributes:
        name: The number of its query, or its video and its place among the sentences there.
        video: Names the video.
        spans: (M, 2) starts and ends in seconds.
        duration_seconds: Of the video; NaN where the file does not say.
    """

    name: str
    video: str
    spans: Floats
    duration_seconds: float


class _Query(BaseModel):
    qid: int | str
    vid: str
    relevant_windows: list[tuple[FiniteFloat, FiniteFloat]] = Field(min_length=1)
    duration: FiniteFloat = float("nan")


class _Video(BaseModel):
    timestamps: list[tuple[FiniteFloat, FiniteFloat]]
    duration: float = Field(
        default=float("nan"), validation_alias=AliasChoices("duration", "video_duration")
    )


def read_described_moments(path: Path) -> list[DescribedMoment]:
    """Gives the moments of a file, in its order.

    A query a line with 'qid', 'vid' and 'relevant_windows'; a JSON object of videos with
    'timestamps', a moment each; or lines of "VIDEO START END##sentence".

    Raises:
        DatasetError: If the file is none of these, or a place lacks a field or has a wrong one.
    """
    if path.suffix == ".txt":
        return list(_lines(path))
    node = read_annotations(path)
    if rows := query_lines(node):
        return [_query(row.parse(_Query)) for row in rows]
    return [moment for video, entry in node.entries().items() for moment in _of_video(video, entry)]


def numbered(video: str, number: int) -> str:
    """Gives the name of the moment of a video's sentence, numbered from 0."""
    return f"{video}_{number}"


def _query(query: _Query) -> DescribedMoment:
    spans = np.array(query.relevant_windows)
    return DescribedMoment(str(query.qid), query.vid, spans, query.duration)


def _of_video(video: str, node: Node) -> Iterator[DescribedMoment]:
    read = node.parse(_Video)
    for number, span in enumerate(read.timestamps):
        yield DescribedMoment(numbered(video, number), video, np.array([span]), read.duration)


def _lines(path: Path) -> Iterator[DescribedMoment]:
    seen: Counter[str] = Counter()
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        read = _LINE.fullmatch(line.strip())
        try:
            video, *ends = read.groups() if read else ("",)
            start, end = map(float, ends)
        except ValueError as error:
            raise DatasetError(
                f'{path}, line {number}: {line[:60]!r} is no moment; give "VIDEO START END##text"'
            ) from error
        yield DescribedMoment(numbered(video, seen[video]), video, np.array([[start, end]]), np.nan)
        seen[video] += 1
