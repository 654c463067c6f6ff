"""Whether what happens in a video is told from what happens in another one only.

Each query is put to its own video, where it is there, and to another video of its set, where it
is taken to be absent. What is common, such as "a man walks", may be there as well, so that no
figure can be perfect.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from foretell.config import Config
from foretell.evals.benchmarks import Benchmark, PresenceData
from foretell.evals.datasets.splits import Split, split_of
from foretell.evals.localization.localizers import load_localizer
from foretell.evals.localization.records import moment_record
from foretell.evals.localization.sets import MomentFiles, MomentSet, load_moment_set
from foretell.evals.markdown import listing, pairs, table
from foretell.evals.metrics.absence import Absence, absence_of
from foretell.evals.run_folder import Record, RunFolder, display_name, usage_of
from foretell.evals.runner import RunOptions, run
from foretell.moments import MomentQuery
from foretell.types import Usage

Floats = NDArray[np.float64]
HEADINGS = ("AUROC", "95 %", '"no" right', "of absent", "at 70 %")
_ABSENT = "#absent"
"""Ends the name of a query that is put to another video."""


@dataclass(frozen=True, slots=True)
class PresenceResult:
    """How well presence was told from absence, beside scores that need no look.

    Attributes:
        n: Number of queries, half of which are absent.
        scores: Of the localizer, of its moments alone and of trivial scores, by their names.
        usage: Tokens and cost.
        seconds: Wall-clock time of this run.
        settings: What it was run with.
    """

    n: int
    scores: Mapping[str, Absence]
    usage: Usage
    seconds: float
    settings: Mapping[str, Any]

    def record(self) -> Record:
        """Returns the result as JSON can hold it."""
        return {
            "n": self.n,
            "scores": {name: asdict(score) for name, score in self.scores.items()},
            "usage": asdict(self.usage),
            "seconds": self.seconds,
            "settings": dict(self.settings),
        }


def load_presence_set(files: MomentFiles, kind: PresenceData) -> MomentSet:
    """Reads the queries of a set, each put to its own video and then to another.

    Raises:
        ConfigError: If no captions are given.
        DatasetError: If a file cannot be read, or no query is about a video with captions.
    """
    benchmark: Benchmark = replace(files.benchmark, data=kind.moments)
    found = load_moment_set(replace(files, benchmark=benchmark))
    shown = [one for one in found.queries if found.captions.get(one.video)]
    return replace(found, queries=tuple(_swapped(shown)))


def _swapped(queries: Sequence[MomentQuery]) -> Iterator[MomentQuery]:
    """Yields each query about its own video, then about the next one of the same split."""
    wholes = {query.video: query.whole for query in queries}
    following: dict[str, str] = {}
    for split in get_args(Split):
        videos = sorted(video for video in wholes if split_of(video) == split)
        following |= dict(zip(videos, [*videos[1:], *videos[:1]], strict=True))
    for query in queries:
        other = following[query.video]
        yield query
        if other != query.video:
            yield replace(
                query, id=f"{query.id}{_ABSENT}", video=other, whole=wholes[other], windows=()
            )


def run_presence(
    dataset: MomentSet,
    config: Config,
    settings: Mapping[str, object],
    *,
    seed: int = 0,
    options: RunOptions | None = None,
) -> PresenceResult:
    """Looks for every query with the model that the settings name, and scores who denies what.

    Args:
        dataset: Of `load_presence_set`.
        config: Names the model and the embedder.
        settings: What decides the queries, for the reader and for whoever resumes the run.
        seed: Of the resamples and of the random scores.
        options: How many are looked for, and where what is found is kept.

    Raises:
        ForetellError: If a setting is wrong, the folder holds another run, or a query fails.
    """
    options = options or RunOptions()
    dataset = dataset.first(options.limit)
    model = display_name(config.model)
    settings = {**settings, "limit": options.limit, "model": config.model, "seed": seed}
    settings |= {"embedder": config.embedder, "queries": dataset.fingerprint()}
    localizer = load_localizer(config, dataset)

    def predict(queries: Sequence[MomentQuery]) -> Iterator[tuple[str, Record]]:
        located = localizer.locate(queries, dataset.captions)
        for query, one in zip(queries, located, strict=True):
            yield query.id, moment_record(one)

    began = time.perf_counter()
    with options.open(settings) as folder:
        items = {query.id: query for query in dataset.queries}
        records = run(items, predict, folder, options.on_progress)
        scores = {
            model: np.array([_likeness(record) for record in records]),
            "moments alone": np.array([_surest(record) for record in records]),
            "number of captions": _captions(dataset),
            "random": np.random.default_rng(seed).random(len(records)),
        }
        result = PresenceResult(
            n=len(records),
            scores={name: _absence(dataset, one, seed) for name, one in scores.items()},
            usage=usage_of(records),
            seconds=time.perf_counter() - began,
            settings=settings,
        )
        if folder:
            _write(result, folder, model)
    return result


def _absence(dataset: MomentSet, scores: Floats, seed: int) -> Absence:
    present = np.array([not query.id.endswith(_ABSENT) for query in dataset.queries])
    own = [query.id.removesuffix(_ABSENT) for query in dataset.queries]
    videos = {query.id: query.video for query in dataset.queries}
    clusters = [videos[name] for name in own]
    dev = np.array([split_of(video) == "dev" for video in clusters])
    return absence_of(scores, present, clusters, dev, seed=seed)


def _surest(record: Record) -> float:
    return max((score for _, _, score in record["moments"]), default=0.0)


def _likeness(record: Record) -> float:
    """Returns how alike query and texts are, or how sure the best moment is where none is told."""
    likeness: float | None = record["likeness"]
    return _surest(record) if likeness is None else likeness


def _captions(dataset: MomentSet) -> Floats:
    return np.array([len(dataset.captions[query.video]) for query in dataset.queries], np.float64)


def score_rows(result: PresenceResult) -> Iterator[tuple[str, list[str]]]:
    """Gives, of the model and each score beside it, the name and its figures as words."""
    for name, one in result.scores.items():
        covered = f"{one.no_right_covered:.1f} ({one.covered:.0f} %)"
        cells = [f"{one.auroc:.3f}", f"{one.low:.3f} to {one.high:.3f}"]
        yield name, [*cells, f"{one.no_right:.1f}", f"{one.denied:.1f}", covered]


def result_lines(result: PresenceResult) -> Iterator[str]:
    """Yields what the figures are, a line for each."""
    yield f"{result.n} queries, each put to its own video and to another one of its set"
    yield '"no" right: share of denials that are of absent queries, the bound chosen on dev'
    yield "of absent: share of the absent queries that are denied"
    yield "at 70 %: the same where the least sure are left open, and the share that is answered"


def _write(result: PresenceResult, folder: RunFolder, model: str) -> None:
    folder.write("result.json", json.dumps(result.record(), indent=2) + "\n")
    folder.write("report.md", "\n".join(_page(result, model)) + "\n")


def _page(result: PresenceResult, model: str) -> Iterator[str]:
    yield f"# Present and absent told apart by {model}: {result.n} queries\n"
    yield from table(("", *HEADINGS), ([name, *cells] for name, cells in score_rows(result)))
    yield from listing("Figures", result_lines(result))
    yield from pairs("Settings", result.settings)
