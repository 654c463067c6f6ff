"""Splits a query into the events that it names, by its time words."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from foretell import ranking
from foretell.patterns import LazyPattern
from foretell.tools.localization.windows import ScoredInterval
from foretell.tools.texts.sentences import read_phrase
from foretell.tools.texts.time_words import divide_at_time_word, relation_of, split_in_order
from foretell.types import Interval

Relation = Literal["single", "sequential", "simultaneous"]
_RUN_ON = LazyPattern(
    r"(?!(?:\w+ing|\w+ly|after|as|at|before|by|during|for|from|if|in|on|once|when|while|with)\b)"
    r"(?P<first>.+?),\s+(?P<second>(?:he|she|it|they)\b.+)",
    re.IGNORECASE,
)
_LEFT_WHOLE = frozenset({"as", "when"})
"""Time words that leave a statement whole: which of its events is wanted they do not tell."""
TOLERANCE_SECONDS = 0.05
MOST_CHOICES = 729
"""Choices that are followed up, the best: all there are of three windows for each of six events."""


@dataclass(frozen=True, slots=True)
class SubEvents:
    """The events of a query.

    Attributes:
        relation: How they stand in time: alone, each after the one before, or at once.
        parts: Each in words, in their order in time.
        targets: Places of those whose time is wanted; the others only tell where to look.
    """

    relation: Relation
    parts: tuple[str, ...]
    targets: tuple[int, ...]

    @property
    def all_targets(self) -> bool:
        """Whether no part only tells where to look."""
        return len(self.targets) == len(self.parts)


def without_question(query: str) -> str:
    """Returns what a query looks for: "pour the milk" of "When is the milk poured?".

    A question is put in its declarative, active form; a statement stays as it is written.
    """
    main, anchor, word, is_question = _divided(query)
    if not is_question:
        return _bare(query)
    return f"{main} {relation_of(word) or ''} {anchor}".strip()


def split_query(query: str) -> SubEvents:
    """Splits a query into the events that it names, and tells how they stand in time.

    "X and then Y" and "X. Y" are looked for as a whole; of "Y after X", "after X, Y" and
    "Y before X" only Y is, beside the right X; of "Y while X" Y is. The relations are those of
    TFVTG's prompt (ECCV 2024), here told from the words. Where these may mean something else, as in
    "looks after the child", the query stays whole.
    """
    main, anchor, word, is_question = _divided(query)
    if word in _LEFT_WHOLE and not is_question:
        main, anchor = _bare(query), ""
    match relation_of(word) if anchor else None:
        case "after":
            return SubEvents("sequential", (anchor, main), (1,))
        case "before":
            return SubEvents("sequential", (main, anchor), (0,))
        case "during":
            return SubEvents("simultaneous", (main, anchor), (0,))
        case None:
            pass
    in_order = tuple(_in_order(main))
    if len(in_order) < 2:
        return SubEvents("single", (main,), (0,))
    return SubEvents("sequential", in_order, tuple(range(len(in_order))))


def _divided(query: str) -> tuple[str, str, str, bool]:
    """Returns main clause, anchor and time word, and whether they were a question.

    The clauses of a question are declarative and active; others stay as they are written.
    """
    main, anchor, word = divide_at_time_word(_bare(query))
    clause = read_phrase(main)
    if clause.asks and clause.text:
        return clause.text, read_phrase(anchor).text, word, True
    return main, anchor, word, False


def _bare(query: str) -> str:
    text = " ".join(query.split())
    return text.rstrip("?!. ") or text


def _in_order(text: str) -> Iterator[str]:
    """Yields the events told one after the other; "he runs, he falls" are two."""
    for part in split_in_order(text):
        while run_on := _RUN_ON.fullmatch(part):
            yield run_on["first"]
            part = run_on["second"]
        yield part


def combine(
    events: SubEvents, windows: Sequence[Sequence[ScoredInterval]], limit: int
) -> list[ScoredInterval]:
    """Returns the spans of what is asked for, over the windows that stand as the query tells.

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
    spans = [chosen[place].interval for place in events.targets]
    return Interval(min(one.start for one in spans), max(one.end for one in spans))


def _stands(events: SubEvents, chosen: Sequence[Interval]) -> bool:
    if events.relation == "sequential":
        return all(
            later.start >= earlier.end - TOLERANCE_SECONDS
            for earlier, later in itertools.pairwise(chosen)
        )
    return max(one.start for one in chosen) < min(one.end for one in chosen)
