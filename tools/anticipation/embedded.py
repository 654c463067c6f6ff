"""Anticipates without a language model: draws futures, then chooses the set to give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice

import numpy as np
from numpy.typing import NDArray

from foretell.actions import ActionSequence, ActionWindow, ExampleUse, Forecast
from foretell.errors import DatasetError
from foretell.memory.words.taxonomy import Taxonomy
from foretell.tools.anticipation.mixture_weights import (
    CrossFittedWeights,
    MixtureWeights,
    even_weights,
    stage,
)
from foretell.tools.anticipation.pool import Ids, Mask, encode_pool
from foretell.tools.anticipation.sequence_model import PoolStatistics, SequenceModel
from foretell.tools.anticipation.set_selection import SelectionSettings, select_set
from foretell.tools.anticipation.similar_pasts import SimilarPasts
from foretell.tools.anticipation.sources import NOUN, VERB, Histories, Mixture, Uniforms, seeds_of

_TOLD = 5
"""How many examples a forecast names."""
_NUMBERS_A_WORD = 16
"""Random numbers set aside for each word, more than a draw takes."""


@dataclass(frozen=True, slots=True)
class EmbeddedSettings:
    """How the embedded anticipator works.

    Attributes:
        samples: S, futures drawn for each window.
        examples: E, similar windows that may be copied from.
        selection: How K futures are chosen.
        batch: Windows forecast together; forecasts do not depend on it.
        seed: Of all that is drawn.
    """

    samples: int = 256
    examples: int = 100
    selection: SelectionSettings = field(default_factory=SelectionSettings)
    batch: int = 16
    seed: int = 0


class EmbeddedAnticipator:
    """Forecasts from a pool of annotated sequences.

    For each window it draws S futures, action by action, each word copied from the pool's
    n-grams, from similar windows or from the past itself (`SequenceModel`), and gives the K
    futures with the least expected best-of-K edit distance under them (`select_set`).

    A window never learns from its own video nor from those it excludes.

    Args:
        pool: Annotated sequences to learn from.
        taxonomy: Of their words, and of the forecasts.
        observed: Length of the pasts that are compared.
        horizon: Z, length of a forecast.
        recognised: Whether the pool's pasts are what the recogniser saw; to be set where the
            windows' pasts are.
        settings: How.

    Raises:
        DatasetError: If the pool has no window, or a word is not in the taxonomy.
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
        self._weights = CrossFittedWeights(
            self._pool, self._statistics, self._similar, self._settings.examples
        )

    def forecast(self, window: ActionWindow, k: int = 5) -> Forecast:
        """Gives `k` candidate futures of a window, the likeliest first.

        Raises:
            DatasetError: If the past is empty, a word is not in the taxonomy, or the pool has
                nothing that the window may learn from.
        """
        return next(self.forecasts([window], k))

    def forecasts(self, windows: Iterable[ActionWindow], k: int = 5) -> Iterator[Forecast]:
        """Forecasts many windows; those of one video that come together cost least.

        Raises:
            DatasetError: As `forecast` does.
        """
        for windows_drawn, drawn in self._draws(windows):
            chosen = select_set(drawn.futures, k, settings=self._settings.selection)
            for row, window in enumerate(windows_drawn):
                yield self._forecast(window, chosen[row], drawn, row)

    def sample(self, window: ActionWindow) -> Ids:
        """Gives (S, Z, 2) verb and noun ids of the futures drawn for a window.

        Raises:
            DatasetError: As `forecast` does.
        """
        ((_, drawn),) = self._draws([window])
        futures: Ids = drawn.futures[0]
        return futures

    def _draws(
        self, windows: Iterable[ActionWindow]
    ) -> Iterator[tuple[Sequence[ActionWindow], _Drawn]]:
        """Draws futures for batches of windows that may learn from the same videos."""
        for _, group in groupby(windows, key=lambda w: (w.video, w.excluded, len(w.past))):
            alike = iter(group)
            batch = list(islice(alike, self._settings.batch))
            allowed = self._allowed(batch[0])
            sampler = self._sampler(batch[0], allowed)
            while batch:
                yield batch, self._draw(batch, allowed, sampler)
                batch = list(islice(alike, self._settings.batch))

    def _allowed(self, window: ActionWindow) -> Mask:
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
        return allowed

    def _sampler(self, window: ActionWindow, allowed: Mask) -> FutureSampler:
        model = self._statistics.model(allowed)
        return FutureSampler(model, self._weights.of(window.video) or even_weights(model))

    def _draw(
        self, windows: Sequence[ActionWindow], allowed: Mask, sampler: FutureSampler
    ) -> _Drawn:
        settings = self._settings
        ids = self._taxonomy.encode(action for window in windows for action in window.past)
        pasts = ids.reshape(len(windows), -1, 2)
        rows, cosines, shares = self._similar.find(pasts, allowed, settings.examples)
        known = Histories.of(pasts, rows, shares)
        seeds = [seeds_of(window.key, settings.samples, settings.seed) for window in windows]
        futures = sampler.draw(known, self._pool.horizon, np.stack(seeds))
        return _Drawn(futures, rows, cosines, shares)

    def _forecast(self, window: ActionWindow, chosen: Ids, drawn: _Drawn, row: int) -> Forecast:
        return Forecast(
            window=window,
            candidates=tuple(self._taxonomy.decode(candidate) for candidate in chosen),
            examples=tuple(
                ExampleUse(
                    self._pool.window(int(example), recognised=self._recognised),
                    similarity=float(cosine),
                    weight=float(share),
                )
                for example, cosine, share in zip(
                    drawn.examples[row, :_TOLD],
                    drawn.cosines[row, :_TOLD],
                    drawn.shares[row, :_TOLD],
                    strict=True,
                )
            ),
            notes=_habits(window),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """Futures of B windows, and the examples they may have copied from.

    Attributes:
        futures: (B, S, Z, 2) verb and noun ids.
        examples: (B, E) windows of the pool, the most similar first.
        cosines: (B, E) how similar.
        shares: (B, E) how likely each was to be copied from, among the examples.
    """

    futures: Ids
    examples: NDArray[np.int64]
    cosines: NDArray[np.float32]
    shares: NDArray[np.float64]


def _habits(window: ActionWindow) -> tuple[str, ...]:
    """Tells what the past keeps coming back to, which a future is likely to take up."""
    count = len(window.past)
    ((action, often),) = Counter(window.past).most_common(1)
    ((noun, held),) = Counter(action.noun for action in window.past).most_common(1)
    notes: list[str] = []
    if often > 1:
        notes.append(f"{str(action)!r} is {often} of the {count} actions seen")
    if held > often:
        notes.append(f"{held} of the {count} actions seen are with {noun!r}")
    return tuple(notes)


class FutureSampler:
    """Draws from the sources of a model, each as often as a mixture's weights say."""

    def __init__(self, model: SequenceModel, weights: MixtureWeights) -> None:
        nouns, verbs = list(model.nouns.values()), list(model.verbs.values())
        self._nouns = [Mixture(nouns, row) for row in weights.nouns]
        self._verbs = [Mixture(verbs, row) for row in weights.verbs]

    def draw(self, known: Histories, horizon: int, seeds: NDArray[np.uint64]) -> Ids:
        """Draws S futures of each of B pasts.

        Args:
            known: B histories that hold the past alone.
            horizon: Z, how many actions to draw.
            seeds: (B, S) one for each future; equal seeds of equal pasts draw equal futures.

        Returns:
            (B, S, Z, 2) verb and noun ids.
        """
        count, past = seeds.shape[1], known.observed
        rows = known.take(np.repeat(np.arange(len(known)), count))
        uniforms = Uniforms(seeds.ravel())
        actions = np.empty((len(rows), past + horizon, 2), np.int32)
        actions[:, :past] = rows.actions
        for step in range(horizon):
            at, number = past + step, 2 * step * _NUMBERS_A_WORD
            before = replace(rows, actions=actions[:, :at])
            noun = self._nouns[stage(step)].draw(before, uniforms.skip(number))
            given = replace(before, noun=noun)
            actions[:, at, NOUN] = noun
            actions[:, at, VERB] = self._verbs[stage(step)].draw(
                given, uniforms.skip(number + _NUMBERS_A_WORD)
            )
        return actions[:, past:].reshape(*seeds.shape, horizon, 2)
