"""Scores of future verbs by an anticipator that forecasts the next actions in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from foretell.actions import ActionWindow
from foretell.errors import DatasetError
from foretell.evals.anticipation.records import candidates_of, forecast_record
from foretell.evals.datasets.ego4d_lta import AnticipationTask
from foretell.evals.datasets.epic_lta import FutureVerbs, FutureVerbsDataset
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


def verb_votes(
    forecast: NDArray[np.integer],
    observed: Sequence[int],
    classes: int,
    fraction: float = 0.5,
) -> NDArray[np.float64]:
    """Returns how often each verb is expected to follow.

    A forecast reaches but a few actions far, and names few verbs. What was observed says more of
    the long run and orders the verbs that no candidate names, so that both shares count alike.

    Args:
        forecast: (K, Z) ids of the verbs of the candidate futures.
        observed: Ids of the verbs of all observed actions.
        classes: How many verbs there are, C.
        fraction: The observed share of the video; a half where it is not known.

    Returns:
        (C,) expected numbers of uses, each at least 0.

    Raises:
        ValueError: If there is no forecast, nothing was observed, or `fraction` is not inside
            (0, 1).
    """
    if forecast.size == 0 or not observed or not 0.0 < fraction < 1.0:
        raise ValueError(
            f"a forecast of shape {forecast.shape}, {len(observed)} observed verbs and the "
            f"fraction {fraction!r} were given; give at least one of each, and a fraction "
            "between 0 and 1"
        )
    votes = np.bincount(forecast.ravel(), minlength=classes) / forecast.size
    seen = np.bincount(observed, minlength=classes) / len(observed)
    expected: NDArray[np.float64] = (votes + seen) / 2.0 * len(observed) * (1 - fraction) / fraction
    return expected
