"""An evaluation of future verbs from settings to report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from foretell.agent.tasks.anticipation.lalm_settings import LalmSettings
from foretell.config import EMBEDDED, Config
from foretell.evals.anticipation.anticipators import load_anticipator
from foretell.evals.anticipation.verb_evaluation import (
    VerbEvaluation,
    evaluate_embedded,
    evaluate_scores,
)
from foretell.evals.anticipation.verb_forecasts import forecast_verb_scores, verb_task
from foretell.evals.anticipation.verb_report import verb_record, verb_report
from foretell.evals.datasets.future_verbs import FutureVerbsDataset
from foretell.evals.model_names import shown_name
from foretell.evals.run_folder import open_run
from foretell.evals.runner import OnProgress


def run_future_verbs(
    data: Path,
    dataset: FutureVerbsDataset,
    config: Config,
    described: Mapping[str, object],
    *,
    lalm: LalmSettings | None = None,
    limit: int | None = None,
    out: Path | None = None,
    resume: bool = False,
    on_progress: OnProgress | None = None,
) -> VerbEvaluation:
    """Scores the verbs of a dataset's test records with the model that the settings name.

    Args:
        data: Folder of the dataset, where a model that forecasts in words finds them.
        dataset: What the folder holds.
        config: Names the model; "embedded" is `FutureVerbPredictor`.
        described: What else decides the result, for its reader and for whoever resumes the run.
        lalm: What a chat model is shown and how it is asked.
        limit: How many test videos are scored, from the first; None for all.
        out: Folder of the run, which gets every forecast and score, `result.json` and
            `report.md`; None keeps nothing.
        resume: Whether to go on with the run that `out` holds.
        on_progress: Told after each forecast.

    Raises:
        ForetellError: If a setting is wrong, the folder holds another run, or a forecast fails.
    """
    asked = dataset.first(limit)
    settings = {**described, "limit": limit, **_described(config, lalm)}
    with open_run(out, settings, resume=resume) as folder:
        if config.model == EMBEDDED:
            evaluation = evaluate_embedded(asked)
        else:
            task = verb_task(data, asked)
            anticipator = load_anticipator(task, config, lalm, folder)
            scores, forecasts = forecast_verb_scores(task, asked, anticipator, folder, on_progress)
            evaluation = evaluate_scores(
                shown_name(config.model), asked, scores, forecasts=forecasts
            )
        if folder:
            folder.write("scores.jsonl", _score_lines(asked, evaluation))
            folder.write("result.json", json.dumps(verb_record(evaluation), indent=2) + "\n")
            folder.write("report.md", verb_report(str(described["evaluation"]), evaluation))
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


def _described(config: Config, lalm: LalmSettings | None) -> dict[str, Any]:
    settings: dict[str, Any] = {"model": config.model}
    if config.model != EMBEDDED:
        asks = asdict(lalm or LalmSettings())
        settings |= {"base_url": config.base_url, "temperature": config.temperature} | asks
    return settings
