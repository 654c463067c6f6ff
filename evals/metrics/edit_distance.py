"""The edit distance of long-term action anticipation, as Ego4D scores it.

Grauman et al., "Ego4D: Around the world in 3,000 hours of egocentric video", CVPR 2022. The paper
speaks of Damerau-Levenshtein; the official code, github.com/EGO4D/forecasting, counts plain
Levenshtein, without transpositions, and so does this module.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from foretell.tools.anticipation.edit_distance import prefix_distances

Head = Literal["verb", "noun", "action"]
HEADS: tuple[Head, ...] = get_args(Head)
Ids = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]


def edit_distance_at(candidates: Ids, truth: Ids) -> Floats:
    """Gives, of each window, the edit distance of its best candidate after 1, 2 ... Z actions.

    The best candidate is chosen anew for each number of actions, and the distance is divided by
    that number.

    Args:
        candidates: (N, K, Z) ids.
        truth: (N, Z) ids of what followed.

    Returns:
        (N, Z) distances in [0, 1]; the score of a dataset is their mean over N.

    Raises:
        ValueError: If there is no candidate, or the shapes do not fit.
    """
    if candidates.shape[0] != truth.shape[0] or 0 in candidates.shape[1:2]:
        raise ValueError(
            f"candidates of shape {candidates.shape} do not fit a truth of shape {truth.shape}; "
            "give (N, K, Z) and (N, Z) with at least one candidate"
        )
    best: NDArray[np.int16] = prefix_distances(candidates, truth[:, None]).min(axis=1)
    return best / np.arange(1, truth.shape[1] + 1, dtype=np.float64)


def aued(distances: Floats) -> Floats:
    """Returns the area under the edit distance: the trapezoids from 1 to Z, divided by Z - 1.

    Args:
        distances: (..., Z) from `edit_distance_at`, or means of it; the order of taking the mean
            and the area does not matter.

    Returns:
        (...) areas in [0, 1]; the distance itself where Z is 1.
    """
    horizon = distances.shape[-1]
    if horizon == 1:
        return distances[..., 0]
    area: Floats = np.trapezoid(distances, axis=-1) / (horizon - 1)
    return area


def distances_by_head(candidates: Ids, truth: Ids) -> dict[Head, Floats]:
    """Scores verbs, nouns and whole actions; each chooses its best candidate for itself.

    Args:
        candidates: (N, K, Z, 2) verb and noun ids.
        truth: (N, Z, 2) verb and noun ids of what followed.

    Returns:
        (N, Z) distances of each head, as `edit_distance_at` gives them.
    """
    nouns = 1 + max(candidates[..., 1].max(initial=0), truth[..., 1].max(initial=0))
    pairs = zip(HEADS, _heads(candidates, nouns), _heads(truth, nouns), strict=True)
    return {head: edit_distance_at(forecast, followed) for head, forecast, followed in pairs}


def _heads(actions: Ids, nouns: int) -> tuple[Ids, Ids, Ids]:
    """Returns the ids of verbs, nouns and pairs; a pair's id is shared with no other pair."""
    verb, noun = actions[..., 0].astype(np.int64), actions[..., 1]
    return verb, noun, verb * nouns + noun
