"""Candidates chosen among futures that a chat model tells and futures drawn without one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Protocol

import numpy as np

from foretell.actions import ActionWindow, Forecast
from foretell.agent.tasks.anticipation.lalm import Samples
from foretell.memory.words.taxonomy import Taxonomy
from foretell.tools.anticipation.embedded import EmbeddedAnticipator
from foretell.tools.anticipation.set_selection import select_set


class SamplesFutures(Protocol):
    """What asks a chat model for futures, such as `LalmAnticipator`."""

    def samples(self, windows: Iterable[ActionWindow], n: int) -> Iterator[Samples]:
        """Gives `n` futures of every window, in whatever order."""
        ...


class JointAnticipator:
    """Asks a chat model for more futures than are wanted, adds drawn ones, and selects K.

    Both sources have the same say: the weights of each one's futures add up to a half.

    Args:
        lalm: Asks the chat model.
        embedded: Draws futures from the pool.
        taxonomy: The words of both.
        asked: Futures asked of the chat model for each candidate wanted.
    """

    def __init__(
        self,
        lalm: SamplesFutures,
        embedded: EmbeddedAnticipator,
        taxonomy: Taxonomy,
        *,
        asked: int = 2,
    ) -> None:
        self._lalm = lalm
        self._embedded = embedded
        self._taxonomy = taxonomy
        self._asked = asked

    def forecasts(self, windows: Iterable[ActionWindow], k: int = 5) -> Iterator[Forecast]:
        """Gives a forecast of every window as soon as it is ready, in whatever order.

        Raises:
            ForetellError: If either source fails.
        """
        for samples in self._lalm.samples(windows, self._asked * k):
            yield self._select(samples, k)

    def _select(self, samples: Samples, k: int) -> Forecast:
        told = np.stack([self._taxonomy.encode(one.actions) for one in samples.exchanges])
        drawn = self._embedded.sample(samples.window)
        weights = np.repeat([0.5 / len(told), 0.5 / len(drawn)], [len(told), len(drawn)])
        chosen = select_set(np.concatenate([told, drawn]), k, weights=weights)
        candidates = tuple(self._taxonomy.decode(candidate) for candidate in chosen)
        note = f"chosen among {len(told)} futures that the model told and {len(drawn)} drawn"
        return replace(samples.forecast(), candidates=candidates, notes=(note,))
