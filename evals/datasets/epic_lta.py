"""Which verbs follow in the rest of a video, in EPIC-KITCHENS-55 and EGTEA.

The protocol is that of Nagarajan et al., "EGO-TOPO: Environment affordances from egocentric video",
CVPR 2020. A part of a video is observed; the verbs of everything that starts later are to be named,
as a set. EPIC-KITCHENS-55 is split by "S1": kitchens seen in training, later videos.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from foretell.errors import ConfigError, DatasetError, argument
from foretell.patterns import LazyPattern
from foretell.ranges import check_range, whole_number
from foretell.tools.texts.annotation_file import table_rows
from foretell.tools.texts.text_file import read_text

_EPIC_100 = (
    ("training.csv", "validation.csv"),
    ("EPIC_100_train.csv", "EPIC_100_validation.csv"),
)
TRAIN_FRACTIONS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
TEST_FRACTIONS = (0.25, 0.5, 0.75)
_FEWEST_SEGMENTS = 3
FILES = ("train_S1.csv", "val_S1.csv")
_SPLITS = ("train", "val")
_PERSON = LazyPattern(r"[A-Z]*P\d+")


def load_epic_lta(folder: Path) -> FutureVerbsDataset:
    """Reads the split's files; the test videos are the last fifth of each person's.

    Raises:
        DatasetError: If the folder or a file is missing or cannot be read.
    """
    return load_future_verbs(folder, verbs=125, many_shot="EPIC_many_shot_verbs.csv")


def holds_epic_100(folder: Path) -> bool:
    """Whether a folder holds EPIC-KITCHENS-100, RULSTM's tables or the official ones.

    That dataset has no split of this protocol; it is scored by the edit distance of the next
    actions, as Ego4D is.
    """
    return any(all((folder / name).is_file() for name in names) for names in _EPIC_100)


def load_egtea_lta(folder: Path) -> FutureVerbsDataset:
    """Reads the split's files.

    Raises:
        DatasetError: If the folder or a file is missing or cannot be read.
    """
    return load_future_verbs(folder, verbs=19, many_shot="gtea_many_shot_verbs.csv")


@dataclass(frozen=True, slots=True)
class Segment:
    """One annotated action of a video, its ends in frames as the protocol counts them."""

    first_frame: int
    last_frame: int
    verb: int
    noun: int


@dataclass(frozen=True, slots=True)
class FutureVerbs:
    """A video observed up to a fraction of its length, and what follows.

    Attributes:
        video: The video's name.
        person: Who acts in it.
        fraction: The observed share of the video's length, in (0, 1).
        past: (verb, noun) ids of the actions that end in the observed part, in order of time.
        future: Verbs of the actions that start after it.
    """

    video: str
    person: str
    fraction: float
    past: tuple[tuple[int, int], ...]
    future: frozenset[int]


@dataclass(frozen=True, slots=True)
class AnnotatedVideo:
    """A video's actions in order of time, and its length in frames."""

    name: str
    frames: int
    segments: tuple[Segment, ...]

    @property
    def person(self) -> str:
        """Who acts: "P01" of "P01/P01_07", "OP01" of "OP01-R05-Cheeseburger"."""
        found = _PERSON.match(self.name)
        return found[0] if found else self.name

    def observed(self, fraction: float) -> FutureVerbs | None:
        """Cuts the video at a fraction; None where fewer than 3 actions lie on either side.

        An action that goes on across the cut is on neither side.
        """
        cut = int(fraction * self.frames)
        past = tuple((s.verb, s.noun) for s in self.segments if s.last_frame <= cut)
        future = [s.verb for s in self.segments if s.first_frame > cut]
        if min(len(past), len(future)) < _FEWEST_SEGMENTS:
            return None
        return FutureVerbs(self.name, self.person, fraction, past, frozenset(future))


