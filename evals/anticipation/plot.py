"""Edit distances after each number of actions, drawn."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from foretell.evals.anticipation.evaluation import Scores
from foretell.evals.metrics.edit_distance import HEADS, Head

# Figures and axes are Any, because matplotlib leaves the types of its options unknown.
_INCHES = (12.0, 4.2)
_DOTS_PER_INCH = 120


def plot_distances(scores: Mapping[str, Scores], file: Path) -> None:
    """Draws one panel a head and one curve a forecaster, the first one thick, into a PNG file."""
    from matplotlib.figure import Figure

    figure: Any = Figure(figsize=_INCHES, layout="constrained")
    for place, head in enumerate(HEADS, start=1):
        _draw(figure.add_subplot(1, len(HEADS), place), scores, head)
    handles, names = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=len(names), frameon=False)
    figure.savefig(file, format="png", dpi=_DOTS_PER_INCH)


def _draw(axes: Any, scores: Mapping[str, Scores], head: Head) -> None:
    for place, (name, heads) in enumerate(scores.items()):
        distances = heads[head].ed_at
        steps = range(1, len(distances) + 1)
        axes.plot(steps, distances, label=name, linewidth=2.5 if place == 0 else 1.0)
    axes.set_title(head)
    axes.set_xlabel("actions ahead")
    axes.set_ylabel("edit distance")
    axes.grid(alpha=0.3)
