"""The long-term action anticipation of Ego4D: AntGPT's windows, or the official files."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Self, get_args

from foretell.actions import Action, ActionSequence, ActionWindow
from foretell.errors import ConfigError, DatasetError, argument
from foretell.memory.banks.taxonomy_files import load_taxonomy
from foretell.memory.words.taxonomy import Taxonomy
from foretell.ranges import check_range
from foretell.tools.annotations.antgpt import Window, read_windows, recognised_file
from foretell.tools.annotations.load import Annotations, load_sequences, splits
from foretell.tools.annotations.tables import read_rows

Past = Literal["gt", "recognised"]
Identity = tuple[Window, tuple[Action, ...]]


@dataclass(frozen=True, slots=True)
class Ego4dLta:
    """Which windows are forecast, and from what.

    Attributes:
        data: A file of annotations, or a folder that holds one; where it holds a training and a
            validation split, the latter is forecast and the former is learnt from.
        past: Whether the observed actions are those annotated ("gt") or those recognised.
        subset: Size of a published subset of the windows; None forecasts all.
        examples: A file of annotations to learn from in place of the data's own.
        taxonomy: Name or path of a taxonomy; None takes the one that belongs to the data.
        observed: Length of each past.
        horizon: Z, length of each future.
        k: K, the number of candidates.
        seed: Of whatever is drawn at random.
    """

    data: Path
    past: str = "gt"
    subset: int | None = None
    examples: Path | None = None
    taxonomy: str | None = None
    observed: int = 8
    horizon: int = 20
    k: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        if self.past not in get_args(Past):
            raise ConfigError(
                f"{argument('past')} {self.past!r} is unknown; give 'gt' or 'recognised'"
            )
        for name, value in (("observed", self.observed), ("horizon", self.horizon), ("k", self.k)):
            check_range(name, value, 1)

    def settings(self, evaluation: str) -> dict[str, object]:
        """Returns what of this an `AnticipationTask` does not tell, as JSON can hold it."""
        return {
            "evaluation": evaluation,
            "data": str(self.data),
            "subset": self.subset,
            "examples": None if self.examples is None else str(self.examples),
        }


def load_ego4d_lta(settings: Ego4dLta) -> AnticipationTask:
    """Reads the windows to forecast and the sequences to learn from.

    Raises:
        ConfigError: If a setting is out of range, or the taxonomy is not there.
        DatasetError: If a file is in no known form, a word is not in the taxonomy, there is no
            window, or the data has no recognised actions, no such subset or no taxonomy.
    """
    named = load_taxonomy(settings.taxonomy) if settings.taxonomy else None
    annotations = _queried(settings.data, named)
    taxonomy = annotations.taxonomy
    if taxonomy is None:
        raise DatasetError(
            f"{annotations.path} belongs to no taxonomy; name one with "
            f"{argument('taxonomy')}, or give a file "
            "of your own"
        )
    return AnticipationTask(
        windows=tuple(_windows(annotations, settings)),
        pool=_pool(settings, annotations, taxonomy),
        taxonomy=taxonomy,
        observed=settings.observed,
        horizon=settings.horizon,
        k=settings.k,
        recognised=settings.past == "recognised",
        seed=settings.seed,
    )


def _queried(data: Path, taxonomy: Taxonomy | None) -> Annotations:
    if not data.exists():
        raise ConfigError(f"{argument('data')} {str(data)!r} is not there; give a file or a folder")
    has_both = data.is_dir() and {"train", "val"} <= splits(data).keys()
    return load_sequences(data, taxonomy, split="val" if has_both else None)


def _pool(
    settings: Ego4dLta, queried: Annotations, taxonomy: Taxonomy
) -> tuple[ActionSequence, ...]:
    if settings.examples is not None:
        return load_sequences(settings.examples, taxonomy).sequences
    if settings.data.is_dir() and "train" in splits(settings.data):
        return load_sequences(settings.data, taxonomy, split="train").sequences
    return queried.sequences


def _windows(annotations: Annotations, settings: Ego4dLta) -> list[ActionWindow]:
    recognised = settings.past == "recognised"
    if recognised and not any(clip.recognised for clip in annotations.sequences):
        raise DatasetError(
            f"{annotations.path} has no recognised actions beside it; give "
            f"{argument('past', 'gt')}, or data "
            "that a recogniser has seen"
        )
    windows = [
        window
        for clip in annotations.sequences
        for window in clip.windows(settings.observed, settings.horizon, recognised=recognised)
    ]
    if settings.subset is None:
        return windows
    by_key = {window.key: window for window in windows}
    keys = subset_keys(annotations, settings.subset)
    missing = [key for key in keys if key not in by_key]
    if missing:
        raise ConfigError(
            f"{len(missing)} of the subset's {len(keys)} windows, {missing[0]!r} the first, have "
            f"no {settings.observed} past and {settings.horizon} future actions; lower "
            f"{argument('observed')} or {argument('horizon')}"
        )
    return [by_key[key] for key in keys]


def subset_keys(annotations: Annotations, size: int) -> tuple[str, ...]:
    """Returns the key of the window that each row of `*_subset{size}.jsonl` is, in its order.

    A row is known by its past, its future and, where the recogniser's file lies beside both, by
    its recognised past.

    Raises:
        DatasetError: If the annotations are not AntGPT's or have no such subset, or a row is none
            of their windows or several.
    """
    path = _subset_file(annotations, size)
    if annotations.taxonomy is None or annotations.form != "antgpt":
        raise DatasetError(f"{annotations.path} is not of AntGPT; subsets are for such files only")
    seen = recognised_file(path).exists() and any(one.recognised for one in annotations.sequences)
    rows = _rows(path, annotations.taxonomy, seen=seen)
    shape = len(rows[0][0].past), len(rows[0][0].future)
    keys: defaultdict[Identity, list[str]] = defaultdict(list)
    for sequence in annotations.sequences:
        for key, identity in _subset_windows(sequence, *shape, seen=seen):
            keys[identity].append(key)
    return tuple(_only(keys[row], number, path) for number, row in enumerate(rows, start=1))


def _subset_file(annotations: Annotations, size: int) -> Path:
    stem, folder = annotations.path.stem, annotations.path.parent
    path = folder / f"{stem}_subset{size}.jsonl"
    if not path.exists():
        there = ", ".join(repr(file.name) for file in sorted(folder.glob(f"{stem}_subset*.jsonl")))
        raise DatasetError(f"{path} is not there; subsets beside are: {there or 'none'}")
    return path


def _rows(path: Path, taxonomy: Taxonomy, *, seen: bool) -> list[Identity]:
    windows = read_windows(read_rows(path), taxonomy)
    if not seen:
        return [(window, ()) for window in windows]
    recognised = read_windows(read_rows(recognised_file(path)), taxonomy)
    if len(recognised) != len(windows):
        raise DatasetError(
            f"{path} has {len(windows)} rows and {recognised_file(path).name!r} "
            f"{len(recognised)}; give two files that belong together"
        )
    return [(row, other.past) for row, other in zip(windows, recognised, strict=True)]


def _subset_windows(
    sequence: ActionSequence, observed: int, horizon: int, *, seen: bool
) -> Iterator[tuple[str, Identity]]:
    """Yields each window's key, and what it is known by."""
    annotated = sequence.windows(observed, horizon)
    matched = sequence.windows(observed, horizon, recognised=True) if seen else annotated
    for window, other in zip(annotated, matched, strict=True):
        yield window.key, (Window(window.past, window.future), other.past if seen else ())


