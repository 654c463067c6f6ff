"""Whether answers are right for the right reason: NExT-GQA's grounded accuracy.

Xiao et al., "Can I Trust Your Answer? Visually Grounded Video Question Answering", CVPR 2024, and
its `eval_ground.py`. Of several true spans the best counts, separately for IoU and for IoP, the
share of the predicted span that lies in the true one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell.evals.metrics.temporal_iou import span_iops, span_ious

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

GROUNDED_IOP = 0.5
"""Least IoP of a span that supports an answer."""


@dataclass(frozen=True, slots=True)
class GroundedScores:
    """Over N questions, in [0, 1]; NaN without any.

    Attributes:
        n: How many questions.
        acc_gqa: Share that is answered right, with a span at least half of which is true.
        miop: Mean IoP.
        miou: Mean IoU.
        iop_at: Share of the questions with an IoP of 0.3 and of 0.5 or more.
        iou_at: Likewise of IoUs.
    """

    n: int
    acc_gqa: float
    miop: float
    miou: float
    iop_at: tuple[float, float]
    iou_at: tuple[float, float]


def grounded_scores(
    truth: Sequence[Floats],
    predicted: Sequence[Floats | None],
    right: Bools,
    *,
    official: bool = False,
) -> GroundedScores:
    """Returns the scores of one span and one answer a question; without a span it is missed.

    Args:
        truth: (M, 2) starts and ends in seconds, for each of N questions.
        predicted: (2,) of each; None where there is none. One that ends before it starts is turned
            round.
        right: (N,) whether each question is answered right.
        official: Whether questions without a span are left out, spans are taken as they are, and an
            empty span inside a true one has an IoP of 1, as in the official script.

    Raises:
        ValueError: If there are not as many predictions or answers as questions.
    """
    answered: list[bool] = right.tolist()
    rows = list(zip(truth, predicted, answered, strict=True))
    if official:
        rows = [row for row in rows if row[1] is not None]
    if not rows:
        nothing = (np.nan, np.nan)
        return GroundedScores(0, np.nan, np.nan, np.nan, nothing, nothing)
    best = _official_overlaps if official else _overlaps
    overlaps = np.array([best(true, span) for true, span, _ in rows], dtype=np.float64)
    ious, iops = overlaps[:, 0], overlaps[:, 1]
    is_right = np.array([is_right for _, _, is_right in rows])
    return GroundedScores(
        n=len(rows),
        acc_gqa=float(np.mean(is_right & (iops >= GROUNDED_IOP))),
        miop=float(iops.mean()),
        miou=float(ious.mean()),
        iop_at=(float(np.mean(iops >= 0.3)), float(np.mean(iops >= 0.5))),
        iou_at=(float(np.mean(ious >= 0.3)), float(np.mean(ious >= 0.5))),
    )


def _overlaps(truth: Floats, span: Floats | None) -> tuple[float, float]:
    """Returns the best IoU and the best IoP."""
    if span is None:
        return 0.0, 0.0
    spans = span[None]
    best = (span_ious(spans, truth), span_iops(spans, truth))
    return best[0].max(initial=0.0), best[1].max(initial=0.0)


def _official_overlaps(truth: Floats, span: Floats | None) -> tuple[float, float]:
    pairs = [] if span is None else [_official_overlap(true, span) for true in truth]
    return max((iou for iou, _ in pairs), default=0.0), max((iop for _, iop in pairs), default=0.0)


def _official_overlap(true: Floats, span: Floats) -> tuple[float, float]:
    if span[0] == span[1]:
        return 0.0, float(true[0] <= span[0] <= true[1])
    shared = min(true[1], span[1]) - max(true[0], span[0])
    hull = max(true[1], span[1]) - min(true[0], span[0])
    iou = shared / hull if hull > 0.0 else 0.0
    iop = shared / (span[1] - span[0]) if span[1] > span[0] else 0.0
    return max(0.0, iou), max(0.0, iop)
