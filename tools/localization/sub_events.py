"""Takes a query apart into the events that it names, by its time words."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from foretell import ranking
from foretell.tools.localization.windows import ScoredInterval
from foretell.types import Interval

Relation = Literal["single", "sequential", "simultaneous"]
_LEAD = re.compile(
    r"^(?:at what (?:time|moment|point|second)|what time|when|find|show me)\b\s*"
    r"(?:(?:the (?:moment|part|time)s? )?(?:when|where|that|in which)\b\s*)?"
    r"(?:(?:is|are|was|were|do|does|did|has|have|had|can|will)\b\s*)?",
    re.IGNORECASE,
)
_LATER = (
    r"after (?:that|this|which|some time|a (?:bit|minute|moment|second|time|while)|"
    r"(?:a few|several|some|\d+|one|two|three|five|ten) (?:minute|moment|second)s?)\b"
)
_IN_ORDER = re.compile(
    rf"\s*(?:[,;]\s*|\b(?:and|who|which)\s+)*\b(?:then|afterwards?|followed by|{_LATER})\b[\s,]*|"
    r"\s*[.!?;]\s+(?=\w)",
    re.IGNORECASE,
)
_RUN_ON = re.compile(
    r"(?!(?:\w+ing|\w+ly|after|as|at|before|by|during|for|from|if|in|on|once|when|while|with)\b)"
    r"(?P<first>.+?),\s+(?P<second>(?:he|she|it|they)\b.+)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"\s*\b(?:right |just |immediately )?(?:(?!{_LATER})after|^once|"
    r"once(?= (?:all|every\w+|he|her|his|it|its|she|that|the|their|these|they|this|those|we)\b))"
    r"\b\s*",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"\s*\b(?:right |just |immediately )?(?:before|prior to)\b\s*", re.IGNORECASE)
_WHILE = re.compile(r"[\s,]*\b(?:while|at the same time as|during)\b[\s,]*", re.IGNORECASE)
_NOT_OF_TIME = re.compile(
    r"\b(?:a|all the|worth) while\b|"
    r"\b(?:all at once|once (?:again|in|more|upon))\b|"
    r"\b(?:now and|since|until) then\b|"
    r"\b(?:am|are|be|been|being|is|was|were) followed by\b|"
    r"\b(?P<each>\w+) after (?:(?P=each)|another|the other)\b|\bafter all\b|"
    r"\b(?:ask|chase|go|look|run)(?:s|es|ed|ing|ning)? after\b(?! \w+(?<!th)ing\b)|"
    r"\b(?:chasing|named|ran|went) after\b(?! \w+(?<!th)ing\b)|"
    r"\b(?:before and after|after and before)\b|\b(?:as|ever|like|never|than) before\b|"
    r"\bbefore (?:him|me|them|us|"
    r"(?:a|an|her|his|the|their) (?:altar|audience|camera|crowd|judges?|jury|mirror))\b|"
    r"\b(?:dr|jr|mr|mrs|ms|prof|sr|st|vs|[a-z])\.|\bno\.(?= \d)",
    re.IGNORECASE,
)
"""Ordinary words that look like time words, or like the end of a sentence."""
TOLERANCE_SECONDS = 0.05
MOST_CHOICES = 729
"""Choices that are followed up, the best: all there are of three windows for each of six events."""


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

    @property
    def all_asked(self) -> bool:
        """Whether no part only tells where to look."""
        return len(self.asked) == len(self.parts)


def without_question(query: str) -> str:
    """Gives what a query looks for: "the milk is poured" of "When is the milk poured?"."""
    said = " ".join(query.split())
    bare = said.rstrip("?!. ") or said
    return _LEAD.sub("", bare).strip() or bare


def split_query(query: str) -> SubEvents:
    """Gives the events that a query names and how they stand in time.

    "X and then Y" and "X. Y" are looked for as a whole; of "Y after X", "after X, Y" and
    "Y before X" only Y is, beside the right X; of "Y while X" Y is. The relations are those of
    TFVTG's prompt (ECCV 2024), here told from the words. Where these may mean something else, as in
    "looks after the child", the query stays whole.
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
    in_order = tuple(_in_order(bare))
    if len(in_order) < 2:
        return SubEvents("single", (bare,), (0,))
    return SubEvents("sequential", in_order, tuple(range(len(in_order))))


def _around(pattern: re.Pattern[str], text: str) -> tuple[str, str] | None:
    """Gives (what is asked, the other event) around the first time word, or None."""
    found = next(_time_words(pattern, text), None)
    if found is None:
        return None
    head, tail = text[: found.start()].strip(" ,"), text[found.end() :].strip(" ,")
    if not head and "," in tail:
        tail, head = (part.strip() for part in tail.split(",", 1))
    return (without_question(head), tail) if head and tail else None


def _in_order(text: str) -> Iterator[str]:
    """Gives the events told one after the other; "he runs, he falls" are two."""
    start = 0
    for found in (*_time_words(_IN_ORDER, text), None):
        part = text[start : found.start() if found else None].strip()
        start = found.end() if found else start
        while run_on := _RUN_ON.fullmatch(part):
            yield run_on["first"]
            part = run_on["second"]
        if part:
            yield part


def _time_words(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    ordinary = [found.span() for found in _NOT_OF_TIME.finditer(text)]
    for found in pattern.finditer(text):
        if not any(found.start() < end and start < found.end() for start, end in ordinary):
            yield found


def combine(
    events: SubEvents, windows: Sequence[Sequence[ScoredInterval]], limit: int
) -> list[ScoredInterval]:
    """Gives the spans of what is asked for, over the windows that stand as the query tells.

    In sequence, each must begin after the one before it has ended; at once, all must share some
    time. A span runs from the first start to the last end of what is asked for, and its score is
    the product of its windows', each as a share of the best of its event. After TFVTG (ECCV
    2024).

    Args:
        events: What the query names.
        windows: Of each event, best first.
        limit: How many spans to give at most, best first.
    """
    chosen: list[tuple[ScoredInterval, ...]] = [()]
    for others in windows:
        longer = ((*before, one) for before in chosen for one in others)
        standing = (one for one in longer if _stands(events, [part.interval for part in one]))
        chosen = ranking.ordered(standing, lambda one: _product(one, windows))[:MOST_CHOICES]
    return [ScoredInterval(_hull(events, one), _product(one, windows)) for one in chosen[:limit]]


def _product(
    chosen: Sequence[ScoredInterval], windows: Sequence[Sequence[ScoredInterval]]
) -> float:
    return math.prod(
        one.score / others[0].score for one, others in zip(chosen, windows, strict=False)
    )


def _hull(events: SubEvents, chosen: Sequence[ScoredInterval]) -> Interval:
    asked = [chosen[place].interval for place in events.asked]
    return Interval(min(one.start for one in asked), max(one.end for one in asked))


def _stands(events: SubEvents, chosen: Sequence[Interval]) -> bool:
    if events.relation == "sequential":
        return all(
            later.start >= earlier.end - TOLERANCE_SECONDS
            for earlier, later in itertools.pairwise(chosen)
        )
    return max(one.start for one in chosen) < min(one.end for one in chosen)
