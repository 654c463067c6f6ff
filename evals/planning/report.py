"""A finished evaluation of procedure planning as a page for people."""

from __future__ import annotations

import json
from collections.abc import Iterator

from foretell.evals.markdown import listing, pairs, table, usage_text
from foretell.evals.planning.evaluation import PlanningResult
from foretell.evals.planning.scores import PlanScore
from foretell.evals.run_folder import RunFolder


def write_plan_report(result: PlanningResult, folder: RunFolder, *, model: str) -> None:
    """Writes `report.md` and `result.json`."""
    folder.write("result.json", json.dumps(result.record(), indent=2) + "\n")
    folder.write("report.md", "\n".join(_page(result, model)) + "\n")


def score_headings(result: PlanningResult) -> tuple[str, ...]:
    """Returns what each cell of `score_rows` after the name is."""
    batch = result.settings["miou_batch"]
    return ("SR", "95 %", "mAcc", "mIoU", f"mIoU of {batch}", "middle")


def score_rows(result: PlanningResult, model: str) -> Iterator[tuple[str, list[str]]]:
    """Gives, of the model and each baseline, the name and its figures as words."""
    for name, score in {model: result.score, **result.baselines}.items():
        yield name, list(_cells(score))


def result_lines(result: PlanningResult) -> Iterator[str]:
    """Yields what else there is to know in words, a line for each fact."""
    start, goal = result.endpoint_accuracy
    yield f"right labels seen: {start:.1f} % of the starts, {goal:.1f} % of the goals"
    yield f"right tasks named: {result.task_accuracy:.1f} %"
    within = (f"{k} {share:.1f} %" for k, share in enumerate(result.success_within, start=1))
    yield f"a right plan among the first: {', '.join(within)}"


def _cells(score: PlanScore) -> Iterator[str]:
    interval = score.intervals["sr"]
    yield f"{score.sr:.1f}"
    yield f"{interval.low:.1f} to {interval.high:.1f}"
    yield from (f"{figure:.1f}" for figure in (score.macc, score.miou, score.miou_batch))
    yield "none" if score.middle is None else f"{score.middle:.1f}"


def _page(result: PlanningResult, model: str) -> Iterator[str]:
    yield f"# Procedure planning by {model}: {result.n} windows of {result.steps} steps\n"
    yield (
        f"{result.seconds:.1f} s of planning. All figures are per cent and higher is better. SR "
        "counts plans that are right in every step, mAcc right steps with the ends, middle right "
        "steps without them. mIoU compares each plan's set of steps with that of the truth; mIoU "
        f"of {result.settings['miou_batch']} takes so many windows together, and is another "
        "measure. The 95 % interval is that of SR, by resampling videos.\n"
    )
    rows = ([name, *cells] for name, cells in score_rows(result, f"**{model}**"))
    yield from table(("", *score_headings(result)), rows)
    yield from listing("Beside the plans", result_lines(result))
    yield from listing("Notes", result.notes)
    yield from pairs("Settings", result.settings)
    yield from listing("Usage", [usage_text(result.usage)])
