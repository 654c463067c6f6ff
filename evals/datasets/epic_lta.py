"""EPIC-KITCHENS-55 with EGO-TOPO's split "S1": kitchens seen in training, later videos."""

from __future__ import annotations

from pathlib import Path

from foretell.evals.datasets.future_verbs import FutureVerbsDataset, load_future_verbs

_EPIC_100 = (
    ("training.csv", "validation.csv"),
    ("EPIC_100_train.csv", "EPIC_100_validation.csv"),
)


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
