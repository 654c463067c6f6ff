"""Forecasts on several cores."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from itertools import islice

from foretell.actions import ActionWindow, Forecast
from foretell.errors import ModelError
from foretell.forks import end_with_parent
from foretell.ranges import check_range
from foretell.tools.anticipation.anticipator import ConcurrentAnticipator

_FEW = 200
"""Windows that take less time than starting processes."""
_SHARE = 32
"""Windows that a process is given at a time."""
_LIMITS_OF_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class ParallelAnticipator:
    """Lets several processes forecast, each with a copy of one anticipator.

    Windows are shared out in the order in which they come, so that an anticipator whose forecasts
    do not depend on the windows beside gives the same ones with any number of processes. Few
    windows are forecast in this process.

    Args:
        anticipator: What is copied; it must be picklable.
        workers: Most processes; None for one a core.

    Raises:
        ConfigError: If `workers` is not positive.
    """

    def __init__(self, anticipator: ConcurrentAnticipator, workers: int | None = None) -> None:
        self._anticipator = anticipator
        check_range("workers", workers, 1)
        self._workers = workers or os.cpu_count() or 1

    def forecasts(self, windows: Iterable[ActionWindow], k: int = 5) -> Generator[Forecast]:
        """Yields a forecast of every window as soon as it is ready, in whatever order.

        Raises:
            ModelError: If a process dies.
            ForetellError: If the anticipator fails.
        """
        items = list(windows)
        if self._workers == 1 or len(items) <= _FEW:
            yield from self._anticipator.forecasts(items, k)
            return
        executor = ProcessPoolExecutor(
            min(self._workers, -(-len(items) // _SHARE)),
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(pickle.dumps(self._anticipator),),
        )
        try:
            for done in as_completed(
                [executor.submit(_forecast, share, k) for share in _shares(items)]
            ):
                yield from done.result()
        except BrokenProcessPool as error:
            raise ModelError(
                "a process that was forecasting ended early, maybe for lack of memory; "
                "run again with fewer workers"
            ) from error
        finally:
            executor.shutdown(cancel_futures=True)


def _shares(windows: list[ActionWindow]) -> Iterator[list[ActionWindow]]:
    left = iter(windows)
    while share := list(islice(left, _SHARE)):
        yield share


_anticipator: ConcurrentAnticipator
"""What a worker process forecasts with."""


def _begin(pickled: bytes) -> None:
    """Makes a process ready, before the libraries that read their number of threads are loaded."""
    global _anticipator
    for name in _LIMITS_OF_THREADS:
        os.environ[name] = "1"
    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:  # a background job is to go on
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    end_with_parent()
    _anticipator = pickle.loads(pickled)


def _forecast(windows: list[ActionWindow], k: int) -> list[Forecast]:
    return list(_anticipator.forecasts(windows, k))
