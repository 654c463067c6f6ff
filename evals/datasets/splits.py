"""Which videos settings are chosen on (dev), so that scores can be reported on others (test)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal, Protocol, TypeVar

from foretell.errors import ConfigError, argument

Split = Literal["dev", "test"]
SPLITS = ("all", "dev", "test")
RECORDED: Mapping[str, str] = MappingProxyType({"all": "all", "dev": "choose", "test": "report"})
"""What the splits are called in the records of runs, which are read by others."""


class OfVideo(Protocol):
    """What is asked of one video."""

    @property
    def video(self) -> str:
        """The video's name."""
        ...


Item = TypeVar("Item", bound=OfVideo)


def fold_of(video: str, folds: int = 5) -> int:
    """Returns which of some equal parts a video is in, told by the SHA-256 of its name."""
    return int.from_bytes(hashlib.sha256(video.encode()).digest()) % folds


def split_of(video: str) -> Split:
    """Returns the split of a video: every fifth, by the SHA-256 of its name, is of dev."""
    return "dev" if fold_of(video) == 0 else "test"


def check_split(split: str) -> None:
    """Refuses an unknown split.

    Raises:
        ConfigError: If it is none of `SPLITS`.
    """
    if split not in SPLITS:
        raise ConfigError(
            f"{argument('split')} {split!r} is unknown; give one of {', '.join(SPLITS)}, "
            "or name a file of "
            f"the benchmark with {argument('published_split')}"
        )


def of_split(items: Iterable[Item], split: str) -> list[Item]:
    """Returns the questions, or whatever else is asked, about the videos of a split; "all" are all.

    Raises:
        ConfigError: If the split is unknown.
    """
    check_split(split)
    return [one for one in items if split in ("all", split_of(one.video))]
