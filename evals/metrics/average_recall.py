"""How many instances proposals find, however they are named: average recall and the area under it.

mmaction2's `average_recall_at_avg_proposals`, after the ActivityNet challenge's proposal task:
single precision, and as many proposals of each video as its share of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell.evals.metrics.detection import ACTIVITYNET_THRESHOLDS
from foretell.evals.metrics.temporal_iou import ordered_spans, span_ious

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ProposalRecall:
    """Recall, averaged over the thresholds, of ever more proposals.

    Attributes:
        at: (P,) shares of all instances, at 1, 2 ... P proposals a video on average.
        auc: Area under it, per cent of the greatest possible.
    """

    at: Floats
    auc: float


def proposal_recall(
    truth: Mapping[str, Floats],
    proposals: Mapping[str, Floats],
    thresholds: Floats = ACTIVITYNET_THRESHOLDS,
    *,
    most: int = 100,
) -> ProposalRecall:
    """Gives the average recall at up to `most` proposals a video.

    Args:
        truth: (N, 2) starts and ends in seconds of each video's instances.
        proposals: (M, 2) of each video's proposals, the surest first; a video may be missing.
        thresholds: (T,) least IoUs.
        most: P, the greatest average number of proposals a video.

    Raises:
        ValueError: If there is no instance or no proposal.
    """
    tables = [_ious(spans, proposals.get(video)) for video, spans in truth.items()]
    instances, given = sum(len(t) for t in tables), sum(t.shape[1] for t in tables)
    if instances == 0 or given == 0:
        raise ValueError(f"{instances} instances and {given} proposals; both must be 1 or more")
    ratio = most * len(truth) / sum(len(spans) for spans in proposals.values())
    kept = [table[:, : min(int(table.shape[1] * ratio), table.shape[1])] for table in tables]
    shares = np.arange(1, most + 1) / most * (most * len(truth) / sum(t.shape[1] for t in kept))
    found = sum(_found(table, thresholds, shares) for table in kept)
    at = np.asarray(found / instances).mean(axis=0)
    per_video = np.arange(1, most + 1, dtype=np.float64)
    return ProposalRecall(at, 100.0 * float(np.trapezoid(at, per_video)) / most)


def _ious(truth: Floats, proposals: Floats | None) -> Floats:
    if proposals is None:
        return np.zeros((len(truth), 0))
    single = (ordered_spans(spans).astype(np.float32) for spans in (proposals, truth))
    return span_ious(*(spans.astype(np.float64) for spans in single)).T


def _found(table: Floats, thresholds: Floats, shares: Floats) -> Floats:
    """Gives (T, P) how many instances of a video the first proposals find."""
    counts = np.minimum((table.shape[1] * shares).astype(np.intp), table.shape[1])
    best = np.maximum.accumulate(np.pad(table, ((0, 0), (1, 0))), axis=1)[:, counts]
    return np.asarray((best[None] >= thresholds[:, None, None]).sum(axis=1), np.float64)
