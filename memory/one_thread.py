"""Keeps numpy's products to one thread for a while, where they are small.

OpenBLAS shares a product of a few milliseconds among all cores, and its threads then wait for the
next one in a loop that takes a core each. On a machine that is busy, a question about a video then
costs ten times what it costs with one thread (docs/benchmarks.md).
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Generator
from contextlib import contextmanager
from functools import cached_property
from typing import Any


class _OneThread:
    """Lets the products of the main thread have one thread, while anybody wants that.

    The number of threads belongs to the process, and OpenBLAS lets only the main thread change it.
    Other threads are left alone, so that the caller's own number always comes back.
    """

    def __init__(self) -> None:
        self._inside = 0
        self._limit: Any = None

    def enter(self) -> None:
        """Sets the number to 1, if this is the outermost block."""
        if self._inside == 0:
            self._limit = self._libraries.limit(limits=1)
        self._inside += 1

    def leave(self) -> None:
        """Puts the number back, if this is the outermost block."""
        self._inside -= 1
        if self._inside == 0:
            self._limit.restore_original_limits()

    @cached_property
    def _libraries(self) -> Any:
        """The libraries of linear algebra that numpy brings; finding them takes 2 ms."""
        importlib.import_module("numpy")  # a library is found once it is loaded
        threadpoolctl: Any = importlib.import_module("threadpoolctl")
        return threadpoolctl.ThreadpoolController().select(user_api="blas")


_ONE_THREAD = _OneThread()


@contextmanager
def one_thread() -> Generator[None]:
    """Runs the block with one thread for each product of numpy; takes 0.02 ms."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _ONE_THREAD.enter()
    try:
        yield
    finally:
        _ONE_THREAD.leave()
