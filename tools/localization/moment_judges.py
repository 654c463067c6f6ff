"""Chooses what looks at moments again, from the settings."""

from __future__ import annotations

import functools

from foretell.config import Config
from foretell.endpoint import PREFIX
from foretell.tools.localization.endpoint_judge import EndpointJudge
from foretell.tools.localization.moment_judge import VisionJudge
from foretell.tools.localization.verification import MomentJudge
from foretell.tools.vision_models.picture_endpoint import PictureEndpoint


def load_judge(config: Config) -> MomentJudge | None:
    """Gives the judge `hf:FOLDER`, `hf:OWNER/NAME` or `openai:NAME`; None where none is set.

    Raises:
        ConfigError: If it is named otherwise, its endpoint is not set, or there is no such device.
    """
    given = config.moment_judge
    if given is None:
        return None
    if not given.startswith(PREFIX):
        return _here(given, config.device)
    endpoint = PictureEndpoint(
        given.removeprefix(PREFIX),
        "moment_judge",
        config.endpoint,
    )
    return EndpointJudge(endpoint)


_here = functools.lru_cache(maxsize=1)(VisionJudge)
