"""`python -m benchmarks.confidence`: fits confidence to judged answers, and checks it on others.

`answer_confidence.csv` holds for each of 194 answers of the embedded planner, about eight videos
known by their captions, how well the best event fitted and whether a reader who had not written the
code judged the answer right. The curve is fitted on the videos of part "fit" alone.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from foretell.evals.metrics.calibration import area_under_roc, calibration_error

FILE = Path(__file__).with_name("answer_confidence.csv")
_ROUNDS = 50
"""Steps of Newton's method, which settles in ten."""


def judged(part: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Returns (N,) the scores of the answers of a part, "fit" or "check", and which are right."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["part"] == part]
    scores = np.array([float(row["score"]) for row in rows])
    return scores, np.array([row["right"] == "1" for row in rows])


def fitted(scores: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[float, float]:
    """Returns the offset and the slope of the logistic curve of greatest likelihood."""
    inputs = np.stack([np.ones_like(scores), scores], axis=1)
    weights = np.zeros(2)
    for _ in range(_ROUNDS):
        told = 1.0 / (1.0 + np.exp(-inputs @ weights))
        spread = (inputs * (told * (1.0 - told))[:, None]).T @ inputs
        weights += np.linalg.solve(spread, inputs.T @ (right - told))
    return float(weights[0]), float(weights[1])


def main() -> None:
    """Prints the curve, and its error beside that of the bare scores and of one number for all."""
    offset, slope = fitted(*judged("fit"))
    print(f"offset {offset:.2f}, slope {slope:.2f}, fitted on {len(judged('fit')[0])} answers")
    scores, right = judged("check")
    curve = 1.0 / (1.0 + np.exp(-(offset + slope * scores)))
    constant = np.full_like(scores, judged("fit")[1].mean())
    print(f"on {len(scores)} answers about other videos, {right.mean():.0%} right:")
    for name, told in (("calibrated", curve), ("bare scores", scores), ("one number", constant)):
        error, area = calibration_error(told, right), area_under_roc(told, right)
        print(f"  {name}: calibration error {error:.2f}, AUROC {area:.2f}")


if __name__ == "__main__":
    main()
