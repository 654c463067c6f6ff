"""Makes the captioner that the settings name, which describes no clip twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from foretell.config import Config
from foretell.endpoint import PREFIX
from foretell.errors import ConfigError
from foretell.tools.captioning.captioner import Captioner
from foretell.tools.captioning.endpoint_captioner import EndpointCaptioner
from foretell.tools.captioning.image_text_captioner import ImageTextCaptioner
from foretell.tools.vision_models import checkpoint
from foretell.tools.vision_models.checkpoint import Checkpoint
from foretell.tools.vision_models.kept_captions import CAPTIONS_NAME, KeptCaptions, clip_key
from foretell.tools.watching.profile import Profile
from foretell.types import Clip, Usage


@dataclass(frozen=True, slots=True)
class BilledCaptioner:
    """A captioner with its bill.

    Attributes:
        captioner: What describes clips, each kind of clip once.
        endpoint: What is paid, where it is one.
    """

    captioner: Captioner
    endpoint: EndpointCaptioner | None = None

    @property
    def usage(self) -> Usage:
        """What its requests took so far."""
        return Usage() if self.endpoint is None else self.endpoint.usage


def keep_captions(captioner: Captioner, library: Path) -> BilledCaptioner:
    """Gives a captioner that describes each kind of clip once.

    Args:
        captioner: What describes; nothing is known of its bill.
        library: Folder where the captions are kept.
    """
    return BilledCaptioner(CachedCaptioner(captioner, library / CAPTIONS_NAME))


class CachedCaptioner:
    """A captioner that is asked only what it was not asked before; the same as another else.

    Args:
        captioner: What describes new clips.
        file: SQLite file of the captions; made when missing, and shared by processes.
    """

    def __init__(self, captioner: Captioner, file: Path) -> None:
        self._captioner = captioner
        self._kept = KeptCaptions(file)
        self.name = captioner.name

    @property
    def id(self) -> str:
        """That of the captioner."""
        return self._captioner.id

    @property
    def frames_per_clip(self) -> int:
        """That of the captioner."""
        return self._captioner.frames_per_clip

    @property
    def clips_at_once(self) -> int:
        """That of the captioner."""
        return self._captioner.clips_at_once

    def caption(self, clips: Sequence[Clip]) -> list[str]:
        """Gives a line of text for each clip.

        Raises:
            ModelError: If the captioner fails.
            MemoryStoreError: If the file cannot be used.
        """
        keys = [clip_key(self.id, clip) for clip in clips]
        told = self._kept.fill(dict(zip(keys, clips, strict=True)), self._captioner.caption)
        return [told[key] for key in keys]


def load_captioner(config: Config, profile: Profile) -> BilledCaptioner | None:
    """Gives the captioner `hf:FOLDER`, `hf:OWNER/NAME` or `openai:NAME`, or None where none is set.

    Raises:
        ConfigError: If it is named otherwise, or its endpoint is not set.
    """
    given = config.captioner
    if given is None:
        return None
    if given.startswith(PREFIX):
        endpoint = _endpoint(given.removeprefix(PREFIX), config, profile)
        return replace(keep_captions(endpoint, config.library), endpoint=endpoint)
    if not given.startswith(checkpoint.PREFIX):
        raise ConfigError(
            f"captioner is {given!r}; give hf:FOLDER or hf:OWNER/NAME of a model on this machine, "
            "or openai:NAME of one at the endpoint"
        )
    here = ImageTextCaptioner(
        Checkpoint.parse(given),
        config.caption_prompt,
        frames=config.caption_frames,
        device=config.device,
        profile=profile,
    )
    return keep_captions(here, config.library)


def _endpoint(name: str, config: Config, profile: Profile) -> EndpointCaptioner:
    return EndpointCaptioner(
        name,
        config.endpoint,
        prompt=config.caption_prompt,
        frames=config.caption_frames,
        prices=config.prices.get(name),
        profile=profile,
    )
