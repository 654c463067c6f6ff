"""Reads ranked moments, one query a line, as Moment-DETR and those after it write them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, FiniteFloat

from foretell.tools.texts.annotation_file import Node, read_annotations

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RankedMoments:
    """What is predicted for a query.

    Attributes:
        spans: (P, 2) starts and ends in seconds, the surest first; equals stay as they are listed.
        clip_scores: (C,) of the video's clips, higher for what is better; None without.
    """

    spans: Floats
    clip_scores: Floats | None = None


class _Scored(BaseModel):
    qid: int | str
    pred_relevant_windows: list[list[FiniteFloat]] | None = None
    pred_saliency_scores: list[FiniteFloat] | None = None


def query_lines(node: Node) -> list[Node]:
    """Returns the lines of a file with a query on each; none of a file in another form."""
    return [node] if "qid" in node.fields() else node.items()


def read_ranked_moments(path: Path) -> dict[str, RankedMoments]:
    """Returns what is predicted for each query by its 'qid'; of two, the last.

    Raises:
        DatasetError: If the file cannot be read, or a line lacks a field or has a wrong one.
    """
    node = read_annotations(path)
    if not (rows := query_lines(node)):
        raise node.error(
            'holds no lines; give {"qid": ..., "pred_relevant_windows": [[start, end, score], ...]}'
        )
    found: dict[str, RankedMoments] = {}
    for row in rows:
        query = row.parse(_Scored)
        windows = query.pred_relevant_windows or []
        if any(len(window) not in (2, 3) for window in windows):
            raise row.error("field 'pred_relevant_windows' must hold [start, end, score] each")
        if all(len(window) == 3 for window in windows):
            windows = sorted(windows, key=lambda window: -window[2])
        spans = np.array([window[:2] for window in windows], np.float64).reshape(-1, 2)
        scores = query.pred_saliency_scores
        found[str(query.qid)] = RankedMoments(spans, None if scores is None else np.array(scores))
    return found
