"""Measures where the seconds of watching go."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

Phase = Literal["open", "load", "decode", "preprocess", "forward", "store"]
PHASES: tuple[Phase, ...] = get_args(Phase)

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Seconds:
    """What a phase took.

    Attributes:
        phase: Which.
        seconds: In all; phases that run beside each other may together exceed the clock's.
    """

    phase: Phase
    seconds: float


class Profile:
    """Adds up seconds by phase; threads may share one."""

    def __init__(self) -> None:
        self._seconds = dict.fromkeys(PHASES, 0.0)
        self._lock = threading.Lock()

    @contextmanager
    def phase(self, name: Phase) -> Generator[None]:
        """Adds the time of the block to a phase."""
        began = time.perf_counter()
        try:
            yield
        finally:
            with self._lock:
                self._seconds[name] += time.perf_counter() - began

    def each(self, name: Phase, items: Iterator[Item]) -> Iterator[Item]:
        """Gives the items, adding the time that each takes to come to a phase."""
        while True:
            with self.phase(name):
                item = next(items, _END)
            if item is _END:
                return
            yield item  # type: ignore[misc]

    def seconds(self) -> tuple[Seconds, ...]:
        """Gives what each phase took so far, in the order of `PHASES`."""
        with self._lock:
            return tuple(Seconds(phase, self._seconds[phase]) for phase in PHASES)


_END = object()
