"""A finished evaluation of found moments as a page for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from foretell.evals.localization.evaluation import MomentsResult
from foretell.evals.markdown import listing, pairs, table, usage_text
from foretell.evals.run_folder import RunFolder, display_name
from foretell.evals.scoring.score_card import Figures
from foretell.tools.vision_models.checkpoint import Checkpoint

_DISTANCES = ("3",)


def write_moment_report(result: MomentsResult, folder: RunFolder, *, model: str) -> None:
    """Writes `report.md` and `result.json`."""
    folder.write("result.json", json.dumps(result.record(), indent=2) + "\n")
    folder.write("report.md", "\n".join(_page(result, model)) + "\n")


def localizer_name(settings: Mapping[str, Any]) -> str:
    """Returns the name for people of who located: a model's, after the way in which it looked."""
    if scorer := settings.get("frame_scorer"):
        return f"{settings['method']} {Checkpoint.parse(scorer).short_name}"
    return display_name(settings["model"])


def score_headings(result: MomentsResult) -> tuple[str, ...]:
    """Returns what each cell of `score_rows` after the name is."""
    held = result.figures
    distances = [f"TD<={seconds} s" for seconds in _DISTANCES] if "td" in held else []
    precision = ["mAP"] if "map" in held else []
    return ("mIoU", "95 %", "R1@0.3", "R1@0.5", "R1@0.7", *distances, *precision, "null")


def score_rows(result: MomentsResult, model: str) -> Iterator[tuple[str, list[str]]]:
    """Gives, of the model and each baseline, the name and its figures as words."""
    intervals = list(result.intervals.values())
    scored = {model: result.figures, **result.baselines}
    for (name, figures), held in zip(scored.items(), intervals, strict=True):
        low, high = held["miou"].low, held["miou"].high
        cells = [_figure(figures, "miou"), f"{low:.1f} to {high:.1f}"]
        cells += [_figure(figures, "r1", threshold) for threshold in ("0.3", "0.5", "0.7")]
        if "td" in figures:
            cells += [_figure(figures, "td", seconds) for seconds in _DISTANCES]
        if "map" in figures:
            cells.append(_figure(figures, "map", "average"))
        yield name, [*cells, _figure(figures, "null_rate")]


def result_lines(result: MomentsResult) -> Iterator[str]:
    """Yields what else there is to know in words, a line for each fact."""
    better = [
        name
        for name, figures in result.baselines.items()
        if _number(figures, "miou") > _number(result.figures, "miou")
    ]
    if better:
        yield f"better in mIoU without a look: {', '.join(better)}"
    for split, figures in result.splits.items():
        yield f"of the split {split}: mIoU {figures['miou']:.1f} over {figures['n']} queries"
    if result.repairs:
        repairs = (f"{repair} {count}" for repair, count in result.repairs.items())
        yield f"replies read with: {', '.join(repairs)}"


def _figure(figures: Figures, *names: str) -> str:
    return f"{_number(figures, *names):.1f}"


def _number(figures: Figures, *names: str) -> float:
    held: object = figures
    for name in names:
        held = cast(Mapping[str, object], held)[name]
    return cast(float, held)


def _page(result: MomentsResult, model: str) -> Iterator[str]:
    yield f"# Moments found by {model}: {result.n} queries\n"
    yield (
        f"{result.seconds:.1f} s of looking. Figures are per cent and higher is better, but for "
        "null, the share of queries without a moment, each of which counts as missed. R1 and mIoU "
        "take the surest moment, TD adds up how far both its ends are off. The 95 % interval is "
        "that of mIoU, by resampling videos.\n"
    )
    rows = ([name, *cells] for name, cells in score_rows(result, f"**{model}**"))
    yield from table(("", *score_headings(result)), rows)
    yield from listing("Beside the moments", result_lines(result))
    yield from listing("Notes", result.notes)
    yield from pairs("Settings", result.settings)
    yield from listing("Usage", [usage_text(result.usage)])
