from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from foretell.memory.mmr import maximal_marginal_relevance


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    vectors: NDArray[np.float64] = rows / np.linalg.norm(rows, axis=-1, keepdims=True)
    return vectors.astype(np.float32)


def plain_reference(
    query: NDArray[np.float32], candidates: NDArray[np.float32], k: int, lambda_: float
) -> list[tuple[int, float]]:
    """Gives (row, score) of each pick, computed pair by pair."""
    relevance = [float(np.dot(candidate, query)) for candidate in candidates]
    first = max(range(len(candidates)), key=lambda row: relevance[row], default=0)
    picks: list[tuple[int, float]] = []
    while len(picks) < min(k, len(candidates)):
        best, best_score = first, lambda_ * relevance[first]
        if picks:
            best_score = -np.inf
            for row in range(len(candidates)):
                if row in [picked for picked, _ in picks]:
                    continue
                redundancy = max(
                    float(np.dot(candidates[row], candidates[picked])) for picked, _ in picks
                )
                score = lambda_ * relevance[row] - (1.0 - lambda_) * redundancy
                if score > best_score:
                    best, best_score = row, score
        picks.append((best, best_score))
    return picks


@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(0, 30),
    k=st.integers(0, 40),
    lambda_=st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0]),
)
def test_it_picks_what_the_plain_reference_picks(
    seed: int, count: int, k: int, lambda_: float
) -> None:
    random = np.random.default_rng(seed)
    query, candidates = unit(random.normal(size=8)), unit(random.normal(size=(count, 8)))
    picks = maximal_marginal_relevance(query, candidates, k=k, lambda_=lambda_)
    expected = plain_reference(query, candidates, k, lambda_)
    assert [pick.index for pick in picks] == [row for row, _ in expected]
    assert [pick.score for pick in picks] == pytest.approx(
        [score for _, score in expected], abs=1e-5
    )
    assert [pick.relevance for pick in picks] == pytest.approx(
        [float(candidates[row] @ query) for row, _ in expected], abs=1e-6
    )


@given(rows=st.lists(st.integers(0, 3), min_size=1, max_size=12), k=st.integers(1, 12))
def test_among_equals_the_lower_row_wins(rows: list[int], k: int) -> None:
    candidates = np.eye(4, dtype=np.float32)[rows]
    query = np.asarray([1, 0, 0, 0], np.float32)
    picks = maximal_marginal_relevance(query, candidates, k=k, lambda_=0.5)
    expected = plain_reference(query, candidates, k, 0.5)
    assert [pick.index for pick in picks] == [row for row, _ in expected]


def test_one_ranks_by_relevance_and_zero_by_difference() -> None:
    degrees = np.radians([5.0, 10.0, 12.0, 80.0])
    candidates = unit(np.stack([np.cos(degrees), np.sin(degrees)], axis=1))
    query = np.asarray([1.0, 0.0], np.float32)

    def order(lambda_: float) -> list[int]:
        picks = maximal_marginal_relevance(query, candidates, k=4, lambda_=lambda_)
        return [pick.index for pick in picks]

    assert order(1.0) == [0, 1, 2, 3]
    assert order(0.0) == [0, 3, 2, 1]


@pytest.mark.parametrize("lambda_", [-0.1, 1.1, float("nan")])
def test_lambda_lies_between_zero_and_one(lambda_: float) -> None:
    vectors = np.eye(2, dtype=np.float32)
    with pytest.raises(ValueError, match=r"lambda_ must be 0 to 1, got"):
        maximal_marginal_relevance(vectors[0], vectors, k=1, lambda_=lambda_)


def test_k_is_not_negative() -> None:
    vectors = np.eye(2, dtype=np.float32)
    with pytest.raises(ValueError, match="k must be 0 or more, got -1"):
        maximal_marginal_relevance(vectors[0], vectors, k=-1)
