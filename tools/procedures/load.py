"""The one door to procedures: a file or a folder, in whatever known form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from foretell.errors import ConfigError, DatasetError
from foretell.plans import Procedures
from foretell.tools.procedures.normalized import NumberedProcedures, read_normalized
from foretell.tools.procedures.plain import PLAIN_FORM, read_plain
from foretell.tools.procedures.published import TASKS, read_coin, read_crosstask
from foretell.tools.texts.annotation_file import Node, read_annotations

DATASETS = ("crosstask", "coin", "niv")
ACCEPTED = (
    "CrossTask's release (tasks_primary.txt and annotations/), COIN.json, a normalized file with "
    f"actions, tasks and videos, or {PLAIN_FORM}; see docs/annotations.md"
)
_FOLDERS = (".", "normalized", "planning/normalized")
_REQUIRED: Mapping[str, frozenset[str]] = {
    "normalized": frozenset({"actions", "tasks", "videos"}),
    "coin": frozenset({"database"}),
    "plain": frozenset({"tasks"}),
    "plain-shown": frozenset({"demonstrations"}),
    "plain-rows": frozenset({"video", "task", "steps"}),
    "plain-table": frozenset({"video", "task", "step"}),
}
_READERS: Mapping[str, Callable[[Node], Procedures]] = {
    "normalized": lambda node: read_normalized(node).procedures,
    "coin": read_coin,
}


def load_procedures(path: str | Path, dataset: str | None = None) -> Procedures:
    """Reads the tasks and the demonstrations of a file or of a dataset's folder.

    Args:
        path: A file in any form of `ACCEPTED`, told by its content, or a folder: CrossTask's
            release, or one that holds "crosstask.json", "coin.json" or "niv.json" itself or in
            "normalized".
        dataset: Which of `DATASETS` to take, for a folder that holds more than one.

    Raises:
        ConfigError: If `dataset` is none of `DATASETS`.
        DatasetError: If there is no such file, it is in no known form, an entry is wrong, or it
            is of another dataset.
    """
    _check_dataset(dataset)
    found = _file(Path(path), dataset)
    if found.is_dir():
        return _of_dataset(read_crosstask(found), found, dataset)
    node = read_annotations(found)
    read = _READERS.get(_form(node), read_plain)
    return _of_dataset(read(node), found, dataset)


def load_numbered(path: str | Path, dataset: str | None = None) -> NumberedProcedures:
    """Reads a normalized dataset with the numbers of its steps, as lists of windows use them.

    Args:
        path: As `load_procedures` takes.
        dataset: The same.

    Raises:
        ConfigError: If `dataset` is none of `DATASETS`.
        DatasetError: If the file is not normalized, or as `load_procedures`.
    """
    _check_dataset(dataset)
    found = _file(Path(path), dataset)
    node = Node(found, None) if found.is_dir() else read_annotations(found)
    if not _REQUIRED["normalized"] <= node.fields().keys():
        raise node.error(
            "does not number its steps; give a normalized file: actions, tasks, videos"
        )
    numbered = read_normalized(node)
    _of_dataset(numbered.procedures, found, dataset)
    return numbered


def _check_dataset(dataset: str | None) -> None:
    if dataset not in (None, *DATASETS):
        raise ConfigError(f"no dataset {dataset!r}; choose one of {', '.join(DATASETS)}")


def _of_dataset(procedures: Procedures, path: Path, dataset: str | None) -> Procedures:
    if dataset not in (None, procedures.name):
        raise DatasetError(
            f"{path} holds {procedures.name!r}, not {dataset!r}; give the folder or the file of "
            f"{dataset!r}"
        )
    return procedures


def _file(path: Path, dataset: str | None) -> Path:
    """Gives the file to read, or CrossTask's folder; a path that is no folder is given as it is."""
    if not path.is_dir():
        return path
    wanted = DATASETS if dataset is None else (dataset,)
    names = [f"{name}.json" for name in wanted] + (["COIN.json"] if "coin" in wanted else [])
    found = [path / folder / name for folder in _FOLDERS for name in names]
    found = [file for file in found if file.is_file()]
    if "crosstask" in wanted and (path / TASKS).is_file():
        found.append(path)
    if len(found) == 1:
        return found[0]
    if found:
        held = ", ".join(repr(str(file)) for file in found)
        raise DatasetError(f"{path} holds {held}; give one of them, or name a dataset")
    looked = "procedures under a known name" if dataset is None else f"procedures of {dataset!r}"
    raise DatasetError(f"{path} holds no {looked}; give {ACCEPTED}")


def _form(node: Node) -> str:
    first = node if node.fields() else (node.items() or [node])[0]
    for form, required in _REQUIRED.items():
        if required <= first.fields().keys():
            return form
    found = ", ".join(map(repr, list(first.fields())[:8])) or "no fields"
    raise first.error(f"unknown form of procedures, with {found}; give {ACCEPTED}")
