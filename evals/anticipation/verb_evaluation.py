"""The evaluation of future verbs on EPIC-KITCHENS-55 and EGTEA: verb mAP at 25, 50 and 75 %."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from foretell.evals.anticipation.future_verbs import FutureVerbPredictor, VerbHistory
from foretell.evals.anticipation.records import repairs_of
from foretell.evals.datasets.epic_lta import (
    TEST_FRACTIONS,
    AnnotatedVideo,
    FutureVerbs,
    FutureVerbsDataset,
)
from foretell.evals.metrics.average_precision import (
    MeanAveragePrecision,
    average_precision_intervals,
    mean_average_precision,
)
from foretell.evals.metrics.bootstrap import ConfidenceInterval
from foretell.evals.run_folder import Record, usage_of
from foretell.types import Usage

Floats = NDArray[np.float64]
_NOBODY = ""


@dataclass(frozen=True, slots=True)
class VerbScore:
    """What a scorer of verbs reaches over all records.

    Attributes:
        map: Equal scores keep the order of the records, as in the figures that others report.
        intervals: 95 % intervals of `map` over videos, by the figure's name.
        map_of_ties: Equal scores count as the mean over their orders.
    """

    map: MeanAveragePrecision
    intervals: Mapping[str, ConfidenceInterval]
    map_of_ties: MeanAveragePrecision


@dataclass(frozen=True, slots=True, eq=False)
class VerbEvaluation:
    """How well future verbs were foretold.

    Attributes:
        model: What foretold them.
        scores: (N, C) what it said of each verb in each record.
        score: What they are worth.
        by_ratio: The model's, over the records of one observed fraction.
        ablated: The model's where it is not told something; by what it is not told.
        baselines: Those of `verb_baselines`.
        repairs: How often each kind of repair was needed to read a model's words.
        usage: Tokens and cost.
    """

    model: str
    scores: Floats = field(repr=False)
    score: VerbScore
    by_ratio: Mapping[float, MeanAveragePrecision]
    ablated: Mapping[str, VerbScore]
    baselines: Mapping[str, VerbScore]
    repairs: Mapping[str, int]
    usage: Usage

    @property
    def n(self) -> int:
        """How many records were scored."""
        return len(self.scores)


def evaluate_embedded(dataset: FutureVerbsDataset, seed: int = 0) -> VerbEvaluation:
    """Scores `FutureVerbPredictor` on the test videos, learned from the training videos.

    It is shown the annotated past, told which fraction of the video that is, and who acts; how
    much each of the two helps is measured by leaving it out.
    """
    records = dataset.test_records()
    predictor = FutureVerbPredictor([_whole(video) for video in dataset.train], dataset.verbs)
    scores = [predictor.scores(_seen(record), record.fraction) for record in records]
    ablated = {
        "fraction": [predictor.scores(_seen(record)) for record in records],
        "person": [
            predictor.scores(VerbHistory(_NOBODY, _seen(record).verbs), record.fraction)
            for record in records
        ],
    }
    return evaluate_scores(
        "embedded",
        dataset,
        np.array(scores),
        {name: np.array(rows) for name, rows in ablated.items()},
        seed=seed,
    )


def evaluate_scores(
    model: str,
    dataset: FutureVerbsDataset,
    scores: Floats,
    ablated: Mapping[str, Floats] | None = None,
    forecasts: Sequence[Record] = (),
    seed: int = 0,
) -> VerbEvaluation:
    """Measures scores of the test records' verbs, beside the baselines.

    Args:
        model: What gave the scores.
        dataset: Whose `test_records` were scored.
        scores: (N, C), higher for what is likelier.
        ablated: Further scores of the model, by what it was not told.
        forecasts: The records of the forecasts that the scores were made of, if any.
        seed: Of the random baseline.
    """
    records = dataset.test_records()
    score = _Scorer(dataset, records)
    baselines = verb_baselines(dataset, records, seed)
    return VerbEvaluation(
        model=model,
        scores=scores,
        score=score(scores),
        by_ratio={fraction: score.at(fraction, scores) for fraction in TEST_FRACTIONS},
        ablated={name: score(less) for name, less in (ablated or {}).items()},
        baselines={name: score(baseline) for name, baseline in baselines.items()},
        repairs=repairs_of(forecasts),
        usage=usage_of(forecasts),
    )


class _Scorer:
    """Measures (N, C) scores against what followed in the records."""

    def __init__(self, dataset: FutureVerbsDataset, records: list[FutureVerbs]) -> None:
        self._records = records
        self._targets = dataset.targets(records)
        self._frequent = dataset.frequent

    def __call__(self, scores: Floats) -> VerbScore:
        videos = [record.video for record in self._records]
        against = (scores, self._targets, self._frequent)
        return VerbScore(
            mean_average_precision(*against),
            average_precision_intervals(*against, videos),
            mean_average_precision(*against, ties="mean"),
        )

    def at(self, fraction: float, scores: Floats) -> MeanAveragePrecision:
        rows = [record.fraction == fraction for record in self._records]
        return mean_average_precision(scores[rows], self._targets[rows], self._frequent)


def _whole(video: AnnotatedVideo) -> VerbHistory:
    return VerbHistory(video.person, tuple(segment.verb for segment in video.segments))


def _seen(record: FutureVerbs) -> VerbHistory:
    return VerbHistory(record.person, tuple(verb for verb, _ in record.past))


def verb_baselines(
    dataset: FutureVerbsDataset, records: list[FutureVerbs], seed: int = 0
) -> dict[str, Floats]:
    """Returns each baseline's (N, C) scores of the records.

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
    """Returns (N, C): how often each verb was observed."""
    rows = [
        np.bincount([verb for verb, _ in record.past], minlength=dataset.verbs)
        for record in records
    ]
    return np.array(rows, dtype=np.float64)
