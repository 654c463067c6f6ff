"""Where the commands print what they found, and how far they are while they run."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING, Any

from foretell.cli.screen import err, plain, say, tell, write_line
from foretell.memory.embedding.progress import on_embedding

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

    from foretell.evals.runner import Progress as Evaluated
    from foretell.types import Progress as Watched

TELLING_ITEMS = 5
"""Items after which it is told what all will take; by then one that is odd no longer decides."""
SHOWN_AFTER_SECONDS = 1.0
"""From when on a command shows that it works; one that is done by then shows nothing."""


@contextmanager
def watching() -> Generator[Callable[[Watched], None]]:
    """Shows a progress bar on standard error, where that is a terminal."""
    if not err.is_terminal:
        yield lambda progress: None
        return
    from rich.progress import BarColumn, TimeElapsedColumn

    with _bars(BarColumn(), TimeElapsedColumn()) as bars:
        tasks: dict[str, Any] = {}

        def show(progress: Watched) -> None:
            if progress.source not in tasks:
                tasks[progress.source] = bars.add_task(plain(progress.source), total=1.0)
            bars.update(tasks[progress.source], completed=progress.share)

        yield show


@contextmanager
def working(what: str) -> Generator[None]:
    """Shows that a command works, and how many texts are embedded, where that takes a second.

    On standard error, where that is a terminal.

    Args:
        what: Is done, such as "planning".
    """
    if not err.is_terminal:
        yield
        return
    from rich.progress import SpinnerColumn, TimeElapsedColumn

    with _bars(TimeElapsedColumn(), before=SpinnerColumn(), redirect_stdout=False) as bars:
        task = bars.add_task(what, total=None, visible=False)
        later = Timer(SHOWN_AFTER_SECONDS, lambda: bars.update(task, visible=True))
        later.daemon = True
        later.start()

        def show(done: int, total: int) -> None:
            told = what if done == total else f"{what}: {done:,} of {total:,} texts embedded"
            bars.update(task, description=told)

        try:
            with on_embedding(show):
                yield
        finally:
            later.cancel()


@contextmanager
def looking() -> Generator[Callable[[float], None]]:
    """Shows how much of a video was looked at on standard error, where that is a terminal."""
    if not err.is_terminal:
        yield lambda share: None
        return
    from rich.progress import BarColumn, TimeRemainingColumn

    with _bars(BarColumn(), TimeRemainingColumn()) as bars:
        task = bars.add_task("looking at frames", total=1.0, visible=False)

        def show(share: float) -> None:
            bars.update(task, completed=share, visible=True)

        yield show


@contextmanager
def evaluating(what: str) -> Generator[Callable[[Evaluated], None]]:
    """Shows how many items are done, and what they took, on standard error.

    What all will take is told once, after some of them; the rest only where that is a terminal.
    """
    from foretell.evals.markdown import usage_text

    def tell_early(progress: Evaluated) -> None:
        left = progress.total - progress.resumed
        is_time = progress.done - progress.resumed == min(TELLING_ITEMS, left)
        if is_time and progress.usage.input_tokens:
            tell("about {}, for {} {}", usage_text(progress.expected), left, what)

    if not err.is_terminal:
        yield tell_early
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

    spent = TextColumn("{task.fields[spent]}", markup=False)
    with _bars(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), spent) as bars:
        task = bars.add_task(what, total=None, spent="")

        def show(progress: Evaluated) -> None:
            tell_early(progress)
            spent = usage_text(progress.usage) if progress.usage.input_tokens else ""
            bars.update(task, total=progress.total, completed=progress.done, spent=spent)

        yield show


def _bars(
    *columns: ProgressColumn, before: ProgressColumn | None = None, redirect_stdout: bool = True
) -> Progress:
    """Returns progress bars on standard error, of what is done and `columns` beside it.

    What is done may be named after a file, and is shown as it is.
    """
    from rich.progress import Progress, TextColumn

    what = TextColumn("{task.description}", markup=False)
    return Progress(
        *([before] if before else []),
        what,
        *columns,
        console=err,
        transient=True,
        redirect_stdout=redirect_stdout,
    )


def write_json(record: object) -> None:
    """Writes a record to standard output, on one line."""
    write_line(json.dumps(record))


def print_notes(notes: Iterable[str]) -> None:
    """Prints what the reader of a result should know."""
    for note in notes:
        say("[yellow]{}[/]", note)
