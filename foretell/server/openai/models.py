"""The models of the protocol: the whole library, and each of its videos."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from foretell.patterns import LazyPattern
from foretell.server.problems import Problem
from foretell.server.served import Served
from foretell.types import VideoInfo

LIBRARY = "foretell"
"""The model that answers about every video."""
_ID_DIGITS = 8
"""Digits of an id in a model's name: enough to tell millions of videos apart."""
_LEAST_DIGITS = 6
"""Digits of an id that name a video by themselves."""
_APART = LazyPattern(r"[^\w]+")


def model_name(video: VideoInfo) -> str:
    """Returns the model's name of a video, such as "foretell/kitchen-5fe3a136"."""
    title = PurePosixPath(video.name).stem
    slug = _APART.sub("-", title).strip("-").lower()[:60] or "video"
    return f"{LIBRARY}/{slug}-{video.content_hash[:_ID_DIGITS]}"


def listed(videos: Sequence[VideoInfo]) -> dict[str, Any]:
    """Gives the list of models."""
    names = [LIBRARY, *map(model_name, videos)]
    return {"object": "list", "data": [described(name) for name in names]}


def found(model: str, here: Served) -> dict[str, Any]:
    """Gives what a client is told of a model that it names, under the whole name of it.

    Raises:
        Problem: If there is no such model.
    """
    return described(LIBRARY if model == LIBRARY else model_name(*videos_of(model, here)))


def described(name: str) -> dict[str, Any]:
    """Gives what a client is told of a model."""
    return {"id": name, "object": "model", "created": 0, "owned_by": "foretell"}


def videos_of(model: str, here: Served) -> tuple[VideoInfo, ...]:
    """Returns the videos that a model answers about.

    Raises:
        Problem: If there is no such model, or no video at all.
    """
    if model == LIBRARY:
        return here.chosen([])
    digits = model.removeprefix(f"{LIBRARY}/").rpartition("-")[2]
    meant = [
        video
        for video in here.videos()
        if len(digits) >= _LEAST_DIGITS and video.content_hash.startswith(digits)
    ]
    if len(meant) != 1:
        raise Problem(
            404,
            f"there is no model {model!r}; the list of models has {LIBRARY!r} and one for each "
            "video",
            "model_not_found",
        )
    return here.chosen([meant[0].content_hash])
