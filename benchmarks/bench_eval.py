"""Measures the scoring of Ego4D's forecasts against the loop of the official code.

That loop calls the package `editdistance` for every window, candidate and number of actions; where
it is not installed, a plain loop in Python over the same table stands in.

    python -m benchmarks.bench_eval
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Row, seconds, table
from foretell.evals.metrics.edit_distance import edit_distance_at

WINDOWS, CANDIDATES, HORIZON, VERBS = 6_687, 5, 20, 115
SHARE = 20
Distance = Callable[[Sequence[int], Sequence[int]], int]


def plain_distance(first: Sequence[int], second: Sequence[int]) -> int:
    row = list(range(len(second) + 1))
    for count, one in enumerate(first, start=1):
        before, row[0] = row[0], count
        for place, other in enumerate(second, start=1):
            change = before + (one != other)
            before = row[place]
            row[place] = min(change, before + 1, row[place - 1] + 1)
    return row[-1]


def official_distance() -> tuple[str, Distance]:
    """Returns the name and the distance of the official code, or of what stands in for it."""
    if importlib.util.find_spec("editdistance") is None:
        return "a plain Python loop", plain_distance
    package: Any = importlib.import_module("editdistance")
    return "the official loop with editdistance", package.eval


def looped(
    candidates: NDArray[np.int64], truth: NDArray[np.int64], distance: Distance
) -> NDArray[np.float64]:
    """(Z,) mean distances, as the official code takes them for each number of actions."""
    means: list[float] = []
    for count in range(1, truth.shape[1] + 1):
        best = [
            min(distance(row[:count].tolist(), true[:count].tolist()) for row in rows) / count
            for rows, true in zip(candidates, truth, strict=True)
        ]
        means.append(float(np.mean(best)))
    return np.array(means)


def rows() -> list[Row]:
    """Compares one head's ED@1 to ED@20 over all windows; the loop runs on a part of them."""
    random = np.random.default_rng(0)
    truth = random.integers(0, VERBS, (WINDOWS, HORIZON)) // 8
    candidates = random.integers(0, VERBS, (WINDOWS, CANDIDATES, HORIZON)) // 8
    name, distance = official_distance()
    part = slice(0, WINDOWS, SHARE)
    ours = edit_distance_at(candidates[part], truth[part]).mean(axis=0)
    if not np.allclose(ours, looped(candidates[part], truth[part], distance)):
        raise RuntimeError(f"foretell and {name} disagree")
    took = seconds(lambda: edit_distance_at(candidates, truth))
    loop = SHARE * seconds(lambda: looped(candidates[part], truth[part], distance), repeats=1)
    what = f"ED@1 to ED@{HORIZON} of {WINDOWS:,} x {CANDIDATES} candidates, one head"
    return [Row(what, 1000 * took, "ms", f"{name}: {loop / took:.0f} x as long", "about 1 s")]


if __name__ == "__main__":
    print(table(rows()))
