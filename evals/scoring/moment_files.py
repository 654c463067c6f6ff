"""Reads ranked moments, one query a line, as Moment-DETR and those after it write them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, FiniteFloat

from foretell.evals.replay import rows_by_name
from foretell.ranking import order
from foretell.tools.texts.annotation_file import Node, read_annotations

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RankedMoments:
    """What is predicted for a query.

    Attributes:
        listed: (P, 2) starts and ends in seconds, as the file lists them.
        sureness: (P,) higher for what is surer; None where a moment has no score.
        clip_scores: (C,) of the video's clips, higher for what is better; None without.
    """

    listed: Floats
    sureness: Floats | None = None
    clip_scores: Floats | None = None

    def ranked(self, most: int | None = None) -> Floats:
        """Returns (P, 2) moments, the surest first; equals stay as they are listed.

        Args:
            most: How many of those that are listed first count; None for all.
        """
        listed = self.listed[:most]
        if self.sureness is None:
            return listed
        return listed[order(self.sureness[:most], precision=0.0)]


class _Scored(BaseModel):
    qid: int | str
    pred_relevant_windows: list[list[FiniteFloat]] | None = None
    pred_saliency_scores: list[FiniteFloat] | None = None


def query_lines(node: Node) -> list[Node]:
    """Returns the lines of a file with a query on each; none of a file in another form."""
    return [node] if "qid" in node.fields() else node.items()


def read_ranked_moments(path: Path) -> dict[str, RankedMoments]:
    """Returns what is predicted for each query by its 'qid'.

    Raises:
        DatasetError: If the file cannot be read, a line lacks a field or has a wrong one, or two
            lines are of one query.
    """
    node = read_annotations(path)
    if not (rows := query_lines(node)):
        raise node.error(
            'holds no lines; give {"qid": ..., "pred_relevant_windows": [[start, end, score], ...]}'
        )
    queries = {row.place: row.parse(_Scored) for row in rows}
    named = rows_by_name(rows, lambda row: str(queries[row.place].qid))
    return {name: _moments(row, queries[row.place]) for name, row in named.items()}


def _moments(row: Node, query: _Scored) -> RankedMoments:
    windows = query.pred_relevant_windows or []
    if any(len(window) not in (2, 3) for window in windows):
        raise row.error("field 'pred_relevant_windows' must hold [start, end, score] each")
    is_scored = bool(windows) and all(len(window) == 3 for window in windows)
    clip_scores = query.pred_saliency_scores
    return RankedMoments(
        listed=np.array([window[:2] for window in windows], np.float64).reshape(-1, 2),
        sureness=np.array([window[2] for window in windows]) if is_scored else None,
        clip_scores=None if clip_scores is None else np.array(clip_scores),
    )
