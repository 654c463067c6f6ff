"""Which videos settings are chosen on, so that scores can be reported on others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Literal

from foretell.errors import ConfigError
from foretell.questions import VideoQuestion

Part = Literal["choose", "report"]
PARTS = ("all", "choose", "report")


def part_of(video: str) -> Part:
    """Gives the part of a video: every fifth, by the SHA-256 of its name, is one to choose on."""
    digest = hashlib.sha256(video.encode()).digest()
    return "choose" if int.from_bytes(digest) % 5 == 0 else "report"


def questions_of(questions: Iterable[VideoQuestion], part: str) -> list[VideoQuestion]:
    """Gives the questions of a part; "all" are all.

    Raises:
        ConfigError: If the part is unknown.
    """
    if part not in PARTS:
        raise ConfigError(f"--part {part!r} is unknown; give one of {', '.join(PARTS)}")
    return [one for one in questions if part in ("all", part_of(one.video))]
