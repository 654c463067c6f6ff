"""Reads the moments of a benchmark, and where their videos lie."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from foretell.errors import ConfigError, DatasetError, argument
from foretell.evals.benchmarks import Benchmark, MomentData
from foretell.evals.datasets.splits import RECORDED, check_split, of_split
from foretell.evals.datasets.stored_captions import Captions, load_captions
from foretell.moments import MomentQuery
from foretell.ranges import check_range

_THUMOS = "video_test_"
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
        data: How the benchmark's moments are looked for in captions, and scored.
        queries: What is looked for.
        captions: What each video shows in words, by its name.
        labels: The classes of actions of the whole set; empty where it asks in sentences.
        videos: The files to look at, by the name of the video.
    """

    name: str
    data: MomentData = field(repr=False)
    queries: tuple[MomentQuery, ...]
    captions: Captions = field(repr=False)
    labels: tuple[str, ...] = ()
    videos: Mapping[str, Path] = field(default_factory=dict[str, Path], repr=False)

    def first(self, limit: int | None) -> Self:
        """Returns the set with its first queries only; None leaves all.

        Raises:
            ConfigError: If `limit` is not positive.
        """
        check_range("limit", limit, 1)
        return replace(self, queries=self.queries[:limit])

    def fingerprint(self) -> str:
        """Returns a hash of the queries, captions and classes, and of which videos there are."""
        digest = hashlib.sha256()
        for query in self.queries:
            digest.update(repr((query, self.captions.get(query.video))).encode())
        if self.videos:
            digest.update(repr((self.labels, sorted(self.videos))).encode())
        return digest.hexdigest()[:16]

    def check_videos(self) -> None:
        """Checks that each query's video is there, where there are no captions to read instead.

        Raises:
            DatasetError: If one is not.
        """
        missing = {query.video for query in self.queries} - self.videos.keys()
        if missing and not self.captions:
            raise DatasetError(
                f"{len(missing)} videos of {self.name} are not in the folder, such as "
                f"{min(missing)!r}, and no captions tell what they show; give their files, or "
                f"{argument('captions', 'FILE')}"
            )


@dataclass(frozen=True, slots=True)
class MomentFiles:
    """Where a set lies.

    Attributes:
        benchmark: Of moments.
        path: Its annotations.
        captions: What its videos show; None where the annotations lie with it.
        split: About which of its videos: "all", or those of "dev" or "test" of `datasets.splits`.
        videos: Folder with the files to look at; None reads captions alone.
    """

    benchmark: Benchmark
    path: Path
    captions: Path | None = None
    split: str = "all"
    videos: Path | None = None

    def __post_init__(self) -> None:
        check_split(self.split)

    def settings(self) -> dict[str, object]:
        """Returns the settings as a run folder keeps them."""
        return {
            "evaluation": self.benchmark.name,
            "data": str(self.path),
            "captions": None if self.captions is None else str(self.captions),
            "part": RECORDED[self.split],
            "videos": None if self.videos is None else str(self.videos),
        }


def is_thumos(queries: Sequence[MomentQuery]) -> bool:
    """Whether queries are about the videos that THUMOS14 is tested on."""
    return all(query.video.startswith(_THUMOS) for query in queries)


def load_moment_set(files: MomentFiles) -> MomentSet:
    """Reads a set.

    Raises:
        ConfigError: If the benchmark asks for no moments, or neither captions nor videos are given.
        DatasetError: If a file cannot be read, or no query is about a video with captions, or
            with a file in the folder of videos.
    """
    data = files.benchmark.data
    if not isinstance(data, MomentData):
        raise ConfigError(f"{files.benchmark.name} asks for no moments; give a benchmark that does")
    queries, captions = _read(files, data)
    kept = tuple(of_split(queries, files.split))
    reads_captions = captions or files.videos is None
    if reads_captions and not any(captions.get(one.video) for one in kept):
        raise DatasetError(
            f"the captions are of {len(captions)} videos, none of which is one of the "
            f"{len(kept)} queries'; give the captions of {files.benchmark.name}"
        )
    labels = tuple(dict.fromkeys(one.label for one in queries if one.label))
    videos: Mapping[str, Path] = {}
    if files.videos is not None:
        videos = find_videos(files.videos, {one.video for one in kept})
    return MomentSet(files.benchmark.name, data, kept, captions, labels, videos)


def _read(files: MomentFiles, data: MomentData) -> tuple[list[MomentQuery], Captions]:
    """Returns the queries, and the captions as far as there are any."""
    if data.load_captions is not None:
        captions = data.load_captions(files.captions or files.path)
        return data.load(files.path, captions), captions
    queries = data.load(files.path)
    if files.captions is not None:
        # Lists of action instances need not tell how long a video is.
        told = queries if data.measure != "detection" else []
        return queries, load_captions(files.captions, {one.video: one.whole.end for one in told})
    if files.videos is None:
        raise ConfigError(
            f"{files.benchmark.name} tells {len({query.video for query in queries})} videos and "
            f"nothing of what they show; give {argument('captions', 'FILE')} with their "
            "captions, as in "
            f"docs/importing.md, or {argument('videos', 'DIR')} with their files and a "
            f"{argument('frame_scorer')}"
        )
    return queries, {}


def find_videos(folder: Path, names: Collection[str]) -> Mapping[str, Path]:
    """Returns the file of each video that a folder, or a folder in it, holds one of.

    Args:
        folder: Holds files such as "NAME.mp4" or "v_NAME.webm".
        names: Of the videos.

    Raises:
        DatasetError: If there is no such folder, it holds two files of one video, or none of any.
    """
    if not folder.is_dir():
        raise DatasetError(
            f"{folder} is no folder; give {argument('videos')} the one that holds the videos"
        )
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
            f"{folder} holds none of the {len(wanted)} videos, such as {example!r}; give "
            f"{argument('videos')} "
            "the folder with files of those names"
        )
    return found
