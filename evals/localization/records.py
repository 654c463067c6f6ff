"""Located moments as the lines of a run folder, and replies of models read again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import AliasChoices, BaseModel, Field, FiniteFloat

from foretell.agent.tasks.localization.temporal_grounding import read_located
from foretell.evals.replay import read_replies
from foretell.evals.run_folder import Record
from foretell.moments import LocatedMoment, LocateResult, MomentQuery
from foretell.tools.texts.annotation_file import Node
from foretell.types import Event, Interval, Usage


class _Given(BaseModel):
    reply: str | None = Field(
        default=None, validation_alias=AliasChoices("reply", "llama3_pred", "completion")
    )
    moments: list[tuple[FiniteFloat, FiniteFloat, FiniteFloat]] | None = Field(
        default=None, validation_alias=AliasChoices("moments", "pred_relevant_windows")
    )


def moment_record(located: LocateResult) -> Record:
    """Returns what was located as JSON can hold it: moments of start, end and score."""
    return {
        "moments": [(one.interval.start, one.interval.end, one.score) for one in located.moments],
        "reason": located.reason,
        "likeness": located.likeness,
        "reply": located.reply,
        "repairs": list(located.repairs),
        "usage": asdict(located.usage),
    }


def spans_of(record: Record) -> NDArray[np.float64]:
    """Returns (P, 2) starts and ends of a record's moments, the surest first."""
    return np.array([moment[:2] for moment in record["moments"]], np.float64).reshape(-1, 2)


def scores_of(record: Record) -> NDArray[np.float64]:
    """Returns (P,) how sure each of a record's moments is."""
    return np.array([moment[2] for moment in record["moments"]], np.float64)


class ReplayLocalizer:
    """Gives moments that were located earlier, or reads them out of what a model replied.

    Args:
        file: JSON by query, or lines with 'key', 'id' or 'qid': each a text, or an object with
            'reply' (UAL-Bench: 'llama3_pred') or 'moments' (QVHighlights:
            'pred_relevant_windows') of start, end and score. A reply counts where there are both.

    Raises:
        DatasetError: If the file cannot be read, or is in no such form.
    """

    def __init__(self, file: Path) -> None:
        self._given = read_replies(file, "query", lambda node: node)

    def locate(
        self, queries: Sequence[MomentQuery], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[LocateResult]:
        """Yields the moments of each query.

        Raises:
            DatasetError: If the file holds nothing of a query.
        """
        for query in queries:
            yield _located(self._given.of(query.id), query.whole)


def _located(node: Node, video: Interval) -> LocateResult:
    if isinstance(node.value, str):
        return replace(read_located(node.value, video), usage=Usage(cost=0.0))
    given = node.parse(_Given)
    if given.reply:
        return replace(read_located(given.reply, video), usage=Usage(cost=0.0))
    if given.moments is None:
        raise node.error("holds neither 'reply' nor 'moments'; give one of them")
    return LocateResult(
        tuple(
            LocatedMoment(Interval(min(start, end), max(start, end)), score)
            for start, end, score in given.moments
        ),
        usage=Usage(cost=0.0),
    )
