"""The result of an evaluation of future verbs, for machines and for readers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from foretell.evals.epic_lta import VerbEvaluation, VerbScore
from foretell.evals.metrics.average_precision import MeanAveragePrecision

Record = dict[str, Any]

_TIES = """\
mAP in per cent over the classes that occur, all records pooled. A score that is alike in several
records leaves their order open: "mAP" keeps the order of the records, as the figures that others
report do in one way or another, and "ties averaged" takes the mean over all orders, which is what
such a score is worth. Intervals are 95 %, drawn by video.
"""


def verb_record(evaluation: VerbEvaluation) -> Record:
    """Gives the evaluation as JSON can hold it; a figure over no class is None."""
    score = evaluation.score
    scored = {evaluation.model: score, **evaluation.told_less, **evaluation.baselines}
    return {
        "n": evaluation.n,
        "map": _figures(score.map),
        "intervals": {name: [i.low, i.high] for name, i in score.intervals.items()},
        "by_ratio": {f"{ratio:g}": _figures(m) for ratio, m in evaluation.by_ratio.items()},
        "told_less": {name: _figures(less.map) for name, less in evaluation.told_less.items()},
        "baselines": {name: _figures(base.map) for name, base in evaluation.baselines.items()},
        "baseline_intervals": {
            name: {figure: [i.low, i.high] for figure, i in base.intervals.items()}
            for name, base in evaluation.baselines.items()
        },
        "ties_averaged": {name: _figures(one.map_of_ties) for name, one in scored.items()},
    }


def verb_report(title: str, evaluation: VerbEvaluation) -> str:
    """Gives the evaluation as a page of Markdown."""
    ratios = [
        f"| {ratio:.0%} | {_cells(figures)} |" for ratio, figures in evaluation.by_ratio.items()
    ]
    return "\n".join(
        (
            f"# {title}: {evaluation.n} records, model {evaluation.model}\n",
            _TIES,
            "| scores | ALL | FREQ | RARE | ALL, 95 % | ALL, ties averaged |",
            "|---|---|---|---|---|---|",
            *_rows(evaluation),
            "",
            "| observed | ALL | FREQ | RARE |",
            "|---|---|---|---|",
            *ratios,
            "",
        )
    )


def _rows(evaluation: VerbEvaluation) -> Iterator[str]:
    yield _row(f"**{evaluation.model}**", evaluation.score)
    for name, score in evaluation.told_less.items():
        yield _row(f"{evaluation.model}, not told the {name}", score)
    for name, score in evaluation.baselines.items():
        yield _row(name, score)


def _row(name: str, score: VerbScore) -> str:
    interval = score.intervals["all"]
    around = f"{interval.low:.1f} to {interval.high:.1f}"
    return f"| {name} | {_cells(score.map)} | {around} | {score.map_of_ties.all:.1f} |"


def _cells(figures: MeanAveragePrecision) -> str:
    return " | ".join(
        "none" if math.isnan(figure) else f"{figure:.1f}"
        for figure in (figures.all, figures.freq, figures.rare)
    )


def _figures(figures: MeanAveragePrecision) -> Record:
    return {
        name: None if math.isnan(figure) else figure for name, figure in asdict(figures).items()
    }
