"""Picks the examples that a model is shown beside a window of actions."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from foretell.actions import ActionWindow, ExampleUse
from foretell.errors import ConfigError
from foretell.memory.cosines import cosines, nearest
from foretell.memory.embedding.embedders import Embedder
from foretell.memory.embedding.text_vectors import Progress, text_vectors
from foretell.memory.mmr import maximal_marginal_relevance
from foretell.ranges import check_range

Selection = Literal["mmr", "nearest", "random", "none"]
Embedded = Literal["past", "past+future"]
ExampleGroup = tuple[ExampleUse, ...]


@dataclass(frozen=True, slots=True)
class RetrievalSettings:
    """How examples are chosen.

    Attributes:
        selection: "mmr" for near and unlike each other, "nearest", "random", or "none".
        lambda_: Weight of likeness to the window in MMR, in [0, 1].
        fetch_k: Among how many of the nearest MMR picks.
        k: Most examples to pick for a window; None for as many as the candidates need. MMR gives
            no more than `fetch_k`, whatever `k` is.
        embed: What of an example is compared, always with its captions. "past" compares like with
            like; "past+future" compares the window's past with an example's past and future, as
            LALM does.
        seed: Of the random picks.

    Raises:
        ConfigError: If a setting is out of range.
    """

    selection: Selection = "mmr"
    lambda_: float = 0.5
    fetch_k: int = 20
    k: int | None = None
    embed: Embedded = "past"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.selection not in get_args(Selection):
            raise ConfigError(
                f"there is no selection {self.selection!r} of examples; choose one of "
                f"{', '.join(get_args(Selection))}"
            )
        if self.embed not in get_args(Embedded):
            raise ConfigError(
                f"examples cannot be compared by {self.embed!r}; choose one of "
                f"{', '.join(get_args(Embedded))}"
            )
        check_range("lambda", self.lambda_, 0, 1)
        check_range("fetch_k", self.fetch_k, 1)
        check_range("k", self.k, 1)


class ExampleRetriever:
    """Picks among a pool of windows whose futures are known.

    MMR first takes the `fetch_k` nearest by cosine, then reranks them, as in "PALM: Predicting
    Actions through Language Models", Kim et al., ECCV 2024.

    Args:
        pool: The examples; each must have a future.
        embedder: What makes pasts comparable; it is used at the first pick.
        settings: How to choose.
        folder: Where the pool's vectors are kept for the next time; None keeps none.
        on_progress: Called while the pool is embedded, with how many texts are done, of how many.
    """

    def __init__(
        self,
        pool: Sequence[ActionWindow],
        embedder: Embedder,
        settings: RetrievalSettings | None = None,
        *,
        folder: Path | None = None,
        on_progress: Progress | None = None,
    ) -> None:
        self.settings = settings or RetrievalSettings()
        self._pool = tuple(pool)
        self._embedder = embedder
        self._folder = folder
        self._on_progress = on_progress

    def groups(
        self, window: ActionWindow, n_candidates: int = 5, per_candidate: int = 4
    ) -> tuple[ExampleGroup, ...]:
        """Gives each candidate a group of examples of its own.

        The picks are dealt in their order: the first `per_candidate` to the first candidate, and
        so on. Where there are too few for all, the dealing starts again from the first pick. No
        example stands twice in a group, and none is from a video that the window excludes.

        Raises:
            ConfigError: If the window may learn from fewer examples than there are candidates, or
                than one candidate needs.
            ModelError: If the embedder fails.
        """
        if self.settings.selection == "none" or per_candidate == 0:
            return ((),) * n_candidates
        allowed = self._allowed(window)
        if len(allowed) < max(n_candidates, per_candidate):
            raise ConfigError(self._too_few(window, len(allowed), n_candidates, per_candidate))
        wanted = self.settings.k or n_candidates * per_candidate
        return _dealt(self._pick(window, allowed, wanted), n_candidates, per_candidate)

    def _too_few(self, window: ActionWindow, found: int, candidates: int, size: int) -> str:
        return (
            f"{candidates} candidates of {size} examples each need at least "
            f"{max(candidates, size)} examples, and of {len(self._pool)} in the pool the window "
            f"{window.key!r} may learn from {found}; give more examples, ask for fewer, or choose "
            "the selection 'none'"
        )

    def _pick(
        self, window: ActionWindow, allowed: NDArray[np.intp], wanted: int
    ) -> list[ExampleUse]:
        if self.settings.selection == "random":
            return self._random(window, allowed, wanted)
        query = self._embedder.embed([self._query_text(window)])[0]
        by_distance = self.settings.selection == "nearest"
        fetched = wanted if by_distance else self.settings.fetch_k
        rows, scores = nearest(query, self._vectors, fetched, allowed)
        if by_distance:
            return self._uses(rows, scores)
        picks = maximal_marginal_relevance(
            query, self._vectors[rows], k=wanted, lambda_=self.settings.lambda_
        )
        order = [pick.index for pick in picks]
        return self._uses(rows[order], scores[order])

    def _random(
        self, window: ActionWindow, allowed: NDArray[np.intp], wanted: int
    ) -> list[ExampleUse]:
        """Picks by chance, the same for a window whatever was picked before."""
        chance = np.random.default_rng([self.settings.seed, zlib.crc32(window.key.encode())])
        rows = chance.permutation(allowed)[:wanted]
        texts = [self._pool_text(self._pool[int(row)]) for row in rows]
        query, *others = self._embedder.embed([self._query_text(window), *texts])
        return self._uses(rows, cosines(np.stack(others), query))

    def _uses(self, rows: NDArray[np.intp], similarities: NDArray[np.float64]) -> list[ExampleUse]:
        return [
            ExampleUse(self._pool[int(row)], float(similarity))
            for row, similarity in zip(rows, similarities, strict=True)
        ]

    def _allowed(self, window: ActionWindow) -> NDArray[np.intp]:
        """Gives the rows of the pool that the window may learn from, ascending."""
        numbers, of_row = self._videos
        permitted = np.fromiter(map(window.may_learn_from, numbers), np.bool_, len(numbers))
        return np.flatnonzero(permitted[of_row])

    @cached_property
    def _videos(self) -> tuple[dict[str, int], NDArray[np.intp]]:
        """Numbers the pool's videos, and gives the number of each example's."""
        numbers = {name: n for n, name in enumerate({w.video: None for w in self._pool})}
        return numbers, np.array([numbers[w.video] for w in self._pool], np.intp)

    @cached_property
    def _vectors(self) -> NDArray[np.float32]:
        texts = [self._pool_text(window) for window in self._pool]
        return text_vectors(texts, self._embedder, self._folder, self._on_progress)

    def _pool_text(self, window: ActionWindow) -> str:
        return self._text(window, with_future=self.settings.embed == "past+future")

    def _query_text(self, window: ActionWindow) -> str:
        return self._text(window, with_future=False)

    def _text(self, window: ActionWindow, *, with_future: bool) -> str:
        actions = window.past + (window.future if with_future else ())
        return " ".join([", ".join(map(str, actions)), *window.captions])


def _dealt(picks: Sequence[ExampleUse], groups: int, size: int) -> tuple[ExampleGroup, ...]:
    size = min(size, len(picks))
    return tuple(
        tuple(picks[(group * size + place) % len(picks)] for place in range(size))
        for group in range(groups)
    )
