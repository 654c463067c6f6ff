"""An evaluation of future verbs from settings to report, of verbs or of actions in words."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foretell.actions import ActionWindow
from foretell.agent.tasks.anticipation.lalm_prompt import LalmSettings
from foretell.config import EMBEDDED, Config
from foretell.errors import DatasetError
from foretell.evals.anticipation.anticipators import load_anticipator
from foretell.evals.anticipation.records import candidates_of, forecast_record
from foretell.evals.anticipation.verb_evaluation import (
    VerbEvaluation,
    VerbScore,
    evaluate_embedded,
    evaluate_scores,
)
from foretell.evals.datasets.ego4d_lta import AnticipationTask
from foretell.evals.datasets.epic_lta import FutureVerbs, FutureVerbsDataset
from foretell.evals.markdown import table, usage_text
from foretell.evals.metrics.average_precision import MeanAveragePrecision
from foretell.evals.run_folder import Record, RunFolder, display_name
from foretell.evals.runner import OnProgress, RunOptions
from foretell.evals.runner import run as run_items
from foretell.memory.words.taxonomy import Taxonomy
from foretell.tools.annotations.load import load_sequences
from foretell.tools.anticipation.anticipator import ConcurrentAnticipator

_TIES = """\
mAP in per cent over the classes that occur, all records pooled. A score that is alike in several
records leaves their order open: "mAP" keeps the order of the records, as the figures that others
report do in one way or another, and "ties averaged" takes the mean over all orders, which is what
such a score is worth. Intervals are 95 %, drawn by video.
"""


def run_future_verbs(
    data: Path,
    dataset: FutureVerbsDataset,
    config: Config,
    settings: Mapping[str, object],
    lalm: LalmSettings | None = None,
    run: RunOptions | None = None,
    *,
    seed: int = 0,
) -> VerbEvaluation:
    """Scores the verbs of a dataset's test records with the model that the settings name.

    Args:
        data: Folder of the dataset, where a model that forecasts in words finds them.
        dataset: What the folder holds.
        config: Names the model; "embedded" is `FutureVerbPredictor`.
        settings: What decides the records, for the reader and for whoever resumes the run.
        lalm: What a chat model is shown and how it is asked.
        run: How many test videos are scored, and where forecasts and scores are kept; None scores
            all and keeps none.
        seed: Of the random baseline.

    Raises:
        ForetellError: If a setting is wrong, the folder holds another run, or a forecast fails.
    """
    run = run or RunOptions()
    dataset = dataset.first(run.limit)
    settings = {**settings, "limit": run.limit, **_settings(config, lalm)}
    with run.open(settings) as folder:
        if config.model == EMBEDDED:
            evaluation = evaluate_embedded(dataset, seed)
        else:
            task = verb_task(data, dataset)
            anticipator = load_anticipator(task, config, lalm, folder)
            scores, forecasts = forecast_verb_scores(
                task, dataset, anticipator, folder, run.on_progress
            )
            evaluation = evaluate_scores(
                display_name(config.model), dataset, scores, forecasts=forecasts, seed=seed
            )
        if folder:
            folder.write("scores.jsonl", _score_lines(dataset, evaluation))
            folder.write("result.json", json.dumps(verb_record(evaluation), indent=2) + "\n")
            folder.write("report.md", verb_report(str(settings["evaluation"]), evaluation))
    return evaluation


def _score_lines(dataset: FutureVerbsDataset, evaluation: VerbEvaluation) -> str:
    lines = (
        {
            "video": record.video,
            "fraction": record.fraction,
            "future": sorted(record.future),
            "scores": scores.tolist(),
        }
        for record, scores in zip(dataset.test_records(), evaluation.scores, strict=True)
    )
    return "".join(json.dumps(line) + "\n" for line in lines)


def _settings(config: Config, lalm: LalmSettings | None) -> dict[str, Any]:
    settings: dict[str, Any] = {"model": config.model}
    if config.model != EMBEDDED:
        asks = asdict(lalm or LalmSettings())
        settings |= {"base_url": config.base_url, "temperature": config.temperature} | asks
    return settings


def verb_record(evaluation: VerbEvaluation) -> Record:
    """Returns the evaluation as JSON can hold it; a figure over no class is None."""
    score = evaluation.score
    scored = {evaluation.model: score, **evaluation.ablated, **evaluation.baselines}
    return {
        "n": evaluation.n,
        "map": _figures(score.map),
        "intervals": {name: [i.low, i.high] for name, i in score.intervals.items()},
        "by_ratio": {f"{ratio:g}": _figures(m) for ratio, m in evaluation.by_ratio.items()},
        "told_less": {name: _figures(less.map) for name, less in evaluation.ablated.items()},
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
    """Returns the evaluation as a page of Markdown."""
    figures = ("ALL", "FREQ", "RARE")
    ratios = ([f"{ratio:.0%}", *_figure_cells(m)] for ratio, m in evaluation.by_ratio.items())
    scores = ([name, *cells] for name, cells in verb_score_rows(evaluation))
    return "\n".join(
        (
            f"# {title}: {evaluation.n} records, model {evaluation.model}\n",
            _TIES,
            *table(("scores", *figures, "ALL, 95 %", "ALL, ties averaged"), scores),
            "",
            *table(("observed", *figures), ratios),
            "",
            *(f"- repaired: {kind} {count}" for kind, count in evaluation.repairs.items()),
            f"- usage: {usage_text(evaluation.usage)}\n",
        )
    )


def verb_score_rows(evaluation: VerbEvaluation) -> Iterator[tuple[str, list[str]]]:
    """Gives, of the model and each baseline, the name and its figures as words.

    The figures are ALL, FREQ, RARE, the interval of ALL, and ALL with ties averaged.
    """
    yield evaluation.model, _cells(evaluation.score)
    for name, score in evaluation.ablated.items():
        yield f"not told the {name}", _cells(score)
    for name, score in evaluation.baselines.items():
        yield name, _cells(score)


def _cells(score: VerbScore) -> list[str]:
    interval = score.intervals["all"]
    around = f"{interval.low:.1f} to {interval.high:.1f}"
    return [*_figure_cells(score.map), around, f"{score.map_of_ties.all:.1f}"]


def _figure_cells(figures: MeanAveragePrecision) -> list[str]:
    return [
        "none" if math.isnan(figure) else f"{figure:.1f}"
        for figure in (figures.all, figures.freq, figures.rare)
    ]


def _figures(figures: MeanAveragePrecision) -> Record:
    return {
        name: None if math.isnan(figure) else figure for name, figure in asdict(figures).items()
    }


def verb_task(folder: Path, dataset: FutureVerbsDataset, observed: int = 8) -> AnticipationTask:
    """Makes a window of the last observed actions of every test record.

    Args:
        folder: Of the dataset, with the tables of its classes; its training split is the pool.
        dataset: What the folder holds.
        observed: Most actions that a window shows; a record that has fewer shows them all.

    Raises:
        DatasetError: If the training split cannot be read, or its classes are others.
        ConfigError: If the words of the classes are not there.
    """
    pool = load_sequences(folder, split="train")
    if pool.taxonomy is None or len(pool.taxonomy.verbs) != dataset.verbs:
        raise DatasetError(
            f"{pool.path} is not in numbers of {dataset.verbs} verbs, as the dataset is; "
            "put the dataset's own tables of classes beside it"
        )
    windows = [_window(record, pool.taxonomy, observed) for record in dataset.test_records()]
    return AnticipationTask(tuple(windows), pool.sequences, pool.taxonomy, observed)


def forecast_verb_scores(
    task: AnticipationTask,
    dataset: FutureVerbsDataset,
    anticipator: ConcurrentAnticipator,
    folder: RunFolder | None = None,
    on_progress: OnProgress | None = None,
) -> tuple[NDArray[np.float64], list[Record]]:
    """Forecasts what follows each record, and counts its verbs.

    Args:
        task: Of `verb_task`.
        dataset: The same as there.
        anticipator: Who forecasts.
        folder: Keeps every forecast; None keeps none.
        on_progress: Told after each forecast.

    Returns:
        (N, C) scores of the test records, and the forecasts' records.

    Raises:
        ForetellError: If a forecast fails, has the wrong shape, or a word not in the taxonomy.
    """

    def predict(windows: Sequence[ActionWindow]) -> Iterator[tuple[str, Record]]:
        for forecast in anticipator.forecasts(windows, task.k):
            record = forecast_record(forecast, task.taxonomy, k=task.k, horizon=task.horizon)
            yield forecast.window.key, record

    windows = {window.key: window for window in task.windows}
    forecasts = run_items(windows, predict, folder, on_progress)
    scores = [
        verb_votes(verbs, [verb for verb, _ in record.past], dataset.verbs, record.fraction)
        for verbs, record in zip(
            candidates_of(forecasts)[..., 0], dataset.test_records(), strict=True
        )
    ]
    return np.array(scores), forecasts


def _window(record: FutureVerbs, taxonomy: Taxonomy, observed: int) -> ActionWindow:
    past = taxonomy.decode(np.array(record.past[-observed:]))
    return ActionWindow(f"{record.video}_{record.fraction:g}", record.video, past)


def verb_votes(
    forecast: NDArray[np.integer],
    observed: Sequence[int],
    classes: int,
    fraction: float = 0.5,
) -> NDArray[np.float64]:
    """Returns how often each verb is expected to follow.

    A forecast reaches but a few actions far, and names few verbs. What was observed says more of
    the long run and orders the verbs that no candidate names, so that both shares count alike.

    Args:
        forecast: (K, Z) ids of the verbs of the candidate futures.
        observed: Ids of the verbs of all observed actions.
        classes: How many verbs there are, C.
        fraction: The observed share of the video; a half where it is not known.

    Returns:
        (C,) expected numbers of uses, each at least 0.

    Raises:
        ValueError: If there is no forecast, nothing was observed, or `fraction` is not inside
            (0, 1).
    """
    if forecast.size == 0 or not observed or not 0.0 < fraction < 1.0:
        raise ValueError(
            f"a forecast of shape {forecast.shape}, {len(observed)} observed verbs and the "
            f"fraction {fraction!r} were given; give at least one of each, and a fraction "
            "between 0 and 1"
        )
    votes = np.bincount(forecast.ravel(), minlength=classes) / forecast.size
    seen = np.bincount(observed, minlength=classes) / len(observed)
    expected: NDArray[np.float64] = (votes + seen) / 2.0 * len(observed) * (1 - fraction) / fraction
    return expected
