"""Makes the transcriber that the settings name."""

from __future__ import annotations

from foretell.config import Config
from foretell.endpoint import PREFIX
from foretell.errors import ConfigError
from foretell.tools.speech import whisper
from foretell.tools.speech.endpoint_transcriber import EndpointTranscriber
from foretell.tools.speech.transcriber import Transcriber
from foretell.tools.speech.whisper import WhisperTranscriber
from foretell.tools.watching.profile import Profile


def load_transcriber(config: Config, profile: Profile) -> Transcriber | None:
    """Gives the transcriber `whisper:NAME`, `whisper:FOLDER` or `openai:NAME`; None if none is set.

    Raises:
        ConfigError: If it is named otherwise, its endpoint is not set, or the device does not fit.
        MissingExtra: If it needs the extra `speech`, which is not installed.
    """
    given = config.transcriber
    if given is None:
        return None
    if given.startswith(whisper.PREFIX):
        name = given.removeprefix(whisper.PREFIX)
        return WhisperTranscriber(name, device=config.device, profile=profile)
    if not given.startswith(PREFIX):
        raise ConfigError(
            f"transcriber is {given!r}; give whisper:NAME or whisper:FOLDER of a model on this "
            "machine, or openai:NAME of one at the endpoint"
        )
    return EndpointTranscriber(
        given.removeprefix(PREFIX),
        config.endpoint,
        profile=profile,
    )
