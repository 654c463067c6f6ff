"""Bounds what is asked of a chat model: a question as a whole, and the length of each reply."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from foretell.agent.trajectory import Meter
from foretell.config import Config
from foretell.errors import LimitExceeded, ModelError, argument
from foretell.patience import until

CALL_OR_ANSWER = 1024
"""Tokens of a planner's message: a call has some 50, an answer of three sentences 150."""
ANSWER = 512
"""Tokens of an answer in a form: three sentences, six times, a label and a share; or of a choice
in words."""
LABEL = 16
"""Tokens of a bare label, with the few words that models write before it."""
MOMENTS = 320
"""Tokens of twenty moments, of sixteen each."""
END = 32
"""Tokens of one time in a form."""
_BESIDE = 64
"""Tokens of a form around its list, or of a sentence before it."""
_A_WORD = 2
"""Tokens of a word of a summary with its times, at most."""
_AN_ACTION = 16
"""Tokens of an action as an object of verb and noun, the longest form that models give."""
_A_STEP = 24
"""Tokens of a step of ten words."""
THOUGHTS = 8192
"""Tokens more for a model that turned out to think before it speaks."""


def of_summary(words: int) -> int:
    """Returns the tokens of a summary of so many words."""
    return _BESIDE + _A_WORD * words


def of_actions(count: int) -> int:
    """Returns the tokens of so many actions."""
    return _BESIDE + _AN_ACTION * count


def of_steps(count: int) -> int:
    """Returns the tokens of so many steps of a plan."""
    return _BESIDE + _A_STEP * count


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question, forecast, plan or search may take, all its requests together.

    Attributes:
        max_tokens: Most tokens, input and output together.
        max_seconds: Longest time, from its first request on.
    """

    max_tokens: int
    max_seconds: float

    @classmethod
    def of(cls, config: Config) -> Limits:
        """Returns the limits that the settings name."""
        return cls(config.max_tokens, config.max_seconds)

    @contextmanager
    def held(self, meter: Meter, tokens: int) -> Generator[None]:
        """Lets a request be sent within the block, as far as the question's time goes.

        Args:
            meter: Counts what the question took so far.
            tokens: About how many the request has.

        Raises:
            LimitExceeded: If a limit is reached before the request, or the time runs out during it.
        """
        ends = meter.began + self.max_seconds
        if time.monotonic() >= ends:
            raise self._out_of_time()
        with meter.reserved(tokens) as reserved, until(ends):
            if reserved > self.max_tokens:
                raise LimitExceeded(
                    f"the limit of {self.max_tokens} tokens is too low: with this request it would "
                    f"be about {reserved}; raise {argument('max_tokens')}, or ask of less"
                )
            try:
                yield
            except ModelError as error:
                if time.monotonic() < ends:
                    raise
                raise self._out_of_time() from error

    def _out_of_time(self) -> LimitExceeded:
        return LimitExceeded(
            f"the limit of {self.max_seconds:g} seconds ran out before the model had answered; "
            f"raise {argument('max_seconds')}, or ask of less"
        )
