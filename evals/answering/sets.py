"""Reads the questions of a benchmark, and what their videos show."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from foretell.errors import ConfigError, DatasetError, argument
from foretell.evals.benchmarks import Benchmark, CaptionOrder, QuestionData
from foretell.evals.datasets.splits import RECORDED, check_split, of_split
from foretell.evals.datasets.stored_captions import Captions, load_captions
from foretell.questions import ChoiceAnswer, VideoQuestion
from foretell.ranges import check_range


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions to answer, and what their videos show.

    Attributes:
        name: Of the benchmark.
        questions: What is asked.
        captions: What each video shows, by its name; a video may be missing.
        groups: Types of question that are also scored together, by the name of the group.
        submission: Gives the files that the benchmark's server takes, where it has one.
        is_of_order: Whether the order of events is asked for, which the embedder tells alone.
    """

    name: str
    questions: tuple[VideoQuestion, ...]
    captions: Captions = field(repr=False)
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    submission: Callable[[Mapping[str, ChoiceAnswer]], Mapping[str, str]] | None = None
    is_of_order: bool = False

    def first(self, limit: int | None) -> Self:
        """Returns the set with its first questions only; None leaves all.

        Raises:
            ConfigError: If `limit` is not positive.
        """
        check_range("limit", limit, 1)
        return replace(self, questions=self.questions[:limit])

    @property
    def captioned(self) -> int:
        """How many of the questions are about a video that has captions."""
        return sum(bool(self.captions.get(question.video)) for question in self.questions)

    def fingerprint(self) -> str:
        """Returns a hash of the questions and captions, the same only for the same."""
        digest = hashlib.sha256()
        for question in self.questions:
            digest.update(repr(question).encode())
        for video in sorted({question.video for question in self.questions}):
            for event in self.captions.get(video, ()):
                digest.update(f"{event.interval!r}{event.kind}{event.text}".encode())
        return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class QuestionFiles:
    """Which questions are asked.

    Attributes:
        benchmark: Of questions.
        path: A folder or file in the form that is published.
        captions: File of what the videos show; None asks without.
        published_split: Which published split of a folder; None is the benchmark's first.
        split: About which of its videos: "all", or those of "dev" or "test" of `datasets.splits`.
    """

    benchmark: Benchmark
    path: Path
    captions: Path | None = None
    published_split: str | None = None
    split: str = "all"

    def __post_init__(self) -> None:
        check_split(self.split)

    def settings(self) -> dict[str, object]:
        """Returns what decides the questions, as JSON can hold it."""
        return {
            "evaluation": self.benchmark.name,
            "data": str(self.path),
            "captions": None if self.captions is None else str(self.captions),
            "split": self.published_split,
            "part": RECORDED[self.split],
        }


def load_question_set(files: QuestionFiles) -> QuestionSet:
    """Reads the questions of a benchmark and the captions of their videos.

    Raises:
        ConfigError: If the benchmark asks no questions or has no published splits, or the split is
            unknown.
        DatasetError: If a file cannot be read or holds something else, or nothing is left to ask.
    """
    data = files.benchmark.data
    if not isinstance(data, QuestionData):
        raise ConfigError(f"{files.benchmark.name} asks no questions; give a benchmark that does")
    loaded = _load(files, data)
    questions = of_split(loaded, files.split)
    if not questions:
        raise DatasetError(f"{files.path} holds no questions of the split {files.split!r}")
    captions = {} if files.captions is None else _captions(files.captions, data, questions)
    if data.fit_captions is not None:
        captions = data.fit_captions(questions, captions)
    return QuestionSet(
        name=files.benchmark.name,
        questions=tuple(questions),
        captions=captions,
        groups=data.groups,
        submission=data.submission,
    )


def _captions(path: Path, data: QuestionData, questions: Sequence[VideoQuestion]) -> Captions:
    """Reads captions, and checks them against the videos' lengths where questions are of those."""
    if data.fit_captions is not None:
        return load_captions(path)
    seconds = {one.video: one.duration_seconds for one in questions}
    known = {video: length for video, length in seconds.items() if length is not None}
    return load_captions(path, known)


def _load(files: QuestionFiles, data: QuestionData) -> list[VideoQuestion]:
    if data.splits:
        return data.load(files.path, files.published_split or data.splits[0])
    if files.published_split is not None:
        raise ConfigError(
            f"{argument('published_split')} {files.published_split!r} was given, and "
            f"{files.benchmark.name} "
            "has no splits; leave it out"
        )
    return data.load(files.path)


@dataclass(frozen=True, slots=True)
class CaptionOrderFiles:
    """Which questions about the order of captions are made.

    Attributes:
        benchmark: Of questions that are made from captions.
        captions: File of the captions.
        events: How many consecutive captions a description is made of.
        per_video: Most questions of a video.
        split: About which of its videos: "all", "dev" or "test".
        seed: Of the other order, and of the place of the right one.
    """

    benchmark: Benchmark
    captions: Path
    events: int
    per_video: int
    split: str = "all"
    seed: int = 0

    def __post_init__(self) -> None:
        check_split(self.split)

    def settings(self) -> dict[str, object]:
        """Returns what decides the questions, as JSON can hold it."""
        return {
            "evaluation": self.benchmark.name,
            "captions": str(self.captions),
            "part": RECORDED[self.split],
            "events": self.events,
            "per_video": self.per_video,
        }


def make_order_questions(files: CaptionOrderFiles) -> QuestionSet:
    """Makes questions about the order of what captions tell.

    Raises:
        ConfigError: If the benchmark makes none, a number is too small, or the split is unknown.
        DatasetError: If the captions cannot be read, or nothing in them can be asked for.
    """
    data = files.benchmark.data
    if not isinstance(data, CaptionOrder):
        raise ConfigError(f"{files.benchmark.name} makes no questions; give a benchmark that does")
    captions = load_captions(files.captions)
    made = data.make(captions, events=files.events, per_video=files.per_video, seed=files.seed)
    questions = tuple(of_split(made, files.split))
    return QuestionSet(files.benchmark.name, questions, captions, is_of_order=True)
