"""The sets of moments that foretell is measured on, by name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Self

from foretell.errors import ConfigError, DatasetError
from foretell.evals.datasets.action_instances import load_action_instances
from foretell.evals.datasets.charades_sta import load_charades_sta
from foretell.evals.datasets.parts import check_part, questions_of
from foretell.evals.datasets.qvhighlights import load_qvhighlights
from foretell.evals.datasets.stored_captions import Captions, load_captions
from foretell.evals.datasets.ual_bench import load_ual_bench, load_ual_captions
from foretell.moments import MomentQuery
from foretell.tools.localization.settings import LocalizerSettings

UAL_BENCH = "ual-bench"
ACTIONS = "temporal-action-detection"
_THUMOS = "video_test_"
_LOADERS: Mapping[str, Callable[[Path], list[MomentQuery]]] = MappingProxyType(
    {
        "qvhighlights": load_qvhighlights,
        "charades-sta": load_charades_sta,
        ACTIONS: load_action_instances,
    }
)
_SENTENCES = LocalizerSettings(may_be_absent=False, extent=0.5, limit=10)
"""For sets in which every query has its moment. Floor and extent were looked at on the part of
UAL-Bench's clips to choose on; what scored best there is the whole clip and was not taken."""
_DETAILS = replace(_SENTENCES, extent=0.25)
SETTINGS: Mapping[str, LocalizerSettings] = MappingProxyType(
    {
        UAL_BENCH: _SENTENCES,
        "charades-sta": _SENTENCES,
        "qvhighlights": _DETAILS,
        ACTIONS: _DETAILS,
    }
)
SUFFIXES = (
    *(".3gp", ".avi", ".flv", ".gif", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4"),
    *(".mpeg", ".mpg", ".ogv", ".ts", ".webm", ".wmv"),
)
_ACTIVITYNET = "v_"
"""ActivityNet names the file of the video "NAME" so: "v_NAME.mp4"."""


@dataclass(frozen=True, slots=True)
class MomentSet:
    """Moments to find, and what their videos show.

    Attributes:
        name: Of the benchmark.
        queries: What is looked for.
        captions: What each video shows in words, by its name.
        labels: The classes of actions of the whole set; empty where it asks in sentences.
        videos: The files to look at, by the name of the video.
    """

    name: str
    queries: tuple[MomentQuery, ...]
    captions: Captions = field(repr=False)
    labels: tuple[str, ...] = ()
    videos: Mapping[str, Path] = field(default_factory=dict[str, Path], repr=False)

    def first(self, limit: int | None) -> Self:
        """Gives the set with its first queries only; None leaves all.

        Raises:
            ConfigError: If `limit` is not positive.
        """
        if limit is not None and limit < 1:
            raise ConfigError(f"--limit must be 1 or more, got {limit!r}")
        return replace(self, queries=self.queries[:limit])

    def fingerprint(self) -> str:
        """Gives a hash of the queries, captions and classes, and of which videos there are."""
        digest = hashlib.sha256()
        for query in self.queries:
            digest.update(repr((query, self.captions.get(query.video))).encode())
        if self.videos:
            digest.update(repr((self.labels, sorted(self.videos))).encode())
        return digest.hexdigest()[:16]

    def check_shown(self) -> None:
        """Sees that each query's video is there, where there are no captions to read instead.

        Raises:
            DatasetError: If one is not.
        """
        missing = {query.video for query in self.queries} - self.videos.keys()
        if missing and not self.captions:
            raise DatasetError(
                f"{len(missing)} videos of {self.name} are not in the folder, such as "
                f"{min(missing)!r}, and no captions tell what they show; give their files, or "
                "--captions FILE"
            )


@dataclass(frozen=True, slots=True)
class MomentFiles:
    """Where a set lies.

    Attributes:
        name: Of the benchmark.
        data: Its annotations.
        captions: What its videos show; None where the data holds it.
        part: Which videos: "all", those to "choose" settings on, or the others, to "report".
        videos: Folder with the files to look at; None reads captions alone.
    """

    name: str
    data: Path
    captions: Path | None = None
    part: str = "all"
    videos: Path | None = None

    def described(self) -> dict[str, object]:
        """Gives the settings as a run folder keeps them."""
        return {
            "evaluation": self.name,
            "data": str(self.data),
            "captions": None if self.captions is None else str(self.captions),
            "part": self.part,
            "videos": None if self.videos is None else str(self.videos),
        }


def is_thumos(queries: Sequence[MomentQuery]) -> bool:
    """Whether queries are about the videos that THUMOS14 is tested on."""
    return all(query.video.startswith(_THUMOS) for query in queries)


def load_moment_set(files: MomentFiles) -> MomentSet:
    """Reads a set.

    Raises:
        ConfigError: If the part is unknown, or neither captions nor videos are given.
        DatasetError: If a file cannot be read, or no query is about a video with captions, or
            with a file in the folder of videos.
    """
    check_part(files.part)
    queries, captions = _read(files)
    kept = tuple(questions_of(queries, files.part))
    shown = captions or files.videos is None
    if shown and not any(captions.get(one.video) for one in kept):
        raise DatasetError(
            f"the captions are of {len(captions)} videos, none of which is one of the "
            f"{len(kept)} queries'; give the captions of {files.name}"
        )
    labels = tuple(dict.fromkeys(one.label for one in queries if one.label))
    videos: Mapping[str, Path] = {}
    if files.videos is not None:
        videos = find_videos(files.videos, {one.video for one in kept})
    return MomentSet(files.name, kept, captions, labels, videos)


def _read(files: MomentFiles) -> tuple[list[MomentQuery], Captions]:
    """Gives the queries, and the captions as far as there are any."""
    if files.name == UAL_BENCH:
        captions = load_ual_captions(files.captions or files.data)
        return load_ual_bench(files.data, captions), captions
    queries = _LOADERS[files.name](files.data)
    if files.captions is not None:
        return queries, load_captions(files.captions)
    if files.videos is None:
        raise ConfigError(
            f"{files.name} tells {len({query.video for query in queries})} videos and nothing "
            "of what they show; give --captions FILE with their captions, as in "
            "docs/importing.md, or --videos DIR with their files and a --frame-scorer"
        )
    return queries, {}


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
