"""Which videos settings are chosen on, so that scores can be reported on others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Literal, Protocol, TypeVar

from foretell.errors import ConfigError

Part = Literal["choose", "report"]
PARTS = ("all", "choose", "report")


class OfVideo(Protocol):
    """What is asked of one video."""

    @property
    def video(self) -> str:
        """The video's name."""
        ...


Asked = TypeVar("Asked", bound=OfVideo)


def fold_of(video: str, folds: int = 5) -> int:
    """Gives which of some equal parts a video is in, told by the SHA-256 of its name."""
    return int.from_bytes(hashlib.sha256(video.encode()).digest()) % folds


def part_of(video: str) -> Part:
    """Gives the part of a video: every fifth, by the SHA-256 of its name, is one to choose on."""
    return "choose" if fold_of(video) == 0 else "report"


def check_part(part: str) -> None:
    """Raises ConfigError if the part is unknown."""
    if part not in PARTS:
        raise ConfigError(f"--part {part!r} is unknown; give one of {', '.join(PARTS)}")


def questions_of(questions: Iterable[Asked], part: str) -> list[Asked]:
    """Gives the questions, or whatever else is asked, of a part; "all" are all.

    Raises:
        ConfigError: If the part is unknown.
    """
    check_part(part)
    return [one for one in questions if part in ("all", part_of(one.video))]
