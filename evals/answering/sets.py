"""The sets of multiple-choice questions that foretell is measured on, by name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from foretell.errors import ConfigError, DatasetError
from foretell.evals.datasets.chronology import chronology_questions
from foretell.evals.datasets.egoschema import load_egoschema
from foretell.evals.datasets.nextqa import load_intentqa, load_nextgqa, load_nextqa
from foretell.evals.datasets.parts import questions_of
from foretell.evals.datasets.star import load_star, situation_captions
from foretell.evals.datasets.stored_captions import Captions, load_captions
from foretell.evals.datasets.temporalbench import load_temporalbench
from foretell.evals.datasets.tomato import load_tomato
from foretell.evals.metrics.multiple_choice import INTENTQA_GROUPS, NEXTQA_GROUPS
from foretell.questions import VideoQuestion

Load = Callable[[Path, str], list[VideoQuestion]]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions to answer, and what their videos show.

    Attributes:
        name: Of the benchmark.
        questions: What is asked.
        captions: What each video shows, by its name; a video may be missing.
        groups: Types of question that are also scored together, by the name of the group.
    """

    name: str
    questions: tuple[VideoQuestion, ...]
    captions: Captions = field(repr=False)
    groups: Mapping[str, Sequence[str]]

    def first(self, limit: int | None) -> Self:
        """Gives the set with its first questions only; None leaves all.

        Raises:
            ConfigError: If `limit` is not positive.
        """
        if limit is not None and limit < 1:
            raise ConfigError(f"--limit must be 1 or more, got {limit!r}")
        return replace(self, questions=self.questions[:limit])

    @property
    def captioned(self) -> int:
        """How many of the questions are about a video that has captions."""
        return sum(bool(self.captions.get(question.video)) for question in self.questions)

    def fingerprint(self) -> str:
        """Gives a hash of the questions and captions, the same only for the same."""
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
        name: Of the benchmark, one of `NAMES`.
        data: A folder or file in the form that is published.
        captions: File of what the videos show; None asks without.
        split: Which split of a folder; None is the one that `DEFAULT_SPLITS` names.
        part: Which part of its videos: "all", or those of `datasets.parts`.
    """

    name: str
    data: Path
    captions: Path | None = None
    split: str | None = None
    part: str = "all"

    def described(self) -> dict[str, object]:
        """Gives what decides the questions, as JSON can hold it."""
        return {
            "evaluation": self.name,
            "data": str(self.data),
            "captions": None if self.captions is None else str(self.captions),
            "split": self.split,
            "part": self.part,
        }


DEFAULT_SPLITS = {"nextqa": "val", "intentqa": "test", "nextgqa": "val", "star": "val"}
"""Of the benchmarks that have splits, the one that is scored where none is named."""

_LOADERS: dict[str, Load] = {
    "nextqa": load_nextqa,
    "intentqa": load_intentqa,
    "nextgqa": load_nextgqa,
    "star": load_star,
    "egoschema": lambda path, _: load_egoschema(path),
    "tomato": lambda path, _: load_tomato(path),
    "temporalbench": lambda path, _: load_temporalbench(path),
}
_GROUPS = {"nextqa": NEXTQA_GROUPS, "nextgqa": NEXTQA_GROUPS, "intentqa": INTENTQA_GROUPS}

NAMES = tuple(_LOADERS)
CHRONOLOGY = "car"


def load_question_set(files: QuestionFiles) -> QuestionSet:
    """Reads the questions of a benchmark and the captions of their videos.

    Raises:
        ConfigError: If the benchmark has no splits, or the part is unknown.
        DatasetError: If a file cannot be read or holds something else, or nothing is left to ask.
    """
    if files.split is not None and files.name not in DEFAULT_SPLITS:
        raise ConfigError(
            f"--split {files.split!r} was given, and {files.name} has no splits; leave it out"
        )
    split = files.split or DEFAULT_SPLITS.get(files.name, "")
    questions = questions_of(_LOADERS[files.name](files.data, split), files.part)
    if not questions:
        raise DatasetError(f"{files.data} holds no questions of the part {files.part!r}")
    captions = {} if files.captions is None else load_captions(files.captions)
    if files.name == "star":
        captions = situation_captions(questions, captions)
    return QuestionSet(
        name=files.name,
        questions=tuple(questions),
        captions=captions,
        groups=_GROUPS.get(files.name, {}),
    )


def chronology_set(
    captions: Path, *, events: int, per_video: int, part: str = "all", seed: int = 0
) -> QuestionSet:
    """Makes questions about the order of what captions tell.

    Raises:
        ConfigError: If a number is too small, or the part is unknown.
        DatasetError: If the captions cannot be read, or nothing in them can be asked for.
    """
    shown = load_captions(captions)
    made = chronology_questions(shown, events=events, per_video=per_video, seed=seed)
    return QuestionSet(CHRONOLOGY, tuple(questions_of(made, part)), shown, {})
