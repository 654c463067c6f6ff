"""Anticipators that worker processes can be given: each repeats the last action, or fails."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from foretell.actions import Action, ActionWindow, Forecast
from foretell.errors import DatasetError
from foretell.evals.anticipation.parallel import ParallelAnticipator


class Repeater:
    """Repeats the last action, and says in which process it did."""

    def forecasts(self, windows: Iterable[ActionWindow], k: int = 5) -> Iterator[Forecast]:
        for window in windows:
            note = (str(os.getpid()),)
            yield Forecast(window, ((window.past[-1],),) * k, notes=note)


class Refusing:
    """Refuses one window."""

    def __init__(self, key: str) -> None:
        self._key = key

    def forecasts(self, windows: Iterable[ActionWindow], k: int = 5) -> Iterator[Forecast]:
        for window in windows:
            if window.key == self._key:
                raise DatasetError(f"window {window.key!r} is not to be forecast")
            yield Forecast(window, ((window.past[-1],),) * k)


class Dying:
    """Ends its process."""

    def forecasts(self, windows: Iterable[ActionWindow], k: int = 5) -> Iterator[Forecast]:
        os._exit(3)


class WithThreads:
    """Tells how many threads the libraries of its process were allowed."""

    def forecasts(self, windows: Iterable[ActionWindow], k: int = 5) -> Iterator[Forecast]:
        for window in windows:
            yield Forecast(window, (), notes=(os.environ.get("OPENBLAS_NUM_THREADS", "any"),))


class Slow:
    """Leaves a file named after its process in a folder, and takes hours."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def forecasts(self, windows: Iterable[ActionWindow], k: int = 5) -> Iterator[Forecast]:
        (self._folder / str(os.getpid())).touch()
        for window in windows:
            time.sleep(3600)
            yield Forecast(window, ())


def main() -> None:
    """Forecasts for hours in two processes, which leave their files in the folder named.

    Ctrl-C ends it, whether or not the process that starts it ignores that; with a second argument,
    it ignores Ctrl-C, as what `nohup` or cron starts in the background does.
    """
    ignoring = len(sys.argv) > 2
    signal.signal(signal.SIGINT, signal.SIG_IGN if ignoring else signal.default_int_handler)
    windows = [ActionWindow(f"clip_{n}", "video", (Action("take", "cup"),)) for n in range(230)]
    list(ParallelAnticipator(Slow(Path(sys.argv[1])), workers=2).forecasts(windows))


if __name__ == "__main__":
    main()
