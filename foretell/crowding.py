"""How many requests at a time an endpoint stands, learnt from those that it refuses.

Congestion control as TCP's: halved by a refusal, one more after as many successes as go at a time
(Chiu and Jain, "Analysis of the increase and decrease algorithms for congestion avoidance in
computer networks", 1989).
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

_log = logging.getLogger(__name__)
CROWDED = frozenset({429, 503})
"""The statuses with which a server says that it has too much to do (RFC 6585, RFC 9110)."""


class Crowd:
    """The requests that are with one endpoint; safe to use from several threads.

    Args:
        where: The endpoint, as the subject of a sentence.

    Attributes:
        most: How many go at a time; infinite until one is refused.
    """

    def __init__(self, where: str) -> None:
        self.most = math.inf
        self._where = where
        self._running = 0
        self._served = 0
        self._cuts = 0
        self._changed = threading.Condition()

    @contextmanager
    def joined(self, ends: float) -> Generator[Joined]:
        """Lets a request be sent within the block, once there is room for it.

        Args:
            ends: When it need not be sent any more, by `time.monotonic`; it is let through then.
        """
        with self._changed:
            while self._running >= self.most and (left := ends - time.monotonic()) > 0.0:
                self._changed.wait(None if left == math.inf else left)
            self._running += 1
            joined = Joined(self, self._cuts)
        try:
            yield joined
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify()

    def cut(self, cuts: int) -> None:
        """Lets half as many go at a time; those that went together are refused together, once.

        Args:
            cuts: How many cuts there had been when the request was sent.
        """
        with self._changed:
            if cuts < self._cuts:
                return
            if self._cuts == 0 and self._running > 1:
                _log.warning("%s cannot keep up: fewer requests go at a time now", self._where)
            self.most, self._served = max(1, self._running // 2), 0
            self._cuts += 1

    def grow(self) -> None:
        """Counts an answer; as many as go at a time make room for one more."""
        with self._changed:
            self._served += 1
            if self._served >= self.most:
                self.most, self._served = self.most + 1, 0
                self._changed.notify()


@dataclass(frozen=True, slots=True)
class Joined:
    """A request that is with an endpoint, and how many cuts there had been when it was sent."""

    crowd: Crowd
    cuts: int

    def refused(self) -> None:
        """Notes that it was refused for the crowd, or not answered in its time."""
        self.crowd.cut(self.cuts)

    def served(self) -> None:
        """Notes that it was answered."""
        self.crowd.grow()
