"""A finished evaluation as a page for people: tables in Markdown beside a plot."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from foretell.evals.anticipation.evaluation import AnticipationResult, Scores
from foretell.evals.markdown import listing, pairs, table, usage_text
from foretell.evals.metrics.edit_distance import HEADS, Head
from foretell.evals.run_folder import RunFolder

PLOT = "ed_at_z.png"
REPORT = "report.md"
# Figures and axes are Any, because matplotlib leaves the types of its options unknown.
_INCHES = (12.0, 4.2)
_DOTS_PER_INCH = 120


def write_report(result: AnticipationResult, folder: RunFolder, *, model: str) -> None:
    """Writes `report.md`, the plot `ed_at_z.png` that it shows, and `result.json`."""
    folder.write("result.json", json.dumps(result.record(), indent=2) + "\n")
    plot_distances({model: result.scores} | dict(result.baselines), folder.path / PLOT)
    folder.write(REPORT, "\n".join(_page(result, model)) + "\n")


def _page(result: AnticipationResult, model: str) -> Iterator[str]:
    yield f"# Long-term action anticipation by {model}\n"
    yield (
        f"{result.n} windows in {result.seconds:.1f} s. The edit distance is plain Levenshtein, "
        "the best candidate being chosen for each head and each number of actions; lower is "
        "better. In brackets stand 95 % intervals by resampling videos.\n"
    )
    yield from _scores_table(result, model)
    yield f"\n![Edit distance after each number of actions]({PLOT})"
    yield from listing("Notes", result.notes)
    yield from pairs("Settings", result.settings)
    yield from pairs("Repairs", result.repairs)
    yield from listing("Usage", [usage_text(result.usage)])


def _scores_table(result: AnticipationResult, model: str) -> Iterator[str]:
    horizon = len(result.scores["action"].ed_at)
    distances = (f"{head} ED@{horizon}" for head in HEADS)
    scored = {f"**{model}**": result.scores, **result.baselines}
    return table(
        ("", *distances, *(f"{head} AUED" for head in HEADS)),
        ([name, *_cells(scores)] for name, scores in scored.items()),
    )


def _cells(scores: Scores) -> Iterator[str]:
    yield from (
        f"{score.ed:.4f} [{score.interval.low:.3f}, {score.interval.high:.3f}]"
        for score in scores.values()
    )
    yield from (f"{score.aued:.4f}" for score in scores.values())


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
