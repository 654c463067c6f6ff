"""Scores of future verbs that need no model, to be read beside every score of one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from foretell.evals.datasets.future_verbs import FutureVerbs, FutureVerbsDataset

Floats = NDArray[np.float64]


def verb_baselines(
    dataset: FutureVerbsDataset, records: list[FutureVerbs], seed: int = 0
) -> dict[str, Floats]:
    """Gives each baseline's (N, C) scores of the records.

    "train-prior" scores a verb alike in all records, so that its figure is made of nothing but the
    order of equals: see `foretell.evals.metrics.average_precision`.

    Args:
        dataset: Where the prior is learned.
        records: N videos observed in part.
        seed: Of the random baseline.
    """
    shape = (len(records), dataset.verbs)
    prior = dataset.targets(dataset.train_records()).mean(axis=0)
    counts = observed_counts(dataset, records)
    return {
        "random": np.random.default_rng(seed).random(shape),
        "train-prior": np.broadcast_to(prior, shape),
        "observed-counts": counts,
        "observed-set+prior": (counts > 0) + prior,
    }


def observed_counts(dataset: FutureVerbsDataset, records: list[FutureVerbs]) -> Floats:
    """Gives (N, C): how often each verb was observed."""
    rows = [
        np.bincount([verb for verb, _ in record.past], minlength=dataset.verbs)
        for record in records
    ]
    return np.array(rows, dtype=np.float64)
