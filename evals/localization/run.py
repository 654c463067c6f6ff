"""An evaluation of found moments from settings to report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from foretell.config import EMBEDDED, Config
from foretell.evals.localization.evaluation import MomentsResult, evaluate
from foretell.evals.localization.localizers import (
    Method,
    frame_settings,
    load_localizer,
    t3al_settings,
)
from foretell.evals.localization.report import localizer_name, write_moment_report
from foretell.evals.localization.sets import SETTINGS, MomentSet
from foretell.evals.run_folder import is_chat_model, open_run
from foretell.evals.runner import OnProgress
from foretell.tools.localization.frame_localizer import FrameLocalizerSettings
from foretell.tools.localization.t3al_settings import T3ALSettings


@dataclass(frozen=True, slots=True)
class MomentRun:
    """How moments are looked for.

    Attributes:
        method: How frames are searched, where the set has videos: "tfvtg" for what a query says,
            "t3al" or "t3al0" for the classes of the set, with or without adaptation.
        limit: How many queries, from the first; None for all.
        ends: Chat model: whether start and end are asked for "together" or "apart".
        seed: Of the random spans that it is compared with.
        in_flight: Chat model: most requests at a time.
        requests_per_second: Chat model: most requests begun in a second; None for any.
        out: Folder of the run, which gets every moment as soon as it is there, `result.json` and
            a report; None keeps nothing.
        resume: Whether to go on with the run that `out` holds.
    """

    method: Method = "tfvtg"
    limit: int | None = None
    ends: Literal["together", "apart"] = "together"
    seed: int = 0
    in_flight: int = 8
    requests_per_second: float | None = None
    out: Path | None = None
    resume: bool = False


def run_moments(
    asked: MomentSet,
    config: Config,
    how: MomentRun,
    described: Mapping[str, object],
    on_progress: OnProgress | None = None,
) -> MomentsResult:
    """Looks for a set's moments with the model that the settings name, and scores what is found.

    Args:
        asked: What is looked for.
        config: Names the model and the embedder.
        how: How it is looked for.
        described: What else decides the result, for its reader and for whoever resumes the run.
        on_progress: Told after each query.

    Raises:
        ForetellError: If a setting is wrong, the folder holds another run, or a query fails.
    """
    asked = asked.first(how.limit)
    asked.check_shown()
    settings = {**described, **_captioner(asked, config, how)}
    with open_run(how.out, settings, resume=how.resume) as folder:
        localizer = load_localizer(
            config,
            asked,
            method=how.method,
            ends=how.ends,
            in_flight=how.in_flight,
            requests_per_second=how.requests_per_second,
        )
        result = evaluate(
            asked,
            localizer,
            settings=settings,
            seed=how.seed,
            folder=folder,
            on_progress=on_progress,
        )
        if folder:
            write_moment_report(result, folder, model=localizer_name(settings))
    return result


def _captioner(asked: MomentSet, config: Config, how: MomentRun) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "model": config.model,
        "limit": how.limit,
        "seed": how.seed,
        "queries": asked.fingerprint(),
    }
    if config.model == EMBEDDED:
        settings |= {"embedder": config.embedder, "localizer": asdict(SETTINGS[asked.name])}
    if is_chat_model(config.model):
        settings |= {"base_url": config.base_url, "temperature": config.temperature}
        settings |= {"ends": how.ends}
    if asked.videos:
        settings |= {"method": how.method, "frame_scorer": config.frame_scorer}
        settings |= {"judge": config.moment_judge, "videos_found": len(asked.videos)}
        settings |= {"frames": asdict(_frame_settings(asked, how.method))}
    return settings


def _frame_settings(asked: MomentSet, method: Method) -> FrameLocalizerSettings | T3ALSettings:
    return frame_settings(asked) if method == "tfvtg" else t3al_settings(asked, method)
