"""The sequences to learn from, as streams of label ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell.actions import ActionSequence, ActionWindow
from foretell.memory.words.taxonomy import Taxonomy

Ids = NDArray[np.int32]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """All actions of all sequences, one after the other, and the windows among them.

    Attributes:
        sequences: What was encoded.
        tokens: (T, 2) verb and noun ids of the annotated actions of all sequences.
        sequence: (T,) the sequence that each belongs to.
        shown: (W, observed, 2) the past of each window, as annotated or as recognised.
        next_token: (W,) where in `tokens` each window's future begins.
        futures: (W, horizon, 2) what followed each past.
        observed: Length of a past.
        horizon: Length of a future.
    """

    sequences: tuple[ActionSequence, ...]
    tokens: Ids
    sequence: Ids
    shown: Ids
    next_token: Rows
    futures: Ids
    observed: int
    horizon: int

    @property
    def window_sequence(self) -> Ids:
        """(W,) the sequence of each window."""
        return self.sequence[self.next_token]

    def allowed_for(self, query: ActionWindow | ActionSequence) -> Mask:
        """Gives (sequences,) whether each may serve a query."""
        return np.array([query.may_learn_from(s.video) for s in self.sequences], bool)

    def window(self, row: int, *, recognised: bool) -> ActionWindow:
        """Gives window `row` in words."""
        token = int(self.next_token[row])
        number = int(self.sequence[token])
        end = token - int(np.searchsorted(self.sequence, number))
        return self.sequences[number].window(
            end, self.observed, self.horizon, recognised=recognised
        )


def encode_pool(
    sequences: Sequence[ActionSequence],
    taxonomy: Taxonomy,
    *,
    observed: int,
    horizon: int,
    recognised: bool = False,
) -> Pool:
    """Encodes sequences to learn from.

    Args:
        sequences: Annotated sequences.
        taxonomy: Of their words.
        observed: Length of the pasts that are compared.
        horizon: Length of a future.
        recognised: Whether the pasts are what the recogniser saw, where a sequence has that.

    Raises:
        DatasetError: If a word is not in the taxonomy.
    """
    kept = tuple(sequence for sequence in sequences if sequence.actions)
    streams = [taxonomy.encode(sequence.actions) for sequence in kept]
    lengths = [len(stream) for stream in streams]
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    shown: list[Ids] = []
    next_token: list[Rows] = []
    for sequence, stream, start in zip(kept, streams, starts[:-1], strict=True):
        seen = taxonomy.encode(sequence.recognised) if recognised else stream
        ends = np.arange(observed, min(len(stream) - horizon, len(seen)) + 1)
        shown.append(seen[ends[:, None] + np.arange(-observed, 0)])
        next_token.append(start + ends)
    tokens = np.concatenate([np.zeros((0, 2), np.int32), *streams])
    following = np.concatenate([np.zeros(0, np.int64), *next_token])
    return Pool(
        sequences=kept,
        tokens=tokens,
        sequence=np.repeat(np.arange(len(kept), dtype=np.int32), lengths),
        shown=np.concatenate([np.zeros((0, observed, 2), np.int32), *shown]),
        next_token=following,
        futures=tokens[following[:, None] + np.arange(horizon)],
        observed=observed,
        horizon=horizon,
    )
