"""Windows as arrays of label ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from foretell.actions import Action, ActionWindow
from foretell.memory.words.taxonomy import Taxonomy

Ids = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class EncodedWindows:
    """Windows of one shape, with what a taxonomy makes of their actions.

    Attributes:
        windows: N windows with equally long pasts and equally long futures.
        past: (N, P, 2) verb and noun ids, the latest action last.
        future: (N, Z, 2) verb and noun ids, the next action first.
    """

    windows: tuple[ActionWindow, ...]
    past: Ids
    future: Ids
    _masks: dict[tuple[str, frozenset[str]], NDArray[np.bool_]] = field(
        default_factory=dict[tuple[str, frozenset[str]], NDArray[np.bool_]], init=False, repr=False
    )

    def __len__(self) -> int:
        return len(self.windows)

    def examples_for(self, query: ActionWindow) -> NDArray[np.bool_]:
        """Returns (N,) which of these windows may serve a query as examples."""
        key = (query.video, query.excluded)
        if key not in self._masks:
            videos = {window.video for window in self.windows}
            allowed = {video: query.may_learn_from(video) for video in videos}
            self._masks[key] = np.array([allowed[window.video] for window in self.windows], bool)
        return self._masks[key]


def encode_windows(windows: Sequence[ActionWindow], taxonomy: Taxonomy) -> EncodedWindows:
    """Encodes windows whose pasts are equally long, and their futures too.

    Raises:
        DatasetError: If a word is not in the taxonomy.
    """
    return EncodedWindows(
        tuple(windows),
        encode_actions([window.past for window in windows], taxonomy),
        encode_actions([window.future for window in windows], taxonomy),
    )


def encode_actions(rows: Sequence[Sequence[Action]], taxonomy: Taxonomy) -> Ids:
    """Returns (N, Z, 2) verb and noun ids of N rows of Z actions.

    Raises:
        DatasetError: If a word is not in the taxonomy.
    """
    length = len(rows[0]) if rows else 0
    return taxonomy.encode(action for row in rows for action in row).reshape(len(rows), length, 2)
