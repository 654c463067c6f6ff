"""Keeps forked processes from hanging, and started ones from outliving who started them.

A fork has the memory of its parent, and none of its threads: locks that those held stay locked,
pools of threads wait for workers that are not there, and both would read from one pipe. So what a
process opened is refused in a fork of it, and models take one thread there.
"""

from __future__ import annotations

import os
import sys
import threading
import time

POLL_SECONDS = 0.5
"""Between two looks at the parent, so that a process outlives it by less than two seconds."""


class _Forked:
    """Whether this process is a fork of one that had imported this module."""

    def __init__(self) -> None:
        self.is_one = False
        if hasattr(os, "register_at_fork"):  # there is none where processes cannot be forked
            os.register_at_fork(after_in_child=self._note)

    def _note(self) -> None:
        self.is_one = True


_FORKED = _Forked()


def is_fork() -> bool:
    """Whether this process was forked from one that had foretell in its memory."""
    return _FORKED.is_one


def calm_models() -> None:
    """Lets models take one thread in a fork, where the pool of their threads would never answer."""
    torch = sys.modules.get("torch")
    if torch is not None and is_fork() and torch.get_num_threads() > 1:
        torch.set_num_threads(1)


class Opener:
    """The process that opened something."""

    def __init__(self) -> None:
        self._process = os.getpid()

    @property
    def is_here(self) -> bool:
        """Whether it is this one."""
        return self._process == os.getpid()

    def refusal(self, what: str) -> str:
        """Returns the sentence for a fork that would use what it opened.

        Args:
            what: Was opened, such as "the library 'x'".
        """
        return (
            f"{what} was opened by the process {self._process}, of which this one is a fork; open "
            "it anew in each process, or start processes by 'spawn'"
        )


def end_with_parent(parent: int | None = None) -> None:
    """Ends this process soon after its parent ended, however that was, and whatever it is doing.

    Where a parent that is gone cannot be told, as on Windows, it goes on.

    Args:
        parent: Its number, from who started this process; without it, one that ended before this
            is called is not noticed.
    """
    watched = os.getppid() if parent is None else parent
    threading.Thread(target=_wait_for_parent, args=(watched,), daemon=True).start()


def _wait_for_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    os._exit(1)
