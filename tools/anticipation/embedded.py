"""Anticipates without a language model: samples futures, then chooses the set to give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby, islice

import numpy as np
from numpy.typing import NDArray

from foretell.actions import ActionSequence, ActionWindow, ExampleUse, Forecast
from foretell.errors import DatasetError
from foretell.memory.taxonomy import Taxonomy
from foretell.tools.anticipation.mixture_weights import (
    Likelihoods,
    MixtureWeights,
    fit_weights,
    likelihoods,
    stage,
)
from foretell.tools.anticipation.pool import Ids, Mask, Rows, encode_pool
from foretell.tools.anticipation.sequence_model import PoolStatistics, SequenceModel
from foretell.tools.anticipation.set_selection import SelectionSettings, select_set
from foretell.tools.anticipation.similar_pasts import Features, Floats, SimilarPasts
from foretell.tools.anticipation.sources import NOUN, VERB, Histories, Mixture
from foretell.tools.anticipation.uniforms import Uniforms, seeds_of

Seeds = NDArray[np.uint64]

_NUMBERS_A_WORD = 16
_FOLDS = 4
_TOLD = 5
"""How many examples a forecast names."""


@dataclass(frozen=True, slots=True)
class EmbeddedSettings:
    """How the embedded anticipator works.

    Attributes:
        samples: S, futures drawn for each window.
        examples: E, similar windows that may be copied from.
        selection: How K futures are chosen.
        batch: Windows forecast together.
        fit_sequences: Most sequences that the mixture's weights are fitted on.
        fit_windows: Most windows of each of those.
        seed: Of all that is drawn.
    """

    samples: int = 128
    examples: int = 100
    selection: SelectionSettings = field(default_factory=SelectionSettings)
    batch: int = 16
    fit_sequences: int = 96
    fit_windows: int = 8
    seed: int = 0


class EmbeddedAnticipator:
    """Forecasts from a pool of annotated sequences.

    For each window it draws S futures, action by action, each word copied from the pool's
    n-grams, from similar windows or from the past itself (`SequenceModel`), and gives the K
    futures with the least expected best-of-K edit distance under them (`select_set`).

    A window never learns from its own video nor from those it excludes. The mixture's weights are
    fitted on windows of the pool, each forecast from other videos; those used for a window of a
    video in the pool are fitted on other parts of the pool.

    Args:
        pool: Annotated sequences to learn from.
        taxonomy: Of their words, and of the forecasts.
        observed: Length of the pasts that are compared.
        horizon: Z, length of a forecast.
        recognised: Whether the pool's pasts are what the recogniser saw; to be set where the
            windows' pasts are.
        settings: How.

    Raises:
        DatasetError: If the pool is empty, or a word is not in the taxonomy.
    """

    def __init__(
        self,
        pool: Sequence[ActionSequence],
        taxonomy: Taxonomy,
        *,
        observed: int = 8,
        horizon: int = 20,
        recognised: bool = False,
        settings: EmbeddedSettings | None = None,
    ) -> None:
        self._taxonomy = taxonomy
        self._recognised = recognised
        self._settings = settings or EmbeddedSettings()
        self._pool = encode_pool(
            pool, taxonomy, observed=observed, horizon=horizon, recognised=recognised
        )
        if not len(self._pool.next_token):
            raise DatasetError(
                f"the pool of {len(pool)} sequences has no window of {observed} past and "
                f"{horizon} future actions to learn from; give longer sequences"
            )
        labels = len(taxonomy.verbs), len(taxonomy.nouns)
        self._statistics = PoolStatistics(self._pool, *labels)
        self._similar = SimilarPasts(self._pool, *labels)
        self._fitted: dict[int, MixtureWeights] = {}

    def forecast(self, window: ActionWindow, k: int = 5) -> Forecast:
        """Gives `k` candidate futures of a window, the likeliest first.

        Raises:
            DatasetError: If the past is empty, a word is not in the taxonomy, or the pool has
                nothing that the window may learn from.
        """
        return next(self.forecasts([window], k))

    def forecasts(self, windows: Iterable[ActionWindow], k: int = 5) -> Iterator[Forecast]:
        """Forecasts many windows; those of one video that come together cost least."""
        for _, group in groupby(windows, key=lambda w: (w.video, w.excluded, len(w.past))):
            alike = iter(group)
            first = next(alike)
            model, allowed = self._model(first)
            batch = [first, *islice(alike, self._settings.batch - 1)]
            while batch:
                yield from self._forecast(batch, model, allowed, k)
                batch = list(islice(alike, self._settings.batch))

    def sample(self, window: ActionWindow) -> Ids:
        """Gives (S, Z, 2) verb and noun ids of the futures drawn for a window.

        Raises:
            DatasetError: As `forecast` does.
        """
        sampler, allowed = self._model(window)
        samples: Ids = self._sample([window], sampler, allowed)[0][0]
        return samples

    def _model(self, window: ActionWindow) -> tuple[_Sampler, Mask]:
        """Makes what forecasts windows of one video."""
        if not window.past:
            raise DatasetError(
                f"window {window.key!r} shows no action; give at least one that was seen"
            )
        allowed = self._pool.allowed_for(window)
        if not allowed[self._pool.window_sequence].any():
            raise DatasetError(
                f"window {window.key!r} of video {window.video!r} may learn from none of the "
                f"pool's {len(self._pool.sequences)} sequences; add examples of other videos"
            )
        return _Sampler(self._statistics.model(allowed), self._weights(window)), allowed

    def _forecast(
        self, windows: Sequence[ActionWindow], sampler: _Sampler, allowed: Mask, k: int
    ) -> Iterator[Forecast]:
        samples, rows, cosines, shares = self._sample(windows, sampler, allowed)
        chosen = select_set(samples, k, settings=self._settings.selection)
        for window, candidates, row, cosine, share in zip(
            windows, chosen, rows, cosines, shares, strict=True
        ):
            yield Forecast(
                window=window,
                candidates=tuple(self._taxonomy.decode(candidate) for candidate in candidates),
                examples=tuple(
                    ExampleUse(
                        self._pool.window(int(row[i]), recognised=self._recognised),
                        float(cosine[i]),
                        float(share[i]),
                    )
                    for i in range(min(_TOLD, len(row)))
                ),
            )

    def _sample(
        self, windows: Sequence[ActionWindow], sampler: _Sampler, allowed: Mask
    ) -> tuple[Ids, Rows, Features, Floats]:
        """Gives (B, S, Z, 2) futures of B windows, and the similar windows that were found."""
        settings = self._settings
        pasts = self._encode(windows)
        rows, cosines, shares = self._similar.find(pasts, allowed, settings.examples)
        seeds = np.concatenate([seeds_of(w.key, settings.samples, settings.seed) for w in windows])
        known = Histories(pasts, pasts.shape[1], np.zeros(len(pasts), np.int64), rows, shares)
        samples = sampler.draw(known, settings.samples, self._pool.horizon, seeds)
        return samples, rows, cosines, shares

    def _encode(self, windows: Sequence[ActionWindow]) -> Ids:
        ids = self._taxonomy.encode(action for window in windows for action in window.past)
        return ids.reshape(len(windows), -1, 2)

    def _weights(self, window: ActionWindow) -> MixtureWeights:
        """Gives weights that were not fitted near the window's own video."""
        own = [i for i, s in enumerate(self._pool.sequences) if s.video == window.video]
        fold = self._fold(own[0]) if own else -1
        if fold not in self._fitted:
            parts = [part for number, part in self._likelihoods if number != fold]
            self._fitted[fold] = fit_weights(Likelihoods.joined(parts))
        return self._fitted[fold]

    def _fold(self, sequence: int) -> int:
        return sequence * _FOLDS // len(self._pool.sequences)

    @cached_property
    def _likelihoods(self) -> list[tuple[int, Likelihoods]]:
        """What each source gave to windows of the pool, with the fold that each comes from."""
        pool, settings = self._pool, self._settings
        first = np.searchsorted(pool.window_sequence, np.arange(len(pool.sequences) + 1))
        told = [i for i in range(len(pool.sequences)) if first[i] < first[i + 1]]
        given: list[tuple[int, Likelihoods]] = []
        for number in _evenly(told, settings.fit_sequences):
            rows = np.array(_evenly(range(first[number], first[number + 1]), settings.fit_windows))
            window = pool.window(int(rows[0]), recognised=self._recognised)
            allowed = pool.allowed_for(window)
            if not allowed[pool.window_sequence].any():
                continue
            examples, _, shares = self._similar.find(pool.shown[rows], allowed, settings.examples)
            actions = np.concatenate([pool.shown[rows], pool.futures[rows]], axis=1)
            known = Histories(actions, pool.observed, rows, examples, shares)
            given.append((self._fold(number), likelihoods(self._statistics.model(allowed), known)))
        return given


