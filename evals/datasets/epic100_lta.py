"""EPIC-KITCHENS-100 as long-term anticipation: windows of validation, examples of training."""

from __future__ import annotations

from pathlib import Path

from foretell.errors import DatasetError
from foretell.evals.anticipation import AnticipationTask
from foretell.memory.taxonomy import Taxonomy
from foretell.tools.annotations.load import load_sequences


def load_epic100_lta(
    folder: Path,
    taxonomy: Taxonomy | None = None,
    *,
    observed: int = 8,
    horizon: int = 20,
    k: int = 5,
) -> AnticipationTask:
    """Reads the training and validation tables of a folder, RULSTM's or the official ones.

    Args:
        folder: Holds both tables under their published names.
        taxonomy: What the numbers mean; found as `load_sequences` does where not given.
        observed: Length of each past.
        horizon: Z, length of each future.
        k: K, the number of candidates.

    Raises:
        DatasetError: If a table is missing or cannot be read, or no video is long enough.
        ConfigError: If the words of the classes are not there.
    """
    validation = load_sequences(folder, taxonomy, split="val")
    meant = validation.taxonomy
    if meant is None:
        raise DatasetError(
            f"{validation.path} names its actions in words and not by class; give the tables of "
            "EPIC-KITCHENS-100"
        )
    training = load_sequences(folder, meant, split="train")
    windows = [w for video in validation.sequences for w in video.windows(observed, horizon)]
    return AnticipationTask(tuple(windows), training.sequences, meant, observed, horizon, k)
