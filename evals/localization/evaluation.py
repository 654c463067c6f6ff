"""The evaluation of finding moments, whatever the set and the localizer."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from foretell.evals.datasets.splits import RECORDED, Split
from foretell.evals.localization.records import moment_record, scores_of, spans_of
from foretell.evals.localization.scores import (
    FoundMoments,
    by_split,
    moment_figures,
    overlap_intervals,
)
from foretell.evals.localization.sets import MomentSet
from foretell.evals.metrics.bootstrap import ConfidenceInterval
from foretell.evals.run_folder import Record, RunFolder, usage_of
from foretell.evals.runner import OnProgress, run
from foretell.evals.scoring.score_card import Figures
from foretell.evals.scoring.trivial_spans import trivial_spans
from foretell.moments import MomentQuery
from foretell.tools.localization.localizer import Localizer
from foretell.types import Usage

_LOCALIZER = "localizer"


@dataclass(frozen=True, slots=True)
class MomentsResult:
    """The scores of a localizer beside those of spans that need no look; shares in per cent.

    Attributes:
        n: Number of queries.
        figures: Of the localizer.
        baselines: Of the whole video, its halves and random spans, by their name.
        intervals: 95 % intervals of mIoU and R@1, by whose they are.
        splits: The figures of the videos of dev, and of those of test.
        repairs: What had to be put right in replies, and how often.
        usage: Tokens and cost.
        seconds: Wall-clock time of this run, without what it took up from an earlier one.
        settings: What it was run with.
        notes: What a reader of the scores should know.
    """

    n: int
    figures: Figures
    baselines: Mapping[str, Figures]
    intervals: Mapping[str, Mapping[str, ConfidenceInterval]]
    splits: Mapping[Split, Record]
    repairs: Mapping[str, int]
    usage: Usage
    seconds: float
    settings: Mapping[str, Any]
    notes: tuple[str, ...] = ()

    def record(self) -> Record:
        """Returns the result as JSON can hold it."""
        return {
            "n": self.n,
            **self.figures,
            "baselines": {name: dict(figures) for name, figures in self.baselines.items()},
            "intervals": {
                who: {name: [one.low, one.high] for name, one in held.items()}
                for who, held in self.intervals.items()
            },
            "parts": {RECORDED[split]: figures for split, figures in self.splits.items()},
            "repairs": dict(self.repairs),
            "usage": asdict(self.usage),
            "seconds": self.seconds,
            "settings": dict(self.settings),
            "notes": list(self.notes),
        }


def evaluate(
    dataset: MomentSet,
    localizer: Localizer,
    *,
    settings: Mapping[str, Any],
    seed: int = 0,
    folder: RunFolder | None = None,
    on_progress: OnProgress | None = None,
) -> MomentsResult:
    """Locates every query and scores what is found beside trivial spans.

    Args:
        dataset: What is looked for.
        localizer: Who looks.
        settings: What the result was made with, for its reader.
        seed: Of the random spans.
        folder: Keeps what is found; None keeps nothing.
        on_progress: Told after each query.

    Raises:
        ForetellError: If the localizer fails.
    """

    def predict(queries: Sequence[MomentQuery]) -> Iterator[tuple[str, Record]]:
        located = localizer.locate(queries, dataset.captions)
        for query, one in zip(queries, located, strict=True):
            yield query.id, moment_record(one)

    began = time.perf_counter()
    records = run({query.id: query for query in dataset.queries}, predict, folder, on_progress)
    seconds = time.perf_counter() - began
    found = FoundMoments([spans_of(one) for one in records], [scores_of(one) for one in records])
    durations = np.array([query.duration_seconds for query in dataset.queries])
    trivial = {
        name: FoundMoments.always(spans) for name, spans in trivial_spans(durations, seed).items()
    }
    repairs = Counter[str]()
    for one in records:
        repairs.update(one["repairs"])
    return MomentsResult(
        n=len(records),
        figures=moment_figures(dataset.data.measure, dataset.queries, found),
        baselines={
            name: moment_figures(dataset.data.measure, dataset.queries, one)
            for name, one in trivial.items()
        },
        intervals=overlap_intervals(dataset.queries, {_LOCALIZER: found, **trivial}),
        splits=by_split(dataset.data.measure, dataset.queries, found),
        repairs=repairs,
        usage=usage_of(records),
        seconds=seconds,
        settings=settings,
        notes=tuple(_notes(dataset)),
    )


def _notes(dataset: MomentSet) -> Iterator[str]:
    count = len(dataset.queries)
    unseen = [query for query in dataset.queries if query.video not in dataset.videos]
    if dataset.videos and unseen:
        yield f"{len(unseen)} of {count} queries are about a video without a file, found in text"
    without = sum(not dataset.captions.get(query.video) for query in unseen)
    if without:
        yield f"{without} of {count} queries are about a video without captions"
    if dataset.data.measure == "detection":
        yield (
            "the classes of each video are told; only their times are looked for, and what is "
            "found of another class is not counted"
        )
