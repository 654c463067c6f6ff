"""Takes a query apart into the events that it names, by its time words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Relation = Literal["single", "sequential", "simultaneous"]

_LEAD = re.compile(
    r"^(?:at what (?:time|moment|point|second)|what time|when|find|show me)\b\s*"
    r"(?:(?:the (?:moment|part|time)s? )?(?:when|where|that|in which)\b\s*)?"
    r"(?:(?:is|are|was|were|do|does|did|has|have|had|can|will)\b\s*)?",
    re.IGNORECASE,
)
_IN_ORDER = re.compile(
    r"\s*(?:[,;]\s*|\band\s+)*\b(?:and then|then|afterwards?|followed by|before)\b[\s,]*|"
    r"\s*[.;]\s+(?=\w)|,\s+(?=(?:he|she|it|they|who|which)\b)",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\s*\b(?:right |just |immediately )?(?:after|once)\b\s*", re.IGNORECASE)
_BEFORE = re.compile(r"\s*\b(?:right |just |immediately )?(?:before|prior to)\b\s*", re.IGNORECASE)
_WHILE = re.compile(
    r"[\s,]*\b(?:while|at the same time as|as well as|during)\b[\s,]*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SubEvents:
    """The events of a query.

    Attributes:
        relation: How they stand in time: alone, each after the one before, or at once.
        parts: Each in words, in their order in time.
        asked: Places of those whose time is wanted; the others only tell where to look.
    """

    relation: Relation
    parts: tuple[str, ...]
    asked: tuple[int, ...]


def without_question(query: str) -> str:
    """Gives what a query looks for: "the milk is poured" of "When is the milk poured?"."""
    bare = query.strip().rstrip("?!. ") or query.strip()
    return _LEAD.sub("", bare).strip() or bare


def split_query(query: str) -> SubEvents:
    """Gives the events that a query names and how they stand in time.

    "X and then Y" and "X. Y" are looked for as a whole; of "Y after X", "after X, Y" and
    "Y before X" only Y is, beside the right X; of "Y while X" Y is. The relations are those of
    TFVTG's prompt (ECCV 2024), here told from the words.
    """
    bare = without_question(query)
    for pattern, later in ((_AFTER, True), (_BEFORE, False)):
        named = _around(pattern, bare)
        if named is not None:
            asked, other = named
            parts = (other, asked) if later else (asked, other)
            return SubEvents("sequential", parts, (1 if later else 0,))
    at_once = _around(_WHILE, bare)
    if at_once is not None:
        return SubEvents("simultaneous", at_once, (0,))
    in_order = tuple(part for part in map(str.strip, _IN_ORDER.split(bare)) if part)
    if len(in_order) < 2:
        return SubEvents("single", (bare,), (0,))
    return SubEvents("sequential", in_order, tuple(range(len(in_order))))


def _around(pattern: re.Pattern[str], text: str) -> tuple[str, str] | None:
    """Gives (what is asked, the other event) around the first time word, or None."""
    found = pattern.search(text)
    if found is None:
        return None
    head, tail = text[: found.start()].strip(" ,"), text[found.end() :].strip(" ,")
    if not head and "," in tail:
        tail, head = (part.strip() for part in tail.split(",", 1))
    return (without_question(head), tail) if head and tail else None
