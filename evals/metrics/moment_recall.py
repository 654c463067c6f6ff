"""How often one of the first n moments overlaps what a query describes, and how much.

R@n, IoU=m of Gao et al., "TALL: Temporal activity localization via language query", ICCV 2017, and
the mean IoU over queries, or over videos as LITA has it.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from foretell.evals.metrics.temporal_iou import span_ious

Floats = NDArray[np.float64]

RECALL_THRESHOLDS = (0.3, 0.5, 0.7)


def best_ious(truth: Sequence[Floats], predicted: Sequence[Floats], n: int = 1) -> Floats:
    """Gives (Q,) the highest IoU of the first n predictions of a query with a true span.

    Empty spans overlap nothing, and a query without a prediction has 0.

    Args:
        truth: (M, 2) starts and ends in seconds, for each query.
        predicted: (P, 2) of its predictions in order of rank.
        n: How many of them count.

    Raises:
        ValueError: If there are not as many predictions as queries.
    """
    pairs = zip(truth, predicted, strict=True)
    return np.array([span_ious(ranked[:n], true).max(initial=0.0) for true, ranked in pairs])


def recall_at(ious: Floats, threshold: float) -> float:
    """Gives the share of the queries whose IoU is `threshold` or more; NaN without any."""
    return float(np.mean(ious >= threshold)) if len(ious) else float("nan")


def mean_by_group(values: Floats, groups: Sequence[Hashable]) -> float:
    """Gives the mean over groups, such as videos, of the mean within each; NaN without any.

    Args:
        values: (N,) such as IoUs.
        groups: (N,) what each belongs to.
    """
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    if not numbers:
        return float("nan")
    of_value = [numbers[group] for group in groups]
    return float(np.mean(np.bincount(of_value, values) / np.bincount(of_value)))
