"""Reads from a question which moment of the video it asks about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Relation = Literal["before", "after", "during"]
Place = Literal["beginning", "middle", "end"]

_RELATIONS: dict[str, Relation] = {
    "before": "before", "prior to": "before", "until": "before",
    "after": "after", "once": "after", "as soon as": "after", "following": "after",
    "when": "during", "while": "during", "during": "during", "as": "during",
}  # fmt: skip
_RELATION = re.compile(
    rf"(?<=.)\b({'|'.join(sorted(_RELATIONS, key=len, reverse=True))})\b\s+(.+)$", re.DOTALL
)
_PLACES: dict[str, Place] = {
    "start": "beginning", "beginning": "beginning", "first": "beginning",
    "middle": "middle",
    "end": "end", "ending": "end", "last": "end",
}  # fmt: skip
_PLACE = re.compile(
    r"\b(?:at|near|in|by|towards?)\s+(?:the\s+)?(?:very\s+)?"
    r"(start|beginning|middle|end|ending)\b(?:\s+of\s+(?:the|this)\s+(?:video|clip|film))?"
)
_ORDINAL = re.compile(r"\b(first|last)\b")


@dataclass(frozen=True, slots=True)
class TimeWords:
    """Which moment a question asks about.

    Attributes:
        anchor: The other moment that it names, such as "the dog jumps"; empty where it names none.
        relation: How what is asked for stands to the anchor in time, None without an anchor.
        place: Which part of the video it names, None where it names none.
    """

    anchor: str = ""
    relation: Relation | None = None
    place: Place | None = None


def read_time_words(question: str) -> TimeWords:
    """Gives the moment that an English question asks about: beside another, or in a part.

    The last of "before", "after" and their like divides question and anchor, unless it begins the
    question; a question in another language names no moment.
    """
    text = question.lower().strip(" ?!.")
    named = _PLACE.search(text)
    text = _PLACE.sub("", text).strip()
    beside = _RELATION.search(text)
    ordinal = named or _ORDINAL.search(text[: beside.start()] if beside else text)
    place = _PLACES[ordinal[1]] if ordinal else None
    if beside is None:
        return TimeWords(place=place)
    return TimeWords(beside[2].strip(), _RELATIONS[beside[1]], place)
