"""Loads a taxonomy by name, or from a file or a folder in any form that is known.

The forms are Ego4D's JSON lists, the dictionaries of AntGPT, the class tables of EPIC-KITCHENS,
and a user's own JSON or CSV. Only "everyday" ships with foretell; the licences of the others
forbid it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from foretell.errors import ConfigError, DatasetError
from foretell.memory.words import taxonomy_forms
from foretell.memory.words.taxonomy import Taxonomy, Vocabulary

EVERYDAY = "everyday"
_NAMED = {
    "ego4d-v1": "ego4d_lta_taxonomy/fho_lta_taxonomy_v1.json",
    "ego4d-v2": "ego4d_lta_taxonomy/fho_lta_taxonomy_v2.json",
    "epic-55": "epic55_official",
    "epic-100": "epic100_official",
}
_TO_GET = {
    "ego4d-v1": "fho_lta_taxonomy.json of Ego4D's v1 annotations",
    "ego4d-v2": "fho_lta_taxonomy.json of Ego4D's v2 annotations",
    "epic-55": "EPIC_verb_classes.csv and EPIC_noun_classes.csv of EPIC-KITCHENS-55",
    "epic-100": "EPIC_100_verb_classes.csv and EPIC_100_noun_classes.csv of EPIC-KITCHENS-100",
}
TAXONOMY_NAMES = (EVERYDAY, *_NAMED)
_FILES = (
    "fho_lta_taxonomy.json",
    "fho_lta_taxonomy_v2.json",
    "fho_lta_taxonomy_v1.json",
    "dicts.json",
    "taxonomy.json",
    "taxonomy.csv",
)
_Reader = Callable[[Path], Vocabulary]
_PAIRS: Mapping[tuple[str, str], _Reader] = {
    ("EPIC_100_verb_classes.csv", "EPIC_100_noun_classes.csv"): taxonomy_forms.read_epic_classes,
    ("EPIC_verb_classes.csv", "EPIC_noun_classes.csv"): taxonomy_forms.read_epic_classes,
    ("verbs.csv", "nouns.csv"): taxonomy_forms.read_label_table,
}


def load_taxonomy(source: str | Path, data_root: Path | None = None) -> Taxonomy:
    """Gives the taxonomy of a name, a file or a folder.

    Args:
        source: One of `TAXONOMY_NAMES`, or a path: Ego4D's `fho_lta_taxonomy.json`, AntGPT's
            `dicts.json`, JSON `{"verbs": [...], "nouns": [...]}` whose entries are strings in
            Ego4D's grammar or `{"label", "synonyms"}`, CSV with the columns slot, label and
            synonyms (separated by ";"), or a folder that holds such a file or EPIC-KITCHENS'
            class tables or `verbs.csv` and `nouns.csv`.
        data_root: The folder of real data, whose folder "anticipation" holds what a name means;
            the environment variable FORETELL_DATA where not given.

    Raises:
        ConfigError: If the name is unknown, or what it means is not there.
        DatasetError: If a file is in no known form, is empty, or repeats a label.
    """
    if source == EVERYDAY:
        from foretell.memory.banks.built_in import built_in_taxonomy

        return built_in_taxonomy()
    if isinstance(source, str) and source in _NAMED:
        return _load(_named_path(source, data_root), source)
    path = Path(source)
    if not path.exists():
        raise ConfigError(
            f"taxonomy {str(source)!r} is neither a file, a folder nor one of "
            f"{', '.join(map(repr, TAXONOMY_NAMES))}"
        )
    return _load(path, path.resolve().name if path.is_dir() else path.stem)


def holds_taxonomy(folder: Path) -> bool:
    """Whether a folder holds the file or the pair of files of a taxonomy."""
    return any(
        all((folder / file).is_file() for file in files)
        for files in (*((file,) for file in _FILES), *_PAIRS)
    )


def _named_path(name: str, data_root: Path | None) -> Path:
    environment = os.environ.get("FORETELL_DATA")
    root = data_root or (Path(environment) if environment else None)
    path = root / "anticipation" / _NAMED[name] if root else None
    if path is None or not path.exists():
        raise ConfigError(
            f"taxonomy {name!r} does not ship with foretell, because its licence forbids it"
            + (f", and {path} is not there" if path else "")
            + f"; get {_TO_GET[name]} and give the path of the file or its folder"
        )
    return path


def _load(path: Path, name: str) -> Taxonomy:
    if path.is_dir():
        return _load_folder(path, name)
    if path.suffix.lower() == ".csv":
        verbs, nouns = taxonomy_forms.read_slot_table(path)
    else:
        verbs, nouns = taxonomy_forms.read_json(path)
    return Taxonomy(name, verbs, nouns)


def _load_folder(folder: Path, name: str) -> Taxonomy:
    files = [file for file in _FILES if (folder / file).is_file()]
    pairs = [pair for pair in _PAIRS if all((folder / file).is_file() for file in pair)]
    if len(files) + len(pairs) > 1:
        found = ", ".join([*files, *(" with ".join(pair) for pair in pairs)])
        raise DatasetError(f"{folder} holds several taxonomies: {found}; give the path of one file")
    if files:
        return _load(folder / files[0], name)
    for pair in pairs:
        verbs, nouns = (_PAIRS[pair](folder / file) for file in pair)
        return Taxonomy(name, verbs, nouns)
    known = ", ".join([*_FILES, *(" with ".join(pair) for pair in _PAIRS)])
    raise DatasetError(f"{folder} holds no taxonomy; known files are {known}")
