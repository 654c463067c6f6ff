"""Stored completions as an anticipator like any other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel

from foretell.actions import ActionWindow, Forecast
from foretell.errors import DatasetError
from foretell.evals.replay import list_as_field, read_replies
from foretell.memory.words.taxonomy import Taxonomy
from foretell.thoughts import without_thoughts
from foretell.tools.anticipation.completion import parse_completion
from foretell.tools.texts.annotation_file import Node
from foretell.types import Usage


class _Completions(BaseModel):
    completions: list[str]


class ReplayAnticipator:
    """Reads futures out of completions that some model gave earlier.

    Three forms are read: a JSON list with a list of completions for each window, in the order of
    `keys`, as AntGPT stores them; a JSON object from window to completions; and lines of JSON
    objects with "key" and "completions", as a run folder holds them.

    Args:
        file: The completions.
        keys: Keys of every window of the dataset or subset, in its order.
        taxonomy: The words that forecasts are made of.
        horizon: Z, the length of a future.

    Raises:
        DatasetError: If the file cannot be read, or has another number of rows than windows.
    """

    def __init__(
        self, file: Path, keys: Sequence[str], taxonomy: Taxonomy, horizon: int = 20
    ) -> None:
        self._stored = read_replies(file, "window", _completions, in_order=keys)
        self._taxonomy = taxonomy
        self._horizon = horizon

    def forecast(self, window: ActionWindow, k: int = 5) -> Forecast:
        """Returns the futures in the first `k` completions of a window.

        Raises:
            DatasetError: If the file has fewer, or none of this window.
        """
        texts = self._stored.of(window.key)
        if len(texts) < k:
            raise DatasetError(
                f"{str(self._stored.file)!r} holds {len(texts)} completions of the window "
                f"{window.key!r}, and {k} are asked for; ask for fewer candidates"
            )
        parsed = [
            parse_completion(
                without_thoughts(text),
                self._taxonomy,
                horizon=self._horizon,
                last=window.past[-1],
            )
            for text in texts[:k]
        ]
        repairs = Counter[str]()
        for one in parsed:
            repairs.update(one.repairs)
        return Forecast(
            window=window,
            candidates=tuple(one.actions for one in parsed),
            repairs=dict(repairs),
            usage=Usage(cost=0.0),
        )


def _completions(node: Node) -> list[str]:
    return list_as_field(node, "completions").parse(_Completions).completions
