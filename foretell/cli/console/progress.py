"""How far a video is watched or an evaluation is done, while it runs."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

if TYPE_CHECKING:
    from foretell.evals.runner import Progress as Evaluated
    from foretell.types import Progress as Watched
from foretell.cli.console.streams import err


@contextmanager
def watching() -> Generator[Callable[[Watched], None]]:
    """Shows a progress bar on standard error, where that is a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def show(progress: Watched) -> None:
            if progress.source not in tasks:
                tasks[progress.source] = bars.add_task(progress.source, total=1.0)
            bars.update(tasks[progress.source], completed=progress.share)

        yield show


@contextmanager
def looking() -> Generator[Callable[[float], None]]:
    """Shows how much of a video was looked at on standard error, where that is a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bars:
        task = bars.add_task("looking at frames", total=1.0, visible=False)

        def show(share: float) -> None:
            bars.update(task, completed=share, visible=True)

        yield show


@contextmanager
def evaluating(what: str) -> Generator[Callable[[Evaluated], None]]:
    """Shows how many items are done on standard error, where that is a terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bars:
        task = bars.add_task(what, total=None)

        def show(progress: Evaluated) -> None:
            bars.update(task, total=progress.total, completed=progress.done)

        yield show
