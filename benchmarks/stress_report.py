"""What a part of the long run found, beside what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that was counted or measured.

    Attributes:
        what: Was looked at, and how many there were.
        found: The figure.
        most: What is allowed at most.
        examples: Of what was found and may not be, for whoever looks for the reason.
    """

    what: str
    found: float
    most: float = 0.0
    examples: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether it is allowed."""
        return self.found <= self.most

    def __str__(self) -> str:
        told = (
            f"{'ok   ' if self.ok else 'FAULT'} {self.what}: {self.found:g} (at most {self.most:g})"
        )
        return "\n      ".join((told, *self.examples[:5]))


Part = Callable[[int | None], list[Figure]]
"""Runs so many trials, or as many as the promise names where none is given."""
