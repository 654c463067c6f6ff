"""An evaluation of anticipation from settings to report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from foretell.agent.tasks.anticipation.lalm_prompt import LalmSettings
from foretell.config import Config
from foretell.evals.anticipation.anticipators import load_anticipator
from foretell.evals.anticipation.evaluation import AnticipationResult, evaluate
from foretell.evals.anticipation.report import write_report
from foretell.evals.datasets.ego4d_lta import AnticipationTask
from foretell.evals.run_folder import display_name, is_chat_model
from foretell.evals.runner import RunOptions


def run_anticipation(
    task: AnticipationTask,
    config: Config,
    settings: Mapping[str, object],
    lalm: LalmSettings | None = None,
    run: RunOptions | None = None,
    *,
    candidates: str = "llm",
    workers: int | None = None,
) -> AnticipationResult:
    """Forecasts a task's windows with the model that the settings name, and scores it.

    Args:
        task: What is to be forecast.
        config: Names the model.
        settings: What decides the windows, for the reader and for whoever resumes the run.
        lalm: What a chat model is shown and how it is asked; the observed actions and the horizon
            must be the task's.
        run: How many are forecast, and where forecasts, prompts, completions and
            `submission.json` are kept; None forecasts all and keeps none.
        candidates: "llm", or "llm+embedded" to choose among what a chat model tells and what the
            embedded anticipator draws.
        workers: Most processes that the embedded anticipator runs in; None for one a core.

    Raises:
        ForetellError: If a setting is wrong, the folder holds another run, or a forecast fails.
    """
    run = run or RunOptions()
    first = task.first(run.limit)
    settings = {**settings, "limit": run.limit, **_settings(first, config, lalm, candidates)}
    with run.open(settings) as folder:
        anticipator = load_anticipator(task, config, lalm, folder, candidates, workers)
        result = evaluate(
            first, anticipator, settings=settings, folder=folder, on_progress=run.on_progress
        )
        if folder:
            write_report(result, folder, model=display_name(config.model))
    return result


def _settings(
    task: AnticipationTask, config: Config, lalm: LalmSettings | None, candidates: str
) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "model": config.model,
        "taxonomy": task.taxonomy.name,
        "past": "recognised" if task.recognised else "gt",
        "observed": task.observed,
        "horizon": task.horizon,
        "candidates_k": task.k,
        "seed": task.seed,
        "windows": task.fingerprint(),
    }
    if is_chat_model(config.model):
        asks = asdict(lalm or LalmSettings())
        settings |= {"base_url": config.base_url, "temperature": config.temperature}
        settings |= {"candidates": candidates} | asks
    return settings
