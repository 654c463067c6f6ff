"""EGTEA Gaze+ with EGO-TOPO's split by video."""

from __future__ import annotations

from pathlib import Path

from foretell.evals.datasets.future_verbs import FutureVerbsDataset, load_future_verbs


def load_egtea_lta(folder: Path) -> FutureVerbsDataset:
    """Reads the split's files.

    Raises:
        DatasetError: If the folder or a file is missing or cannot be read.
    """
    return load_future_verbs(folder, verbs=19, many_shot="gtea_many_shot_verbs.csv")
