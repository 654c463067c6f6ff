"""Scores of future verbs by an anticipator that forecasts the next actions in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from foretell.actions import ActionWindow
from foretell.errors import DatasetError
from foretell.evals.anticipation.evaluation import AnticipationTask
from foretell.evals.anticipation.records import candidates_of, forecast_record
from foretell.evals.anticipation.verb_votes import verb_votes
from foretell.evals.datasets.future_verbs import FutureVerbs, FutureVerbsDataset
from foretell.evals.run_folder import Record, RunFolder
from foretell.evals.runner import OnProgress, run
from foretell.memory.words.taxonomy import Taxonomy
from foretell.tools.annotations.load import load_sequences
from foretell.tools.anticipation.anticipator import ConcurrentAnticipator


def verb_task(folder: Path, dataset: FutureVerbsDataset, observed: int = 8) -> AnticipationTask:
    """Makes a window of the last observed actions of every test record.

    Args:
        folder: Of the dataset, with the tables of its classes; its training split is the pool.
        dataset: What the folder holds.
        observed: Most actions that a window shows; a record that has fewer shows them all.

    Raises:
        DatasetError: If the training split cannot be read, or its classes are others.
        ConfigError: If the words of the classes are not there.
    """
    pool = load_sequences(folder, split="train")
    if pool.taxonomy is None or len(pool.taxonomy.verbs) != dataset.verbs:
        raise DatasetError(
            f"{pool.path} is not in numbers of {dataset.verbs} verbs, as the dataset is; "
            "put the dataset's own tables of classes beside it"
        )
    windows = [_window(record, pool.taxonomy, observed) for record in dataset.test_records()]
    return AnticipationTask(tuple(windows), pool.sequences, pool.taxonomy, observed)


def forecast_verb_scores(
    task: AnticipationTask,
    dataset: FutureVerbsDataset,
    anticipator: ConcurrentAnticipator,
    folder: RunFolder | None = None,
    on_progress: OnProgress | None = None,
) -> tuple[NDArray[np.float64], list[Record]]:
    """Forecasts what follows each record, and counts its verbs.

    Args:
        task: Of `verb_task`.
        dataset: The same as there.
        anticipator: Who forecasts.
        folder: Keeps every forecast; None keeps none.
        on_progress: Told after each forecast.

    Returns:
        (N, C) scores of the test records, and the forecasts' records.

    Raises:
        ForetellError: If a forecast fails, has the wrong shape, or a word not in the taxonomy.
    """

    def predict(windows: Sequence[ActionWindow]) -> Iterator[tuple[str, Record]]:
        for forecast in anticipator.forecasts(windows, task.k):
            record = forecast_record(forecast, task.taxonomy, k=task.k, horizon=task.horizon)
            yield forecast.window.key, record

    windows = {window.key: window for window in task.windows}
    forecasts = run(windows, predict, folder, on_progress)
    scores = [
        verb_votes(verbs, [verb for verb, _ in record.past], dataset.verbs, record.fraction)
        for verbs, record in zip(
            candidates_of(forecasts)[..., 0], dataset.test_records(), strict=True
        )
    ]
    return np.array(scores), forecasts


def _window(record: FutureVerbs, taxonomy: Taxonomy, observed: int) -> ActionWindow:
    past = taxonomy.decode(np.array(record.past[-observed:]))
    return ActionWindow(f"{record.video}_{record.fraction:g}", record.video, past)
