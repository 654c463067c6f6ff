"""Who locates in an evaluation: models that look at frames, or who reads captions."""

from __future__ import annotations

from typing import Literal

from foretell.agent.video_indexer import open_as_set
from foretell.config import EMBEDDED, Config
from foretell.errors import ConfigError, argument
from foretell.evals.localization.records import ReplayLocalizer
from foretell.evals.localization.sets import MomentSet, is_thumos
from foretell.evals.run_folder import replay_file
from foretell.memory.embedding.embedders import load_embedder
from foretell.ranges import check_positive
from foretell.tools.localization.frame_localizer import FrameLocalizerSettings
from foretell.tools.localization.frame_scorers import load_frame_localizer
from foretell.tools.localization.localizer import DeferredLocalizer, Localizer
from foretell.tools.localization.settings import LocalizerSettings, T3ALSettings
from foretell.tools.localization.text_localizer import TextLocalizer

VECTORS = "moment_vectors"
"""Folder in the library that keeps the vectors of queries and captions."""
Method = Literal["tfvtg", "t3al", "t3al0"]
"""How frames are searched: for sentences, or for classes with or without adaptation."""


def load_localizer(
    config: Config,
    dataset: MomentSet,
    *,
    method: Method = "tfvtg",
    ends: Literal["together", "apart"] = "together",
    in_flight: int = 8,
    requests_per_second: float | None = None,
) -> Localizer:
    """Returns the localizer that the settings name.

    Args:
        config: Whose `frame_scorer` looks at the videos of the set, and whose `model` reads the
            captions of the others: "embedded", "replay:FILE" or `NAME` or `PROVIDER:NAME` of a
            chat model.
        dataset: What is looked for, and where.
        method: How frames are searched, where the set has videos.
        ends: Chat model: whether both ends are asked for in one request.
        in_flight: Chat model: most requests at a time.
        requests_per_second: Chat model: most requests begun in a second; None for any.

    Raises:
        ConfigError: If a model is unknown or lacks what it needs, or a key is missing.
        DatasetError: If stored replies cannot be read.
        ModelError: If the frame scorer is not on this machine.
    """

    def reader() -> Localizer:
        return _load_reader(config, dataset.data.settings, ends, in_flight, requests_per_second)

    if not dataset.videos:
        if method != "tfvtg":
            raise ConfigError(
                f"{method} looks at frames; give {argument('videos')} and "
                f"{argument('frame_scorer')}"
            )
        return reader()
    if config.frame_scorer is None:
        raise ConfigError(
            "there are videos and no frame_scorer to look at them; give "
            f"{argument('frame_scorer')} (foretell models list)"
        )
    if method != "tfvtg" and not dataset.labels:
        raise ConfigError(
            f"{method} tells the classes of a set apart, and {dataset.name} asks in sentences; "
            "give tfvtg"
        )
    return load_frame_localizer(
        config,
        lambda name: open_as_set(config, dataset.videos[name]) if name in dataset.videos else None,
        DeferredLocalizer(reader),
        labels=() if method == "tfvtg" else dataset.labels,
        t3al=t3al_settings(dataset, method),
        settings=frame_settings(dataset),
    )


def frame_settings(dataset: MomentSet) -> FrameLocalizerSettings:
    """Returns how sentences are found in frames: no moment is left out where each query has one."""
    text = dataset.data.settings
    least = 0.5 if text.may_be_absent else 0.0
    return FrameLocalizerSettings(limit=text.limit, min_probability=least)


def t3al_settings(dataset: MomentSet, method: Method) -> T3ALSettings:
    """Returns what the authors of T3AL set for the data that a set is from."""
    settings = T3ALSettings() if is_thumos(dataset.queries) else T3ALSettings.activitynet()
    return settings.without_adaptation() if method == "t3al0" else settings


def _load_reader(
    config: Config,
    settings: LocalizerSettings,
    ends: Literal["together", "apart"],
    in_flight: int,
    requests_per_second: float | None,
) -> Localizer:
    """Returns who reads captions."""
    if file := replay_file(config.model):
        return ReplayLocalizer(file)
    if config.model == EMBEDDED:
        return TextLocalizer(load_embedder(config), settings, config.library / VECTORS)
    from foretell.agent.chat_models.chat_endpoint import ChatEndpoint
    from foretell.agent.chat_models.models import price_of
    from foretell.agent.tasks.localization.temporal_grounding import (
        GroundingSettings,
        TemporalGrounding,
    )

    check_positive("rate", requests_per_second)
    asks = GroundingSettings(
        ends=ends, may_be_absent=settings.may_be_absent, requests_in_flight=in_flight
    )
    endpoint = ChatEndpoint.load(config, requests_per_second)
    return TemporalGrounding(
        endpoint, load_embedder(config), asks, price=price_of(config.model, config)
    )
