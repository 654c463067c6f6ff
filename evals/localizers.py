"""Who locates in an evaluation: the text localizer, stored replies, a chat model."""

from __future__ import annotations

from typing import Literal

from foretell.config import EMBEDDED, Config
from foretell.errors import ConfigError
from foretell.evals.model_names import replay_file
from foretell.evals.moment_records import ReplayLocalizer
from foretell.memory.embedders import load_embedder
from foretell.tools.localization.moments import Localizer
from foretell.tools.localization.settings import LocalizerSettings
from foretell.tools.localization.text_localizer import TextLocalizer

VECTORS = "moment_vectors"
"""Folder in the library that keeps the vectors of queries and captions."""


def load_localizer(
    config: Config,
    settings: LocalizerSettings,
    *,
    ends: Literal["together", "apart"] = "together",
    in_flight: int = 8,
    requests_per_second: float | None = None,
) -> Localizer:
    """Gives the localizer that the settings name.

    Args:
        config: Whose `model` is "embedded", "replay:FILE" or `NAME` or `PROVIDER:NAME` of a chat
            model.
        settings: Of the text localizer.
        ends: Chat model: whether both ends are asked for in one request.
        in_flight: Chat model: most requests at a time.
        requests_per_second: Chat model: most requests begun in a second; None for any.

    Raises:
        ConfigError: If the model is unknown, or a key is missing.
        DatasetError: If stored replies cannot be read.
    """
    if file := replay_file(config.model):
        return ReplayLocalizer(file)
    if config.model == EMBEDDED:
        return TextLocalizer(load_embedder(config), settings, config.library / VECTORS)
    from foretell.agent.models import price_of
    from foretell.agent.tasks.chat_endpoint import ChatEndpoint
    from foretell.agent.tasks.temporal_grounding import GroundingSettings, TemporalGrounding

    if requests_per_second is not None and requests_per_second <= 0:
        raise ConfigError(f"--rate must be positive, got {requests_per_second!r}")
    asks = GroundingSettings(
        ends=ends, may_be_absent=settings.may_be_absent, requests_in_flight=in_flight
    )
    endpoint = ChatEndpoint.load(config, requests_per_second)
    return TemporalGrounding(endpoint, asks, price=price_of(config.model, config))
