"""How much each source of the next word is worth, learnt from the pool's own futures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from foretell.tools.anticipation.pool import Ids, Mask, Pool
from foretell.tools.anticipation.sequence_model import PoolStatistics, SequenceModel
from foretell.tools.anticipation.similar_pasts import SimilarPasts
from foretell.tools.anticipation.sources import NOUN, VERB, Histories

Floats = NDArray[np.float64]

STAGES = (1, 3, 8)
"""Weights change after so many drawn actions: the first words lean on what was shown, the later
ones on what was drawn."""
FOLDS = 4
"""Parts of the bank; each is forecast from the other three."""
_ROUNDS = 60
"""Steps of expectation maximisation, which bounds its time."""
_FIT_SEQUENCES = 96
"""Sequences of the bank that weights are fitted on, which bounds the seconds of a start."""
_FIT_WINDOWS = 8
"""Windows of each, spread evenly."""


def stage(drawn: int) -> int:
    """Gives which weights serve after `drawn` actions of the future."""
    return sum(drawn >= end for end in STAGES)


@dataclass(frozen=True, slots=True, eq=False)
class MixtureWeights:
    """How often each source is copied from, by stage.

    Attributes:
        nouns: (stages, noun sources), each row 1 in all.
        verbs: (stages, verb sources), each row 1 in all.
    """

    nouns: Floats
    verbs: Floats


class CrossFittedWeights:
    """Weights fitted on windows of a pool, so that no window meets weights fitted near it.

    The pool is cut into `FOLDS` runs of sequences. Windows of each are told by a model of the
    videos that all of its sequences may learn from, outside the run. The weights for a sequence of
    the pool are fitted on the other runs, those for any other video on all.

    Args:
        pool: What the windows are taken from.
        statistics: Its n-grams.
        similar: Its similar windows.
        examples: How many of those each window may copy from.
    """

    def __init__(
        self, pool: Pool, statistics: PoolStatistics, similar: SimilarPasts, examples: int
    ) -> None:
        folds = np.arange(len(pool.sequences)) * FOLDS // len(pool.sequences)
        self._fold_of = {s.video: int(f) for s, f in zip(pool.sequences, folds, strict=True)}
        self._told: dict[int, _Told] = {}
        for fold in range(FOLDS):
            rows = _spread_windows(pool, np.flatnonzero(folds == fold))
            allowed = _allowed_for_all(pool, rows) & (folds != fold)
            if len(rows) and allowed[pool.window_sequence].any():
                found, _, shares = similar.find(pool.shown[rows], allowed, examples)
                known = Histories.of(pool.shown[rows], found, shares)
                self._told[fold] = _tell(statistics.model(allowed), known, pool.futures[rows])
        self._fitted: dict[int | None, MixtureWeights] = {}

    def of(self, video: str) -> MixtureWeights | None:
        """Gives the weights for windows of a video; None where nothing could be fitted."""
        own = self._fold_of.get(video)
        if own not in self._fitted:
            parts = [told for fold, told in self._told.items() if fold != own]
            if not parts:
                return None
            nouns = _fit_stages([part.nouns for part in parts])
            verbs = _fit_stages([part.verbs for part in parts])
            self._fitted[own] = MixtureWeights(nouns, verbs)
        return self._fitted[own]


def even_weights(model: SequenceModel) -> MixtureWeights:
    """Gives weights that prefer no source."""
    stages = len(STAGES) + 1
    return MixtureWeights(
        np.full((stages, len(model.nouns)), 1.0 / len(model.nouns)),
        np.full((stages, len(model.verbs)), 1.0 / len(model.verbs)),
    )


def fit_mixture(probabilities: Floats) -> Floats:
    """Gives the weights of greatest likelihood, by expectation maximisation.

    Args:
        probabilities: (n, sources) what each source gave to each word that came.

    Returns:
        (sources,), 1 in all.
    """
    weights = np.full(probabilities.shape[1], 1.0 / probabilities.shape[1])
    probabilities = probabilities[probabilities.any(axis=1)]  # a word may be new to every source
    for _ in range(_ROUNDS if len(probabilities) else 0):
        shares = probabilities * weights
        weights = (shares / shares.sum(axis=1, keepdims=True)).mean(axis=0)
    return weights


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """What each source gave to each word of known futures: by stage, (n, sources)."""

    nouns: list[Floats]
    verbs: list[Floats]


def _tell(model: SequenceModel, known: Histories, futures: Ids) -> _Told:
    """Asks every source for every word of known futures, the words before being given."""
    nouns: list[list[Floats]] = [[] for _ in (*STAGES, None)]
    verbs: list[list[Floats]] = [[] for _ in (*STAGES, None)]
    actions = np.concatenate([known.actions, futures], axis=1)
    for step in range(futures.shape[1]):
        came = futures[:, step]
        shown = actions[:, : known.observed + step]
        before = replace(known, actions=shown, noun=came[:, NOUN])
        for rows, sources, slot in ((nouns, model.nouns, NOUN), (verbs, model.verbs, VERB)):
            columns = [s.probability(before, came[:, slot]) for s in sources.values()]
            rows[stage(step)].append(np.stack(columns, axis=1))
    return _Told(*([np.concatenate(r) for r in rows if r] for rows in (nouns, verbs)))


def _fit_stages(parts: Sequence[Sequence[Floats]]) -> Floats:
    """Fits each stage; those that no future reached get the weights of the last that one did."""
    fitted = [fit_mixture(np.concatenate(stage)) for stage in zip(*parts, strict=True)]
    return np.stack([*fitted, *[fitted[-1]] * (len(STAGES) + 1 - len(fitted))])


def _spread_windows(pool: Pool, sequences: NDArray[np.int64]) -> NDArray[np.int64]:
    """Gives windows of some sequences, evenly spread over them and within each."""
    first = np.searchsorted(pool.window_sequence, sequences)
    last = np.searchsorted(pool.window_sequence, sequences, side="right")
    told = np.flatnonzero(last > first)
    chosen = told[_even_places(len(told), _FIT_SEQUENCES // FOLDS)]
    rows = [first[i] + _even_places(int(last[i] - first[i]), _FIT_WINDOWS) for i in chosen]
    return np.concatenate([np.zeros(0, np.int64), *rows])


def _even_places(count: int, most: int) -> NDArray[np.int64]:
    return np.linspace(0, count - 1, min(most, count)).round().astype(np.int64)


def _allowed_for_all(pool: Pool, rows: NDArray[np.int64]) -> Mask:
    allowed = np.ones(len(pool.sequences), bool)
    for sequence in np.unique(pool.window_sequence[rows]):
        allowed &= pool.allowed_for(pool.sequences[int(sequence)])
    return allowed
