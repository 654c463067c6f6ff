"""EPIC-KITCHENS-55 with EGO-TOPO's split "S1": kitchens seen in training, later videos."""

from __future__ import annotations

from pathlib import Path

from foretell.evals.datasets.future_verbs import FutureVerbsDataset, load_future_verbs


def load_epic_lta(folder: Path) -> FutureVerbsDataset:
    """Reads the split's files; the test videos are the last fifth of each person's.

    Raises:
        DatasetError: If the folder or a file is missing or cannot be read.
    """
    return load_future_verbs(folder, verbs=125, many_shot="EPIC_many_shot_verbs.csv")
