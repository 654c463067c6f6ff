"""What a file of predictions scores, beside what would be scored without looking."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

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
        """Gives it as JSON can hold it; what is not a number is None."""
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
    """Gives each figure with its name, "map 0.5" for one within another."""
    for name, figure in figures.items():
        if isinstance(figure, Mapping):
            yield from flat(figure, f"{before}{name} ")
        else:
            yield f"{before}{name}", figure


def _plain(figure: Figure) -> object:
    if isinstance(figure, Mapping):
        return {name: _plain(one) for name, one in figure.items()}
    return None if figure is None or math.isnan(figure) else figure
