"""Runs a predictor over items, keeps each result at once, and goes on where a run was killed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from foretell.errors import ModelError, argument
from foretell.evals.run_folder import Record, RunFolder, open_run, with_usage
from foretell.types import Usage

Item = TypeVar("Item")
Predict = Callable[[Sequence[Item]], Iterable[tuple[str, Record]]]
OnProgress = Callable[["Progress"], None]

PREDICTIONS = "predictions"
UNANSWERED = "unanswered"
"""Marks a record of an item for which time or tokens ran out: it is asked for again."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: `done` of `total` items, of which `resumed` were there before.

    `usage` is what the others took.
    """

    done: int
    total: int
    resumed: int = 0
    usage: Usage = field(default_factory=Usage)

    @property
    def expected(self) -> Usage:
        """What all items that were not there before will take, where they go on as they began."""
        new = self.done - self.resumed
        share = (self.total - self.resumed) / new if new else 0.0
        cost = self.usage.cost
        return Usage(
            round(self.usage.input_tokens * share),
            round(self.usage.output_tokens * share),
            None if cost is None else cost * share,
        )


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How much of a benchmark is run, and where the run is kept.

    Attributes:
        limit: How many items, from the first; None for all.
        out: Folder of the run, which gets every result as soon as it is there, `result.json` and a
            report; None keeps nothing.
        resume: Whether to go on with the run that `out` holds.
        on_progress: Told after each item.
    """

    limit: int | None = None
    out: Path | None = None
    resume: bool = False
    on_progress: OnProgress | None = None

    def open(self, settings: Mapping[str, Any]) -> AbstractContextManager[RunFolder | None]:
        """Opens the folder of the run; gives None where none is kept.

        Args:
            settings: What decides the results, as JSON can hold it.

        Raises:
            ConfigError: If the folder holds another run, or there is none to resume.
        """
        return open_run(self.out, settings, resume=self.resume)


def run(
    items: Mapping[str, Item],
    predict: Predict[Item],
    folder: RunFolder | None = None,
    on_progress: OnProgress | None = None,
) -> list[Record]:
    """Predicts every item that the folder has no result of, and gives all results.

    What was kept as unanswered is predicted again.

    Args:
        items: What to predict, by a key that names it in the folder.
        predict: Gives a record for each of the items asked for, with the item's key, in whatever
            order and as soon as it is there.
        folder: Where each record is kept in `predictions.jsonl`; None keeps none.
        on_progress: Told at the start and after each item.

    Returns:
        The records in the order of the items.

    Raises:
        ModelError: If the predictor gave no record for an item.
    """
    lines = folder.lines(PREDICTIONS) if folder else None
    kept = {record["key"]: record for record in lines.records} if lines else {}
    results = {key: kept[key] for key in items if key in kept and not kept[key].get(UNANSWERED)}
    resumed = len(results)
    tell = on_progress or _tell_nobody
    tell(Progress(resumed, len(items), resumed))
    usage = Usage()
    for key, record in predict([item for key, item in items.items() if key not in results]):
        results[key] = {"key": key} | record
        if "usage" in record:
            usage = with_usage(usage, record)
        if lines:
            lines.append(results[key])
        tell(Progress(len(results), len(items), resumed, usage))
    missing = [key for key in items if key not in results]
    if missing:
        raise ModelError(
            f"{len(missing)} of {len(items)} items got no forecast, {missing[0]!r} the first; "
            f"run again with {argument('resume')} to ask for them"
        )
    return [results[key] for key in items]


def _tell_nobody(progress: Progress) -> None:
    """Serves where nobody watches."""
