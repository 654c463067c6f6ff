"""A finished evaluation as a page for people: tables in Markdown beside a plot."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from foretell.evals.anticipation import AnticipationResult, Scores
from foretell.evals.metrics.edit_distance import HEADS
from foretell.evals.plot import plot_distances
from foretell.evals.run_folder import RunFolder
from foretell.types import Usage

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
    yield from _listing("Notes", result.notes)
    yield from _listing("Settings", (f"{name}: {held}" for name, held in result.settings.items()))
    yield from _listing("Repairs", (f"{kind}: {n}" for kind, n in result.repairs.items()))
    yield from _listing("Usage", [told_usage(result.usage)])


def _scores_table(result: AnticipationResult, model: str) -> Iterator[str]:
    horizon = len(result.scores["action"].ed_at)
    distances = (f"{head} ED@{horizon}" for head in HEADS)
    yield _row("", *distances, *(f"{head} AUED" for head in HEADS))
    yield "|---" * (1 + 2 * len(HEADS)) + "|"
    yield _score_row(f"**{model}**", result.scores)
    for name, scores in result.baselines.items():
        yield _score_row(name, scores)


def _score_row(name: str, scores: Scores) -> str:
    distances = (
        f"{score.ed:.4f} [{score.interval.low:.3f}, {score.interval.high:.3f}]"
        for score in scores.values()
    )
    return _row(name, *distances, *(f"{score.aued:.4f}" for score in scores.values()))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _listing(title: str, items: Iterable[str]) -> Iterator[str]:
    lines = [f"- {item}" for item in items]
    if lines:
        yield f"\n## {title}\n"
        yield from lines


def told_usage(usage: Usage) -> str:
    """Says in words what was spent."""
    cost = "cost unknown" if usage.cost is None else f"${usage.cost:.4f}"
    if not usage.input_tokens:
        return "no tokens"
    return f"{usage.input_tokens} tokens in, {usage.output_tokens} out, {cost}"
