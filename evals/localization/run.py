"""An evaluation of found moments from settings to report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
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
from foretell.evals.localization.sets import MomentSet
from foretell.evals.run_folder import is_chat_model
from foretell.evals.runner import RunOptions
from foretell.tools.localization.frame_localizer import FrameLocalizerSettings
from foretell.tools.localization.settings import T3ALSettings


@dataclass(frozen=True, slots=True)
class MomentOptions:
    """How moments are looked for.

    Attributes:
        method: How frames are searched, where the set has videos: "tfvtg" for what a query says,
            "t3al" or "t3al0" for the classes of the set, with or without adaptation.
        ends: Chat model: whether start and end are asked for "together" or "apart".
        seed: Of the random spans that it is compared with.
        in_flight: Chat model: most requests at a time.
        requests_per_second: Chat model: most requests begun in a second; None for any.
    """

    method: Method = "tfvtg"
    ends: Literal["together", "apart"] = "together"
    seed: int = 0
    in_flight: int = 8
    requests_per_second: float | None = None


def run_moments(
    dataset: MomentSet,
    config: Config,
    settings: Mapping[str, object],
    options: MomentOptions | None = None,
    run: RunOptions | None = None,
) -> MomentsResult:
    """Looks for a set's moments with the model that the settings name, and scores what is found.

    Args:
        dataset: What is looked for.
        config: Names the model and the embedder.
        settings: What decides the queries, for the reader and for whoever resumes the run.
        options: How they are looked for; None for the defaults.
        run: How many are looked for, and where what is found is kept; None looks for all and keeps
            nothing.

    Raises:
        ForetellError: If a setting is wrong, the folder holds another run, or a query fails.
    """
    options, run = options or MomentOptions(), run or RunOptions()
    dataset = dataset.first(run.limit)
    dataset.check_videos()
    settings = {**settings, "limit": run.limit, **_settings(dataset, config, options)}
    with run.open(settings) as folder:
        localizer = load_localizer(
            config,
            dataset,
            method=options.method,
            ends=options.ends,
            in_flight=options.in_flight,
            requests_per_second=options.requests_per_second,
        )
        result = evaluate(
            dataset,
            localizer,
            settings=settings,
            seed=options.seed,
            folder=folder,
            on_progress=run.on_progress,
        )
        if folder:
            write_moment_report(result, folder, model=localizer_name(settings))
    return result


def _settings(dataset: MomentSet, config: Config, options: MomentOptions) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "model": config.model,
        "seed": options.seed,
        "queries": dataset.fingerprint(),
    }
    if config.model == EMBEDDED:
        settings |= {"embedder": config.embedder, "localizer": asdict(dataset.data.settings)}
    if is_chat_model(config.model):
        settings |= {"base_url": config.base_url, "temperature": config.temperature}
        settings |= {"ends": options.ends}
    if dataset.videos:
        settings |= {"method": options.method, "frame_scorer": config.frame_scorer}
        settings |= {"judge": config.moment_judge, "videos_found": len(dataset.videos)}
        settings |= {"frames": asdict(_frame_settings(dataset, options.method))}
    return settings


def _frame_settings(dataset: MomentSet, method: Method) -> FrameLocalizerSettings | T3ALSettings:
    return frame_settings(dataset) if method == "tfvtg" else t3al_settings(dataset, method)
