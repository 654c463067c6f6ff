"""Which K futures to give: the set with the least expected best-of-K edit distance.

A forecast of K candidates is judged by its best candidate, so the K candidates should share the
likely futures out among them rather than each be the likeliest. Given samples of what may follow,
the expected score of a set is its mean over the samples: minimum Bayes risk, over a set. Choosing
among the samples greedily gives a start; then each action of each candidate in turn is replaced by
the one that lowers the expectation most, until nothing does.

The score is Ego4D's: plain Levenshtein, the minimum over K taken for verbs, nouns and whole
actions apart, and here their weighted sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.tools.anticipation.ballot import LocalIds
from foretell.tools.anticipation.edit_distance import levenshtein_matrix
from foretell.tools.anticipation.set_search import LONGEST, improve_sets

Ids = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SelectionSettings:
    """How a set is chosen.

    Attributes:
        verb: Weight of the verbs' distance in what is minimised.
        noun: Weight of the nouns' distance.
        action: Weight of the whole actions' distance.
        starts: How many samples the first, greedy choice is made from.
        sweeps: Most rounds over all actions of all candidates; 0 keeps K of the samples.
    """

    verb: float = 1.0
    noun: float = 1.0
    action: float = 1.0
    starts: int = 48
    sweeps: int = 2


def select_set(
    samples: Ids,
    k: int,
    *,
    weights: NDArray[np.floating[Any]] | None = None,
    settings: SelectionSettings | None = None,
) -> Ids:
    """Chooses K futures for the least expected best-of-K edit distance under weighted samples.

    Args:
        samples: (S, Z, 2) verb and noun ids of futures that may follow, or (B, S, Z, 2) of B
            windows at once.
        k: How many to give; no more than S.
        weights: (S,) or (B, S) how likely each sample is; equal where None.
        settings: How.

    Returns:
        (K, Z, 2), or (B, K, Z, 2), the candidate nearest to all samples first.

    Raises:
        ValueError: If there are fewer samples than K, or they are longer than `LONGEST`.
    """
    if samples.ndim == 3:
        batch = None if weights is None else weights[None]
        chosen: Ids = select_set(samples[None], k, weights=batch, settings=settings)[0]
        return chosen
    count, length = samples.shape[1:3]
    if not 0 < k <= count:
        raise ValueError(f"cannot choose {k} futures of {count} samples; give at least as many")
    if length > LONGEST:
        raise ValueError(f"futures are {length} actions long, at most {LONGEST} can be compared")
    settings = settings or SelectionSettings()
    if weights is None:
        weights = np.ones(samples.shape[:2])
    shares = weights / weights.sum(axis=1, keepdims=True)
    heads = np.array([settings.verb, settings.noun, settings.action])
    local = [LocalIds.of(window) for window in samples]
    starts = [
        _greedy(ids.tokens, share, heads, k, settings.starts)
        for ids, share in zip(local, shares, strict=True)
    ]
    return improve_sets(local, starts, shares, heads, settings.sweeps)


def _greedy(
    tokens: NDArray[np.int16], shares: Floats, heads: Floats, k: int, starts: int
) -> NDArray[np.intp]:
    """Gives (k,) samples, each the one that lowers the expectation most beside those before it."""
    pool = ranking.order(shares, max(k, starts))
    distances = np.stack([levenshtein_matrix(head[pool], head) for head in tokens])
    weighted = distances * heads[:, None, None]
    best = np.full(weighted[:, 0].shape, np.inf)
    chosen: list[int] = []
    for _ in range(k):
        expected = (np.minimum(best[:, None], weighted).sum(axis=0) * shares).sum(axis=1)
        expected[chosen] = np.inf
        chosen.append(ranking.best(-expected))
        best = np.minimum(best, weighted[:, chosen[-1]])
    return pool[chosen]
