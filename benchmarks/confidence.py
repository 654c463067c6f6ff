"""`python -m benchmarks.confidence`: fits confidence to judged answers, and checks it on others.

`answer_confidence.csv` holds for each of 197 answers of the embedded planner, about eight videos
known by their captions, whether a reader who had not written the code judged it right, and what
might tell: how well the best event fits (`score`), how far it leads the next event with another
text (`lead`), and how many texts fit within 0.05 of it, itself among them (`rivals`); the last two
are 0 where nothing was ranked. All is fitted on the videos of part "fit" alone.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from foretell.evals.metrics.calibration import area_under_roc, calibration_error

FILE = Path(__file__).with_name("answer_confidence.csv")
CURVES = {"calibrated": ("score",), "lead and rivals": ("lead", "rivals")}
"""What each curve goes by; the second was chosen within part "fit", a video left out at a time."""
_ROUNDS = 50
"""Steps of Newton's method, which settles in ten."""


def judged(part: str, signals: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Returns (N, S) the signals of the answers of a part ("fit", "check"), and which are right."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["part"] == part]
    values = np.array([[float(row[signal]) for signal in signals] for row in rows])
    return values, np.array([row["right"] == "1" for row in rows])


def fitted(signals: NDArray[np.float64], right: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Returns (1 + S,) the offset and the slopes of the logistic curve of greatest likelihood."""
    inputs = _with_offset(signals)
    weights = np.zeros(inputs.shape[1])
    for _ in range(_ROUNDS):
        told = _curve(inputs, weights)
        spread = (inputs * (told * (1.0 - told))[:, None]).T @ inputs
        weights += np.linalg.solve(spread, inputs.T @ (right - told))
    return weights


def _with_offset(signals: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([np.ones(len(signals)), signals])


def _curve(inputs: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    told: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-inputs @ weights))
    return told


def main() -> None:
    """Prints each curve and its error, beside the bare scores and one number for all."""
    scores, right = judged("check", ("score",))
    share = judged("fit", ("score",))[1].mean()
    told = {"bare scores": scores[:, 0], "one number": np.full(len(right), share)}
    for name, signals in CURVES.items():
        weights = fitted(*judged("fit", signals))
        print(f"{name}: offset and slopes {np.round(weights, 2).tolist()}")
        told[name] = _curve(_with_offset(judged("check", signals)[0]), weights)
    print(f"on {len(right)} answers about other videos, {right.mean():.0%} right:")
    for name, confidence in told.items():
        error, area = calibration_error(confidence, right), area_under_roc(confidence, right)
        print(f"  {name}: calibration error {error:.2f}, AUROC {area:.2f}")


if __name__ == "__main__":
    main()
