"""A finished evaluation as a page for people: tables in Markdown beside a plot."""

from __future__ import annotations

import json
from collections.abc import Iterator

from foretell.evals.anticipation.evaluation import AnticipationResult, Scores
from foretell.evals.anticipation.plot import plot_distances
from foretell.evals.markdown import listing, pairs, table, told_usage
from foretell.evals.metrics.edit_distance import HEADS
from foretell.evals.run_folder import RunFolder

PLOT = "ed_at_z.png"
REPORT = "report.md"


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
    yield from listing("Usage", [told_usage(result.usage)])


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
