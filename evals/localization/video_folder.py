"""The videos of a set as files in a folder."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from foretell.errors import DatasetError

SUFFIXES = (
    *(".3gp", ".avi", ".flv", ".gif", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4"),
    *(".mpeg", ".mpg", ".ogv", ".ts", ".webm", ".wmv"),
)
_ACTIVITYNET = "v_"
"""ActivityNet names the file of the video "NAME" so: "v_NAME.mp4"."""


def find_videos(folder: Path, names: Collection[str]) -> Mapping[str, Path]:
    """Gives the file of each video that a folder, or a folder in it, holds one of.

    Args:
        folder: Holds files such as "NAME.mp4" or "v_NAME.webm".
        names: Of the videos.

    Raises:
        DatasetError: If there is no such folder, it holds two files of one video, or none of any.
    """
    if not folder.is_dir():
        raise DatasetError(f"{folder} is no folder; give --videos the one that holds the videos")
    wanted = {*names}
    found: dict[str, Path] = {}
    for file in sorted(folder.rglob("*")):
        stems = (file.stem, file.stem.removeprefix(_ACTIVITYNET))
        name = next((stem for stem in stems if stem in wanted), None)
        if name is None or file.suffix.lower() not in SUFFIXES:
            continue
        if name in found:
            raise DatasetError(
                f"{folder} holds both {found[name].name!r} and {file.name!r}; leave one of them"
            )
        found[name] = file
    if not found:
        example = min(wanted, default="")
        raise DatasetError(
            f"{folder} holds none of the {len(wanted)} videos, such as {example!r}; give --videos "
            "the folder with files of those names"
        )
    return found
