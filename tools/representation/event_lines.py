"""Writes an event as a line for a language model, in few tokens."""

from __future__ import annotations

from foretell.tools.texts.text_cleaning import one_line
from foretell.types import Event, Interval

_PLAIN = "caption"
"""The kind that is not named: most lines are of it, and the prompts say so."""


def event_line(event: Event, text: str | None = None) -> str:
    """Returns a line such as "12-13 s: opens the tap" or "12-13.5 s speech: Good morning".

    Args:
        event: What is told.
        text: Its text, shortened; None for all of it.
    """
    kind = "" if event.kind == _PLAIN else f" {event.kind}"
    return f"{short_time(event.interval)}{kind}: {one_line(event.text) if text is None else text}"


def labelled_line(event: Event, place: str = "") -> str:
    """Returns the same with the label first that an answer cites the event by.

    Args:
        event: What is told.
        place: The video that it is of, where there are several, such as "video 2, ".
    """
    return f"[e{event.id}] {place}{event_line(event)}"


def short_time(interval: Interval) -> str:
    """Returns a stretch of time to a tenth of a second, whole seconds without their ".0"."""
    return f"{_seconds(interval.start)}-{_seconds(interval.end)} s"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f}".removesuffix(".0")
