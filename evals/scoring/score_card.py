"""What a file of predictions scores, beside what would be scored without looking."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from foretell.errors import ConfigError, argument
from foretell.evals.metrics.diagnostics import (
    frame_gain,
    information_disparity,
    order_sensitivity,
)

Figure: TypeAlias = "float | int | Mapping[str, Figure] | None"
Figures: TypeAlias = Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """The scores of one file of predictions.

    Attributes:
        benchmark: Its name on the command line.
        n: How many questions, queries or instances are scored.
        figures: What is published of it, named as in the output for machines.
        baselines: The same figures of what needs no look at the videos.
        details: Longer lists, such as a score for each class.
        notes: What a reader should know of how it came about.
    """

    benchmark: str
    n: int
    figures: Figures
    baselines: Mapping[str, Figures] = field(default_factory=dict[str, Figures])
    details: Figures = field(default_factory=dict[str, Figure])
    notes: tuple[str, ...] = ()

    def record(self) -> dict[str, object]:
        """Returns it as JSON can hold it; what is not a number is None."""
        return {
            "benchmark": self.benchmark,
            "n": self.n,
            **{name: _plain(figure) for name, figure in {**self.figures, **self.details}.items()},
            "baselines": {name: _plain(figures) for name, figures in self.baselines.items()},
            "notes": list(self.notes),
        }


Scorer = Callable[[Path, Path, bool], ScoreCard]
"""Scores a file of predictions on a folder of data, as the official script does if it is True."""


def flat(figures: Figures, before: str = "") -> Iterator[tuple[str, float | int | None]]:
    """Yields each figure with its name, "map 0.5" for one within another."""
    for name, figure in figures.items():
        if isinstance(figure, Mapping):
            yield from flat(figure, f"{before}{name} ")
        else:
            yield f"{before}{name}", figure


def _plain(figure: Figure) -> object:
    if isinstance(figure, Mapping):
        return {name: _plain(one) for name, one in figure.items()}
    return None if figure is None or math.isnan(figure) else figure


def with_diagnostics(card: ScoreCard, beside: Mapping[str, ScoreCard]) -> ScoreCard:
    """Returns a score card with the gain, sensitivity and disparity that can be told, in per cent.

    Args:
        card: Of choices with many frames in order.
        beside: Of choices with "one-frame" at random, the same frames "shuffled", or the one
            "chosen-frame" that tells most.

    Raises:
        ConfigError: If the cards are not of choices.
    """
    full = _accuracy(card)
    of = {name: _accuracy(one) for name, one in beside.items()}
    gains: dict[str, Figure] = {f"{name} accuracy": share for name, share in of.items()}
    if "one-frame" in of:
        gains["kappa"] = frame_gain(full, of["one-frame"])
    if "shuffled" in of:
        gains["tau"] = order_sensitivity(full, of["shuffled"])
    if "one-frame" in of and "chosen-frame" in of:
        gains["rho"] = information_disparity(of["chosen-frame"], of["one-frame"])
    return replace(card, figures={**card.figures, "diagnostics": gains})


def _accuracy(card: ScoreCard) -> float:
    share = card.figures.get("accuracy")
    if isinstance(share, float):
        return share
    raise ConfigError(
        f"{card.benchmark} has no choices, so that {argument('one_frame')}, "
        f"{argument('shuffled')} and {argument('chosen_frame')} tell "
        "nothing; leave them out"
    )
