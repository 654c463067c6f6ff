"""What every anticipator can do: the embedded one, one that asks a model, a replay, a baseline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from foretell.actions import ActionWindow, Forecast


class Anticipator(Protocol):
    """Says what is likely to follow the actions seen so far."""

    def forecast(self, window: ActionWindow, k: int = 5) -> Forecast:
        """Gives `k` candidate futures of a window, the likeliest first."""
        ...


class ConcurrentAnticipator(Protocol):
    """Forecasts many windows at a time, as one that waits for a server should."""

    def forecasts(self, windows: Iterable[ActionWindow], k: int = 5) -> Iterator[Forecast]:
        """Gives a forecast of every window as soon as it is ready, in whatever order."""
        ...


class OneByOne:
    """Lets an anticipator of one window serve where many are asked for."""

    def __init__(self, anticipator: Anticipator) -> None:
        self._anticipator = anticipator

    def forecasts(self, windows: Iterable[ActionWindow], k: int = 5) -> Iterator[Forecast]:
        """Gives the forecasts in the order of the windows, each when it is asked for."""
        return (self._anticipator.forecast(window, k) for window in windows)
