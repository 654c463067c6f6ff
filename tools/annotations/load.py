"""The one door to annotated action sequences: a file or a folder, in whatever known form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from foretell.actions import ActionSequence
from foretell.errors import DatasetError
from foretell.memory.banks.taxonomy_files import TAXONOMY_NAMES, holds_taxonomy, load_taxonomy
from foretell.memory.words.taxonomy import Taxonomy
from foretell.patterns import LazyPattern
from foretell.tools.annotations.action_words import ActionWords
from foretell.tools.annotations.antgpt import read_antgpt
from foretell.tools.annotations.ego4d_lta import read_ego4d_lta
from foretell.tools.annotations.kitchens import (
    epic_taxonomy,
    read_egtea_labels,
    read_egtea_split,
    read_epic,
)
from foretell.tools.annotations.plain import PLAIN_FORM, read_plain
from foretell.tools.annotations.tables import read_rows, rows_of
from foretell.tools.texts.annotation_file import Node

ACCEPTED = (
    "Ego4D's fho_lta_*.json, AntGPT's jsonl, the tables of EPIC-KITCHENS and EGTEA Gaze+ "
    f"(official, RULSTM's, EGO-TOPO's), or {PLAIN_FORM}; see docs/annotations.md"
)
_REQUIRED: Mapping[str, frozenset[str]] = {
    "ego4d-lta": frozenset({"clips"}),
    "antgpt": frozenset({"prompt", "completion"}),
    "epic": frozenset({"video_id", "start_frame", "verb_class", "noun_class"}),
    "ego-topo": frozenset({"path", "start_frame", "stop_frame", "verb", "noun"}),
    "rulstm": frozenset({"video", "start_frame", "end_frame", "verb", "noun"}),
    "egtea-labels": frozenset({"video session", "verb label", "noun label(s)"}),
    "egtea-split": frozenset({"clip", "verb_number", "noun_number"}),
    "plain": frozenset({"video", "actions"}),
    "plain-table": frozenset({"video", "verb", "noun"}),
}
_NUMBERED: Mapping[str, Callable[[Node, Taxonomy], tuple[ActionSequence, ...]]] = {
    "ego4d-lta": read_ego4d_lta,
    "antgpt": read_antgpt,
    "epic": read_epic,
    "ego-topo": read_epic,
    "rulstm": read_epic,
    "egtea-split": read_egtea_split,
}
_WORDED: Mapping[str, Callable[[Node, ActionWords], tuple[ActionSequence, ...]]] = {
    "egtea-labels": read_egtea_labels,
    "plain": read_plain,
    "plain-table": read_plain,
}
_SPLIT_FILES = (
    LazyPattern(r"fho_lta_(?P<split>train|val)\.json"),
    LazyPattern(r"(?P<split>train|val|test)_nseg\d+\.jsonl"),
    LazyPattern(r"(?P<split>train|val)_S1\.csv"),
    LazyPattern(r"EPIC_(?P<split>train)_action_labels\.csv"),
    LazyPattern(r"EPIC_100_(?P<split>train|validation)\.csv"),
    LazyPattern(r"(?P<split>training|validation)1?\.csv"),
    LazyPattern(r"(?P<split>train|test)_split1\.txt"),
)
_SHORT = {"training": "train", "validation": "val"}


@dataclass(frozen=True, slots=True)
class Annotations:
    """What an annotation file holds.

    Attributes:
        path: The file that was read.
        form: In which form it was, such as "ego4d-lta" or "plain".
        sequences: The annotated sequences, in words of the taxonomy.
        taxonomy: The taxonomy; None where the words are the file's own.
        repairs: How many words were matched to the taxonomy otherwise than exactly, by how.
    """

    path: Path
    form: str
    sequences: tuple[ActionSequence, ...]
    taxonomy: Taxonomy | None
    repairs: Mapping[str, int] = field(default_factory=dict[str, int])


def load_sequences(
    path: str | Path, taxonomy: Taxonomy | None = None, *, split: str | None = None
) -> Annotations:
    """Reads the annotated sequences of a file, or of one split of a folder.

    Args:
        path: A file in any form of `ACCEPTED`, told by its content, or a folder that holds one
            under its published name.
        taxonomy: What the file's numbers mean, or what its words are matched to. Where it is not
            given, numbers mean the taxonomy that lies beside the file or that `FORETELL_DATA`
            has, and a user's own words are kept.
        split: "train", "val" or "test", for a folder that holds more than one.

    Raises:
        DatasetError: If the file is in no known form, a row is wrong, or the folder does not hold
            exactly one such file.
        ConfigError: If the taxonomy of the file's numbers is not there.
    """
    file = _file(Path(path), split)
    node = read_rows(file)
    first = rows_of(node)[0]
    form = _form(first)
    if form in _NUMBERED:
        meant = taxonomy or _taxonomy_of(first, form)
        return Annotations(file, form, _NUMBERED[form](node, meant), meant)
    words = ActionWords(taxonomy)
    return Annotations(file, form, _WORDED[form](node, words), taxonomy, words.repairs)


def splits(folder: Path) -> dict[str, Path]:
    """Gives the annotation files of a folder by the name of their split.

    Raises:
        DatasetError: If two files are of one split.
    """
    found: dict[str, Path] = {}
    for file in sorted(folder.iterdir()):
        match = next(filter(None, (known.fullmatch(file.name) for known in _SPLIT_FILES)), None)
        if match is None:
            continue
        split = _SHORT.get(match["split"], match["split"])
        if split in found:
            raise DatasetError(
                f"{folder} holds {found[split].name!r} and {file.name!r}, both of the split "
                f"{split!r}; give one of the files"
            )
        found[split] = file
    return found


def _file(path: Path, split: str | None) -> Path:
    if not path.is_dir():
        return path
    found = splits(path)
    chosen = [file for name, file in found.items() if split in (None, name)]
    if len(chosen) == 1:
        return chosen[0]
    held = ", ".join(f"{file.name!r} ({name})" for name, file in found.items())
    if not held:
        raise DatasetError(f"{path} holds no annotations under a known name; give {ACCEPTED}")
    wanted = "" if split is None else f"no split {split!r}, but "
    raise DatasetError(f"{path} holds {wanted}{held}; name one of these splits or files")


def _form(first: Node) -> str:
    fields = first.fields().keys()
    for form, required in _REQUIRED.items():
        if required <= fields:
            return form
    found = ", ".join(map(repr, list(fields)[:8])) or "no fields"
    raise first.error(f"unknown form of annotations, with {found}; give {ACCEPTED}")


def _taxonomy_of(first: Node, form: str) -> Taxonomy:
    """Finds what the numbers of a file mean: beside it, or by the name of its dataset."""
    folder = first.path.resolve().parent
    if holds_taxonomy(folder):
        return load_taxonomy(folder)
    named = {"ego4d-lta": "ego4d-v2", "antgpt": "ego4d-v1", "egtea-split": "egtea"}
    name = named.get(form) or epic_taxonomy(first)
    if name not in TAXONOMY_NAMES:
        raise first.error(
            f"its numbers are classes of {name!r}, which do not lie beside it; give the taxonomy "
            "as a folder with verbs.csv and nouns.csv"
        )
    siblings = folder.parent
    return load_taxonomy(name, siblings.parent if siblings.name == "anticipation" else None)
