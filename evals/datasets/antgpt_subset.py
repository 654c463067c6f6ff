"""Finds the windows of a subset that AntGPT published beside the whole, such as 600 of 6,687."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from foretell.actions import Action, ActionSequence
from foretell.errors import DatasetError
from foretell.memory.words.taxonomy import Taxonomy
from foretell.tools.annotations.antgpt import Window, read_windows, recognised_file
from foretell.tools.annotations.load import Annotations
from foretell.tools.annotations.tables import read_rows

Identity = tuple[Window, tuple[Action, ...]]


def subset_keys(annotations: Annotations, size: int) -> tuple[str, ...]:
    """Gives the key of the window that each row of `*_subset{size}.jsonl` is, in its order.

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
        for key, identity in _windows(sequence, *shape, seen=seen):
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


def _windows(
    sequence: ActionSequence, observed: int, horizon: int, *, seen: bool
) -> Iterator[tuple[str, Identity]]:
    """Gives each window's key, and what it is known by."""
    annotated = sequence.windows(observed, horizon)
    shown = sequence.windows(observed, horizon, recognised=True) if seen else annotated
    for window, other in zip(annotated, shown, strict=True):
        yield window.key, (Window(window.past, window.future), other.past if seen else ())


def _only(keys: list[str], number: int, path: Path) -> str:
    if len(keys) != 1:
        found = f"several windows, {', '.join(keys)}," if keys else "no window"
        raise DatasetError(f"{path}, row {number}: is {found} of the whole; give its own subset")
    return keys[0]
