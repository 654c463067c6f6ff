"""Relevant and unlike each other: maximal marginal relevance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.memory.cosines import cosines
from foretell.ranges import check_range


@dataclass(frozen=True, slots=True)
class Selected:
    """One pick.

    Attributes:
        index: Row of the candidate.
        score: Its marginal relevance when it was picked; lambda_ * relevance for the first.
        relevance: Its similarity to the query.
    """

    index: int
    score: float
    relevance: float


def maximal_marginal_relevance(
    query: NDArray[np.floating[Any]],
    candidates: NDArray[np.floating[Any]],
    *,
    k: int,
    lambda_: float = 0.5,
) -> list[Selected]:
    """Picks candidates one by one, each like the query and unlike those picked before.

    The first pick is the most relevant. Each one after it has the highest
    lambda_ * relevance - (1 - lambda_) * redundancy, where redundancy is the highest similarity to
    an earlier pick. Among equals the lower row wins (`ranking`). One matrix-vector product a pick.
    Carbonell and Goldstein, "The use of MMR, diversity-based reranking for reordering documents
    and producing summaries", SIGIR 1998.

    Args:
        query: (D,) unit vector.
        candidates: (N, D) unit vectors.
        k: How many to pick; all are picked where there are fewer.
        lambda_: 1.0 ranks by relevance alone, 0.0 by difference alone.

    Returns:
        The picks in order.

    Raises:
        ValueError: If `k` is negative or `lambda_` is outside [0, 1].
    """
    check_range("k", k, 0, error=ValueError)
    check_range("lambda_", lambda_, 0, 1, error=ValueError)
    rows = candidates.astype(np.float64)
    relevance = cosines(rows, query)
    weighted = lambda_ * relevance
    redundancy = np.full_like(relevance, -np.inf)
    picks: list[Selected] = []
    scores = weighted
    pick = ranking.best(relevance) if len(candidates) else 0
    while len(picks) < min(k, len(candidates)):
        picks.append(Selected(pick, float(scores[pick]), float(relevance[pick])))
        np.maximum(redundancy, cosines(rows, rows[pick]), out=redundancy)
        scores = weighted - (1.0 - lambda_) * redundancy
        scores[[picked.index for picked in picks]] = -np.inf
        pick = ranking.best(scores)
    return picks
