"""The result of an evaluation of future verbs, for machines and for readers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict

from foretell.evals.anticipation.verb_evaluation import VerbEvaluation, VerbScore
from foretell.evals.markdown import table, told_usage
from foretell.evals.metrics.average_precision import MeanAveragePrecision
from foretell.evals.run_folder import Record

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
        "repairs": dict(evaluation.repairs),
        "usage": asdict(evaluation.usage),
    }


def verb_report(title: str, evaluation: VerbEvaluation) -> str:
    """Gives the evaluation as a page of Markdown."""
    figures = ("ALL", "FREQ", "RARE")
    ratios = ([f"{ratio:.0%}", *_told(m)] for ratio, m in evaluation.by_ratio.items())
    scores = ([name, *cells] for name, cells in told_scores(evaluation))
    return "\n".join(
        (
            f"# {title}: {evaluation.n} records, model {evaluation.model}\n",
            _TIES,
            *table(("scores", *figures, "ALL, 95 %", "ALL, ties averaged"), scores),
            "",
            *table(("observed", *figures), ratios),
            "",
            *(f"- repaired: {kind} {count}" for kind, count in evaluation.repairs.items()),
            f"- usage: {told_usage(evaluation.usage)}\n",
        )
    )


def told_scores(evaluation: VerbEvaluation) -> Iterator[tuple[str, list[str]]]:
    """Gives, of the model and each baseline, the name and its figures as words.

    The figures are ALL, FREQ, RARE, the interval of ALL, and ALL with ties averaged.
    """
    yield evaluation.model, _cells(evaluation.score)
    for name, score in evaluation.told_less.items():
        yield f"not told the {name}", _cells(score)
    for name, score in evaluation.baselines.items():
        yield name, _cells(score)


def _cells(score: VerbScore) -> list[str]:
    interval = score.intervals["all"]
    around = f"{interval.low:.1f} to {interval.high:.1f}"
    return [*_told(score.map), around, f"{score.map_of_ties.all:.1f}"]


def _told(figures: MeanAveragePrecision) -> list[str]:
    return [
        "none" if math.isnan(figure) else f"{figure:.1f}"
        for figure in (figures.all, figures.freq, figures.rare)
    ]


def _figures(figures: MeanAveragePrecision) -> Record:
    return {
        name: None if math.isnan(figure) else figure for name, figure in asdict(figures).items()
    }