@dataclass(frozen=True, slots=True)
class FutureVerbsDataset:
    """The two splits of a dataset.

    Attributes:
        verbs: How many verb classes there are, C.
        frequent: The verbs with many training samples (FREQ); the others are RARE.
        train: Videos to learn from.
        test: Videos to be scored on.
    """

    verbs: int
    frequent: frozenset[int]
    train: tuple[AnnotatedVideo, ...]
    test: tuple[AnnotatedVideo, ...]

    def first(self, limit: int | None) -> Self:
        """Returns the dataset with the first test videos only; None leaves all.

        Raises:
            ConfigError: If `limit` is not positive, or none of those videos can be cut.
        """
        check_range("limit", limit, 1)
        fewer = replace(self, test=self.test[:limit])
        if not fewer.test_records():
            raise ConfigError(
                f"the first {limit} test videos are too short to score; raise {argument('limit')}"
            )
        return fewer

    def train_records(self) -> list[FutureVerbs]:
        """Returns the training videos observed up to 20, 30 ... 80 %."""
        return _observed(self.train, TRAIN_FRACTIONS)

    def test_records(self) -> list[FutureVerbs]:
        """Returns the test videos observed up to 25, 50 and 75 %."""
        return _observed(self.test, TEST_FRACTIONS)

    def targets(self, records: list[FutureVerbs]) -> NDArray[np.bool_]:
        """Returns (N, C): which verbs follow in each record."""
        targets = np.zeros((len(records), self.verbs), dtype=np.bool_)
        for row, record in zip(targets, records, strict=True):
            row[list(record.future)] = True
        return targets


def load_future_verbs(folder: Path, verbs: int, many_shot: str) -> FutureVerbsDataset:
    """Reads train_S1.csv, val_S1.csv, the lengths beside them and the list of frequent verbs.

    Args:
        folder: Holds `{train,val}_S1.csv` (tab-separated: video, first frame, last frame, verb,
            noun), `{train,val}_S1_nframes.csv` (video, frames) and the file `many_shot`.
        verbs: How many verb classes there are.
        many_shot: A CSV file with a heading, whose first column holds the frequent verbs.

    Raises:
        DatasetError: If the folder or a file is missing, a line cannot be read, or no video is
            long enough to be scored on.
    """
    _check_files(folder, many_shot)
    frequent = [row.integer(0, below=verbs) for row in _rows(folder / many_shot, heading=True)]
    train, test = (_load_split(folder, split, verbs) for split in _SPLITS)
    dataset = FutureVerbsDataset(verbs, frozenset(frequent), train, test)
    if not dataset.test_records() or not train:
        raise DatasetError(
            f"{folder} holds {len(train)} training videos and no test video with "
            f"{_FEWEST_SEGMENTS} actions before and after a cut; give the whole dataset"
        )
    return dataset


def _observed(
    videos: tuple[AnnotatedVideo, ...], fractions: tuple[float, ...]
) -> list[FutureVerbs]:
    cuts = (video.observed(fraction) for video in videos for fraction in fractions)
    return [record for record in cuts if record]


def _check_files(folder: Path, many_shot: str) -> None:
    if not folder.is_dir():
        raise DatasetError(f"{str(folder)!r} is not a folder; give the one that holds train_S1.csv")
    names = [f"{split}_S1{kind}.csv" for split in _SPLITS for kind in ("", "_nframes")]
    if missing := [name for name in (*names, many_shot) if not (folder / name).is_file()]:
        raise DatasetError(
            f"{str(folder)!r} lacks {', '.join(missing)}; give the folder that holds "
            f"{', '.join(names)} and {many_shot}"
        )


def _load_split(folder: Path, split: str, verbs: int) -> tuple[AnnotatedVideo, ...]:
    lengths = folder / f"{split}_S1_nframes.csv"
    frames = {row.fields[0]: row.integer(1) for row in _rows(lengths)}
    segments: dict[str, list[Segment]] = defaultdict(list)
    for row in _rows(folder / f"{split}_S1.csv"):
        verb, noun = row.integer(3, below=verbs), row.integer(4)
        segments[row.fields[0]].append(Segment(row.integer(1), row.integer(2), verb, noun))
    if unknown := sorted(segments.keys() - frames.keys()):
        raise DatasetError(f"{lengths} does not say how many frames {unknown[0]!r} has; add it")
    return tuple(
        AnnotatedVideo(name, frames[name], tuple(sorted(of_video, key=lambda s: s.first_frame)))
        for name, of_video in segments.items()
    )


@dataclass(frozen=True, slots=True)
class _Row:
    path: Path
    line: int
    fields: list[str]

    def integer(self, column: int, below: int | None = None) -> int:
        given = self.fields[column] if column < len(self.fields) else ""
        number = whole_number(given)
        if number is None or (below is not None and number >= below):
            allowed = "a whole number" if below is None else f"a number from 0 to {below - 1}"
            raise DatasetError(
                f"{self.path}, line {self.line}, column {column + 1}: {given!r} is not {allowed}"
            )
        return number


def _rows(path: Path, *, heading: bool = False) -> Iterator[_Row]:
    rows = table_rows(path, read_text(path), "," if heading else "\t")
    for row in rows[1:] if heading else rows:
        yield _Row(path, row.line, list(row.cells))