class _Sampler:
    """Draws futures from a model under a mixture's weights."""

    def __init__(self, model: SequenceModel, weights: MixtureWeights) -> None:
        nouns, verbs = list(model.nouns.values()), list(model.verbs.values())
        self._nouns = [Mixture(nouns, row) for row in weights.nouns]
        self._verbs = [Mixture(verbs, row) for row in weights.verbs]

    def draw(self, known: Histories, count: int, horizon: int, seeds: Seeds) -> Ids:
        """Gives (B, count, Z, 2) futures of B pasts."""
        windows = len(known)
        rows = known.take(np.repeat(np.arange(windows), count))
        uniforms = Uniforms(seeds)
        observed = known.observed
        actions = np.empty((windows * count, observed + horizon, 2), np.int32)
        actions[:, :observed] = rows.actions
        for step in range(horizon):
            at, number = observed + step, 2 * step * _NUMBERS_A_WORD
            before = replace(rows, actions=actions[:, :at])
            noun = self._nouns[stage(step)].draw(before, uniforms.skip(number))
            given = replace(before, noun=noun)
            actions[:, at, NOUN] = noun
            actions[:, at, VERB] = self._verbs[stage(step)].draw(
                given, uniforms.skip(number + _NUMBERS_A_WORD)
            )
        return actions[:, observed:].reshape(windows, count, horizon, 2)


def _evenly(items: Sequence[int], most: int) -> list[int]:
    """Gives at most `most` of the items, evenly spread."""
    places = np.linspace(0, len(items) - 1, min(most, len(items))).round().astype(int)
    return [items[place] for place in places]
