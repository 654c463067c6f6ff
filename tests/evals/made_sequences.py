"""A small made-up dataset: clips in which a few actions follow each other in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from foretell.actions import Action, ActionSequence, ActionWindow, Forecast
from foretell.memory.words.taxonomy import Taxonomy, Vocabulary

VERBS = ("take", "put", "wash", "cut", "open", "close")
NOUNS = ("knife", "cup", "onion", "door")
TAXONOMY = Taxonomy("made-up", Vocabulary(VERBS, {}), Vocabulary(NOUNS, {}))


def circle(length: int, step: int = 1) -> tuple[Action, ...]:
    """Gives actions that repeat after a while; another step is another circle."""
    return tuple(
        Action(VERBS[step * n % len(VERBS)], NOUNS[step * n % len(NOUNS)]) for n in range(length)
    )


def clips(count: int = 3, length: int = 14) -> tuple[ActionSequence, ...]:
    """Gives clips of as many videos, recognised without fault where a future is left."""
    return tuple(
        ActionSequence(
            name=f"clip{n}",
            video=f"video{n}",
            actions=circle(length, 1 + n),
            recognised=circle(length, 1 + n)[: length - 4],
        )
        for n in range(count)
    )


class Repeater:
    """Forecasts the last action over and over, and counts what it is asked."""

    def __init__(self, horizon: int, candidates: int | None = None) -> None:
        self.asked: list[str] = []
        self._horizon = horizon
        self._candidates = candidates

    def forecast(self, window: ActionWindow, k: int = 5) -> Forecast:
        """Gives `k` equal candidates, or as many as this was made to give."""
        self.asked.append(window.key)
        candidate = (window.past[-1],) * self._horizon
        return Forecast(window, (candidate,) * (self._candidates or k), repairs={"padded": 1})

    def forecasts(self, windows: Iterable[ActionWindow], k: int = 5) -> Iterator[Forecast]:
        """Gives a forecast of every window, the last first."""
        return (self.forecast(window, k) for window in reversed(list(windows)))
