"""Whether confidence tells right answers from wrong ones: AUROC, and error of calibration.

Expected calibration error: Guo et al., "On calibration of modern neural networks", ICML 2017.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from foretell.evals.metrics.multiple_choice import Bools

Floats = NDArray[np.float64]


def area_under_roc(confidences: Floats, right: Bools) -> float | None:
    """Returns how often a right answer is surer than a wrong one; equals count half.

    Args:
        confidences: (N,) of the answers, in [0, 1].
        right: (N,) whether each is right.

    Returns:
        In [0, 1]; 0.5 where confidence tells nothing; None unless some are right and some wrong.
    """
    of_right, of_wrong = confidences[right], confidences[~right]
    if not len(of_right) or not len(of_wrong):
        return None
    surer: Bools = of_right[:, None] > of_wrong[None, :]
    equal: Bools = of_right[:, None] == of_wrong[None, :]
    return float(surer.mean()) + 0.5 * float(equal.mean())


def calibration_error(confidences: Floats, right: Bools, *, bins: int = 10) -> float | None:
    """Returns how far confidence lies from the share that is right, over bins of equal width.

    Args:
        confidences: (N,) of the answers, in [0, 1].
        right: (N,) whether each is right.
        bins: How many; 1.0 belongs to the last.

    Returns:
        In [0, 1], lower is better; None of no answer.
    """
    if not len(confidences):
        return None
    places = np.minimum((confidences * bins).astype(np.int64), bins - 1)
    gaps = [
        abs(float(confidences[held].mean()) - float(right[held].mean())) * int(held.sum())
        for held in (places == place for place in np.unique(places))
    ]
    return sum(gaps) / len(confidences)
