"""The evaluation of long-term action anticipation, whatever the dataset."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from foretell.actions import ActionWindow
from foretell.evals.anticipation.baselines import NEEDS_EXAMPLES, baselines
from foretell.evals.anticipation.encoded_windows import EncodedWindows, Ids, encode_windows
from foretell.evals.anticipation.records import (
    candidates_of,
    forecast_record,
    repairs_of,
    submission,
)
from foretell.evals.datasets.ego4d_lta import AnticipationTask
from foretell.evals.metrics.bootstrap import ConfidenceInterval, mean_interval
from foretell.evals.metrics.edit_distance import Head, aued, distances_by_head
from foretell.evals.run_folder import Record, RunFolder, usage_of
from foretell.evals.runner import OnProgress, run
from foretell.tools.anticipation.anticipator import ConcurrentAnticipator
from foretell.types import Usage


@dataclass(frozen=True, slots=True)
class HeadScore:
    """How far forecasts are from the truth, in one of verb, noun and action.

    Attributes:
        ed_at: Mean edit distance after 1, 2 ... Z actions.
        aued: Area under it.
        interval: Where the last of `ed_at` lies with 95 % confidence, over videos.
    """

    ed_at: tuple[float, ...]
    aued: float
    interval: ConfidenceInterval

    @property
    def ed(self) -> float:
        """Mean edit distance after all Z actions."""
        return self.ed_at[-1]


Scores = Mapping[Head, HeadScore]


@dataclass(frozen=True, slots=True)
class AnticipationResult:
    """The scores of an anticipator, beside those of the baselines.

    Attributes:
        n: Number of windows.
        scores: Of the anticipator.
        baselines: Of each baseline, by its name.
        repairs: How often each kind of repair was needed to read a model's words.
        usage: Tokens and cost.
        seconds: Wall-clock time of this run, without what it took up from an earlier one.
        settings: What it was run with.
        notes: What a reader of the scores should know.
    """

    n: int
    scores: Scores
    baselines: Mapping[str, Scores]
    repairs: Mapping[str, int]
    usage: Usage
    seconds: float
    settings: Mapping[str, Any]
    notes: tuple[str, ...] = field(default=())

    def record(self) -> Record:
        """Returns the result as JSON can hold it."""
        return {
            "n": self.n,
            "ed": {head: score.ed for head, score in self.scores.items()},
            "aued": {head: score.aued for head, score in self.scores.items()},
            "ed_at": {head: list(score.ed_at) for head, score in self.scores.items()},
            "intervals": _intervals(self.scores),
            "baselines": {
                name: {head: score.ed for head, score in scores.items()}
                for name, scores in self.baselines.items()
            },
            "baseline_intervals": {
                name: _intervals(scores) for name, scores in self.baselines.items()
            },
            "repairs": dict(self.repairs),
            "seconds": self.seconds,
            "usage": asdict(self.usage),
            "settings": dict(self.settings),
            "notes": list(self.notes),
        }


def _intervals(scores: Scores) -> dict[Head, list[float]]:
    return {head: [score.interval.low, score.interval.high] for head, score in scores.items()}


def evaluate(
    task: AnticipationTask,
    anticipator: ConcurrentAnticipator,
    *,
    settings: Mapping[str, Any],
    folder: RunFolder | None = None,
    on_progress: OnProgress | None = None,
) -> AnticipationResult:
    """Forecasts every window and scores the forecasts beside those of the baselines.

    Args:
        task: What is to be forecast.
        anticipator: Who forecasts.
        settings: What the result was made with, for its reader.
        folder: Keeps every forecast, and `submission.json`; None keeps nothing.
        on_progress: Told after each forecast.

    Raises:
        ForetellError: If a forecast fails or has the wrong shape, or a word is not in the taxonomy.
    """
    queries = encode_windows(task.windows, task.taxonomy)
    pooled = [w for clip in task.pool for w in clip.windows(task.observed, task.horizon)]
    pool = encode_windows(pooled, task.taxonomy)

    def predict(windows: Sequence[ActionWindow]) -> Iterator[tuple[str, Record]]:
        # Windows of one video come together, which spares an anticipator work.
        by_video = sorted(windows, key=lambda window: window.video)
        for forecast in anticipator.forecasts(by_video, task.k):
            record = forecast_record(forecast, task.taxonomy, k=task.k, horizon=task.horizon)
            yield forecast.window.key, record

    began = time.perf_counter()
    records = run({window.key: window for window in task.windows}, predict, folder, on_progress)
    seconds = time.perf_counter() - began
    if folder:
        folder.write("submission.json", submission(records))
    others = baselines(queries, pool, horizon=task.horizon, k=task.k, seed=task.seed)
    return AnticipationResult(
        n=len(queries),
        scores=score(candidates_of(records), queries, task.seed),
        baselines={name: score(forecast, queries, task.seed) for name, forecast in others.items()},
        repairs=repairs_of(records),
        usage=usage_of(records),
        seconds=seconds,
        settings=settings,
        notes=_notes(others, task.k),
    )


def score(candidates: Ids, queries: EncodedWindows, seed: int = 0) -> dict[Head, HeadScore]:
    """Scores (N, K, Z, 2) candidates of N windows."""
    videos = [window.video for window in queries.windows]
    return {
        head: HeadScore(
            ed_at=tuple(distances.mean(axis=0).tolist()),
            aued=float(aued(distances.mean(axis=0))),
            interval=mean_interval(np.ascontiguousarray(distances[:, -1]), videos, seed=seed),
        )
        for head, distances in distances_by_head(candidates, queries.future).items()
    }


def _notes(others: Mapping[str, Ids], k: int) -> tuple[str, ...]:
    missing = [name for name in NEEDS_EXAMPLES if name not in others]
    if not missing:
        return ()
    return (
        f"{' and '.join(missing)} are left out: a window has fewer than {k} windows of other "
        "videos to learn from; give a larger bank of examples",
    )
