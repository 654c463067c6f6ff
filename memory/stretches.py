"""Locks stretches of events, so that no two processes or threads embed the same ones."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

STRETCH = 64
"""Ids of a stretch; its vectors are written together, so that as many are lost at most where a
run is killed."""
_LOCKS = 16
"""Files that stretches share: a question about other events than those that somebody else is
embedding seldom waits, and then for one stretch."""
_POLL_SECONDS = 0.02
"""Between two looks whether another has let go, far below the second that a stretch takes."""
_log = logging.getLogger(__name__)


def stretches(event_ids: Sequence[int]) -> Iterator[list[int]]:
    """Splits ascending ids where a stretch ends."""
    for _, stretch in groupby(event_ids, _number):
        yield list(stretch)


def _number(event_id: int) -> int:
    return (event_id - 1) // STRETCH


class StretchLocks:
    """The locks of a library; a process that ends, however it ends, lets go of its own.

    Args:
        folder: Where their files are, made when first needed. Where none can be made, as in a
            library that may only be read, nothing is locked, and work may be done twice.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def held(self, stretch: Sequence[int]) -> Generator[None]:
        """Holds the lock of a stretch of ids for the block, waiting for whoever holds it."""
        import filelock  # takes 80 ms, and most questions find everything embedded

        file = self._folder / f"stretch-{_number(stretch[0]) % _LOCKS}.lock"
        lock = filelock.FileLock(file, poll_interval=_POLL_SECONDS)
        try:
            self._folder.mkdir(exist_ok=True)
            lock.acquire()
        except OSError as error:
            _log.info("%s cannot be locked (%s)", file, error)
        try:
            yield
        finally:
            lock.release()
