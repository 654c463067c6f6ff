"""Records what a planner does, and what it costs, while it answers one question."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from foretell.types import Usage

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from langchain_core.messages import AIMessage

MAX_RESULT_CHARACTERS = 2000
"""Characters kept of what a tool said, about 500 tokens; the memory has the rest."""


def is_alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two calls are of one tool with the same arguments."""
    return (one["name"], one["args"]) == (other["name"], other["args"])


def repeat_note(tool: str) -> str:
    """Returns what a model is told in place of the result of a call that it made before."""
    return (
        f"You already called {tool} with these arguments; its result stands above. Use it, call "
        "with other arguments, or answer."
    )


class Meter:
    """Adds up the tokens of a question's model calls.

    Args:
        price: US dollars per million input and output tokens, or None where unknown.
        whole: The meter of the question that this one is a part of, which counts along.
    """

    def __init__(
        self, price: tuple[float, float] | None = None, whole: Meter | None = None
    ) -> None:
        self._price = price
        self._whole = whole
        self._lock = threading.Lock()  # tool calls of one message run side by side
        self._cost = None if price is None else 0.0
        self._under_way = 0
        self.input_tokens = 0
        self.output_tokens = 0

    @cached_property
    def began(self) -> float:
        """When the first request was begun, by `time.monotonic`."""
        return time.monotonic()

    @property
    def tokens(self) -> int:
        """Input and output tokens together."""
        return self.input_tokens + self.output_tokens

    @contextmanager
    def reserved(self, tokens: int) -> Generator[int]:
        """Counts the tokens of a request as long as it is under way.

        Yields what is counted so far and under way by then, this request included.
        """
        with self._lock:
            self._under_way += tokens
            known = self.tokens + self._under_way
        try:
            yield known
        finally:
            with self._lock:
                self._under_way -= tokens

    def add(self, message: AIMessage) -> None:
        """Counts one reply; one without a count adds nothing."""
        counted = message.usage_metadata
        if counted is not None:
            self._count(counted["input_tokens"], counted["output_tokens"], self._price)

    def usage(self) -> Usage:
        """Returns the sum so far, with its cost where the price is known."""
        return Usage(self.input_tokens, self.output_tokens, self._cost)

    def _count(
        self, input_tokens: int, output_tokens: int, price: tuple[float, float] | None
    ) -> None:
        """Counts tokens at a price; one that is unknown makes the whole cost unknown."""
        with self._lock:
            self.input_tokens += input_tokens
            self.output_tokens += output_tokens
            if price is None or self._cost is None:
                self._cost = None
            else:
                self._cost += (input_tokens * price[0] + output_tokens * price[1]) / 1e6
        if self._whole is not None:
            self._whole._count(input_tokens, output_tokens, price)
