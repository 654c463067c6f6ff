"""Reads whole numbers, and checks that numbers lie in the range that they may."""

from __future__ import annotations

import math

from foretell.errors import ConfigError, ForetellError, argument

_MOST_DIGITS = 15
"""Digits of a number that a file may count with: a float holds every whole number of as many."""


def whole_number(text: str) -> int | None:
    """Returns the number that a text writes in digits; None for another text, or too many."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


def check_range(
    name: str,
    value: float | None,
    low: int,
    high: int | None = None,
    *,
    hint: str = "",
    error: type[Exception] = ConfigError,
) -> None:
    """Refuses a number below `low` or above `high`; None is unset, and allowed.

    Args:
        name: The argument's name.
        value: The number.
        low: The least that is allowed.
        high: The most that is allowed; None for any.
        hint: What else there is to say or to do.
        error: What is raised.

    Raises:
        ConfigError: If it is out of range, or another `error`.
    """
    if value is None or (value >= low and (high is None or value <= high)):
        return
    allowed = f"{low} or more" if high is None else f"{low} to {high}"
    raise error(f"{_named(name, error)} must be {allowed}, got {value!r}{hint and f'; {hint}'}")


def check_positive(
    name: str, value: float | None, *, hint: str = "", error: type[Exception] = ConfigError
) -> None:
    """Refuses a number that is not above 0 and finite; None is unset, and allowed.

    Args:
        name: The argument's name.
        value: The number.
        hint: What else there is to say or to do.
        error: What is raised.

    Raises:
        ConfigError: If it is not positive, or another `error`.
    """
    if value is not None and not (value > 0 and math.isfinite(value)):
        raise error(
            f"{_named(name, error)} must be positive and finite, "
            f"got {value!r}{hint and f'; {hint}'}"
        )


def _named(name: str, error: type[Exception]) -> str:
    return argument(name) if issubclass(error, ForetellError) else name