def _only(keys: list[str], number: int, path: Path) -> str:
    if len(keys) != 1:
        found = f"several windows, {', '.join(keys)}," if keys else "no window"
        raise DatasetError(f"{path}, row {number}: is {found} of the whole; give its own subset")
    return keys[0]


@dataclass(frozen=True, slots=True)
class AnticipationTask:
    """What is to be forecast, and what may be learnt from.

    Attributes:
        windows: The queries, all of one shape, with what followed.
        pool: Sequences whose windows may serve as examples.
        taxonomy: Of the words of both.
        observed: Length of each past.
        horizon: Z, length of each future.
        k: K, the number of candidates.
        recognised: Whether the pasts are what a recogniser saw, and not as annotated.
        seed: Of whatever is drawn at random.
    """

    windows: tuple[ActionWindow, ...]
    pool: tuple[ActionSequence, ...]
    taxonomy: Taxonomy
    observed: int = 8
    horizon: int = 20
    k: int = 5
    recognised: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.windows:
            raise DatasetError(
                f"there is no window of {self.observed} past and {self.horizon} future actions in "
                f"this data; give longer sequences, or lower {argument('observed')} or "
                f"{argument('horizon')}"
            )
        key, count = Counter(window.key for window in self.windows).most_common(1)[0]
        if count > 1:
            raise DatasetError(
                f"{count} windows are called {key!r}; give each clip a name of its own, and each "
                "of its actions an index of its own"
            )

    def first(self, limit: int | None) -> Self:
        """Returns the task of forecasting the first windows only; None leaves all.

        Raises:
            ConfigError: If `limit` is not positive.
        """
        check_range("limit", limit, 1)
        return replace(self, windows=self.windows[:limit])

    def fingerprint(self) -> str:
        """Returns a hash of the queries and the pool, the same only for the same ones."""
        digest = hashlib.sha256()
        for window in self.windows:
            parts = (window.key, window.past, window.future, window.captions, window.goal)
            digest.update(repr(parts).encode())
        for clip in self.pool:
            digest.update(repr((clip.name, clip.video, clip.actions, clip.captions)).encode())
        return digest.hexdigest()[:16]
