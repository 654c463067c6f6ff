"""Makes scores of future verbs out of forecast actions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def verb_votes(
    forecast: NDArray[np.integer],
    observed: Sequence[int],
    classes: int,
    fraction: float = 0.5,
) -> NDArray[np.float64]:
    """Gives how often each verb is expected to follow.

    A forecast reaches but a few actions far, and names few verbs. What was observed says more of
    the long run and orders the verbs that no candidate names, so that both shares count alike.

    Args:
        forecast: (K, Z) ids of the verbs of the candidate futures.
        observed: Ids of the verbs of all observed actions.
        classes: How many verbs there are, C.
        fraction: The observed share of the video; a half where it is not known.

    Returns:
        (C,) expected numbers of uses, each at least 0.

    Raises:
        ValueError: If there is no forecast, nothing was observed, or `fraction` is not inside
            (0, 1).
    """
    if forecast.size == 0 or not observed or not 0.0 < fraction < 1.0:
        raise ValueError(
            f"a forecast of shape {forecast.shape}, {len(observed)} observed verbs and the "
            f"fraction {fraction!r} were given; give at least one of each, and a fraction "
            "between 0 and 1"
        )
    votes = np.bincount(forecast.ravel(), minlength=classes) / forecast.size
    seen = np.bincount(observed, minlength=classes) / len(observed)
    expected: NDArray[np.float64] = (votes + seen) / 2.0 * len(observed) * (1 - fraction) / fraction
    return expected
