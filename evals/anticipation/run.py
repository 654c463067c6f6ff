"""An evaluation of anticipation from settings to report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from foretell.agent.tasks.anticipation.lalm_prompt import LalmSettings
from foretell.config import Config
from foretell.evals.anticipation.anticipators import load_anticipator
from foretell.evals.anticipation.evaluation import AnticipationResult, AnticipationTask, evaluate
from foretell.evals.anticipation.report import write_report
from foretell.evals.run_folder import is_chat_model, open_run, shown_name
from foretell.evals.runner import OnProgress


def run_anticipation(
    task: AnticipationTask,
    config: Config,
    described: Mapping[str, object],
    *,
    lalm: LalmSettings | None = None,
    candidates: str = "llm",
    workers: int | None = None,
    limit: int | None = None,
    out: Path | None = None,
    resume: bool = False,
    on_progress: OnProgress | None = None,
) -> AnticipationResult:
    """Forecasts a task's windows with the model that the settings name, and scores it.

    Args:
        task: What is to be forecast.
        config: Names the model.
        described: What else decides the result, for its reader and for whoever resumes the run.
        lalm: What a chat model is shown and how it is asked; the observed actions and the horizon
            must be the task's.
        candidates: "llm", or "llm+embedded" to choose among what a chat model tells and what the
            embedded anticipator draws.
        workers: Most processes that the embedded anticipator runs in; None for one a core.
        limit: How many windows are forecast, from the first; None for all.
        out: Folder of the run, which gets every forecast as soon as it is there, prompts and
            completions, `submission.json`, `result.json` and a report; None keeps nothing.
        resume: Whether to go on with the run that `out` holds.
        on_progress: Told after each forecast.

    Raises:
        ForetellError: If a setting is wrong, the folder holds another run, or a forecast fails.
    """
    asked = task.first(limit)
    settings = {**described, "limit": limit, **_captioner(asked, config, lalm, candidates)}
    with open_run(out, settings, resume=resume) as folder:
        anticipator = load_anticipator(task, config, lalm, folder, candidates, workers)
        result = evaluate(
            asked, anticipator, settings=settings, folder=folder, on_progress=on_progress
        )
        if folder:
            write_report(result, folder, model=shown_name(config.model))
    return result


def _captioner(
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
